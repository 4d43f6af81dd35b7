"""How a page of the form is made: its language, its visit, its words; and the pages that say what went wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import make_response, render_template, request
from werkzeug.exceptions import HTTPException

from bot import uploads, visit
from bot.wiring import Front
from triage.attachments import MAX_BYTES

TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
EXITS = {"zh": "https://www.baidu.com/"}  # a page that any phone might show
EXIT = "https://www.google.com/"
# Providers read a status and no words.
MACHINES = ("/sms/", "/telegram/", "/healthz", "/readyz")
SAID = (400, 404, 413, 503)


def of_visit() -> str:
    """The token of this request's visit; nothing where it has none, or cannot be read."""
    try:
        found = request.form.get("v", "") if request.method == "POST" else ""
    except HTTPException:  # a form too large or too broken to read: its error page must still be made
        found = ""
    return visit.clean(found or request.args.get("v", ""))


def language(parts: Front, of_form: bool = True) -> str:
    """What the person chose, else the first of their browser's languages that we speak, else English."""
    known = parts.parts.book.languages
    asked = request.args.get("lang") or (request.form.get("lang", "") if of_form else "")
    if asked in known:
        return asked
    # Only as many preferences as a person has: the header may be as long as the server allows.
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag = part.split(";")[0].strip().lower()
        code = "zh-Hant" if tag.startswith(TRADITIONAL) else tag.split("-")[0]
        if code in known:
            return code
    return "en"


def way_out(parts: Front) -> str:
    """Where the quick exit leads."""
    return EXITS.get(language(parts), EXIT)


def page(parts: Front, template: str, lang: str | None = None, languages: bool = False, **values: Any) -> Any:
    """The answer made of a template; `error`, `message` and `notice` are keys of texts/web.yaml."""
    texts, book = parts.parts.texts, parts.parts.book
    code = lang or language(parts)

    def t(key: str) -> str:
        return texts.translate(code, f"web.{key}", parts.web_texts[key])

    for name in ("error", "message", "notice"):
        if values.get(name):
            values[name] = t(values[name])
    html = render_template(
        template,
        t=t,
        lang=code,
        exit_url=f"/exit?{urlencode({'lang': code, 'v': of_visit()})}",
        v=of_visit(),
        languages=tuple(book.languages.items()) if languages else (),
        path=quote(request.path),
        file_limit=MAX_BYTES,
        too_large=texts.translate(code, "phrase.file_too_large", book.phrases["file_too_large"]),
        **values,
    )
    return make_response(html)


def error_page(parts: Front, code: int) -> Any:
    """A short page that says what to do; plain data for those who read no pages."""
    path, is_ours = request.path, request.path.startswith(("/report", "/return", "/exit"))
    if path.startswith(MACHINES) or not (is_ours or "text/html" in request.headers.get("Accept", "")):
        return {"error": code}
    typed = _typed() if code == 503 else {}
    lang = typed["lang"][0] if typed.get("lang", [""])[0] in parts.parts.book.languages else language(parts, of_form=False)
    if typed:
        # What was not stored is on the page again, as it was typed, to be sent once more.
        return page(parts, "again.html", lang=lang, message="error_503", typed=typed, had_files="file" in request.files)
    if code == 413 and _was_file():
        return page(parts, "message.html", lang=lang)
    return page(parts, "message.html", lang=lang, message=f"error_{code}" if code in SAID else "too_many" if code == 429 else "error_400")


def _typed() -> dict[str, list[str]]:
    """The fields of the form that was sent; none where it may be what went wrong."""
    try:
        return dict(request.form.lists()) if request.method == "POST" and uploads.is_read() else {}
    except HTTPException:
        return {}


def _was_file() -> bool:
    return request.mimetype == "multipart/form-data" and (request.content_length or 0) > uploads.MAX_BODY
