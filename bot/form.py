"""The web form: the same flows as pages, without JavaScript, cookie or anything else kept by the browser.

A talk is a random token in a hidden field; a page's turn and content make a repeated submit recognisable.
"""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import quote

from flask import Blueprint, make_response, render_template, request

from bot.channels.base import Inbound, clean_text
from bot.comeback import Comeback, TooManyTries, WrongCode
from bot.reply import Reply
from bot.wiring import Front, now_ms

CHANNEL = "web"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
COMMANDS = {"back": "00", "human": "88", "urgent": "99", "menu": "000"}
EXITS = {"zh": "https://www.baidu.com/"}
EXIT = "https://www.google.com/"
FLOWS = ("help_self", "help_other", "tip", "missing", "info")


def blueprint(parts: Front) -> Blueprint:
    """/, /report and /return."""
    pages = Blueprint("form", __name__)

    @pages.get("/")
    @pages.get("/report")
    @pages.get("/report/<flow>")
    def start(flow: str = "") -> Any:
        return _page(parts, "report.html", talk=secrets.token_urlsafe(24), flows=(flow,) if flow in FLOWS else FLOWS, languages=True)

    @pages.post("/report")
    @pages.post("/report/<flow>")
    def answer(flow: str = "") -> Any:
        return _answer(parts, flow)

    @pages.get("/return")
    def come_back() -> Any:
        return _page(parts, "return.html", languages=True)

    @pages.post("/return")
    def open_thread() -> Any:
        return _return(parts, Comeback(parts.parts))

    return pages


def _answer(parts: Front, flow: str) -> Any:
    form = request.form
    talk = form.get("talk", "")
    if not TOKEN.fullmatch(talk):
        talk = secrets.token_urlsafe(24)
    said = [part for part in (_words(parts, flow, talk), _command(parts, talk)) if part is not None]
    if not said:
        if "field" in form or form.get("turn", "0") != "0":
            said = [_inbound(parts, talk, "000")]
        else:
            return _page(parts, "report.html", talk=talk, flows=FLOWS, languages=True, error="empty"), 400
    reply = Reply()
    for inbound in said:
        reply = parts.conversation.receive(inbound, now_ms())
    turn = int(form["turn"]) + 1 if form.get("turn", "").isdecimal() and len(form["turn"]) < 6 else 1
    return _page(parts, "talk.html", lang=reply.lang, talk=talk, turn=turn, reply=reply)


def _words(parts: Front, flow: str, talk: str) -> Inbound | None:
    """What the page says of itself: words, chosen options, or a flow that was picked."""
    form = request.form
    text, values = clean_text(form.get("text", "")).strip(), tuple(form.getlist("choice"))[:40]
    if form.get("do") == "skip":
        values = ("0",)
    picked = form.get("flow") or flow
    extra: dict[str, object] = {}
    if form.get("field") and (values or text):
        extra["form"] = form["field"][:200]
    elif picked in FLOWS and not text:
        extra["flow"] = picked
    elif not text:
        return None
    return _inbound(parts, talk, text, values, extra)


def _command(parts: Front, talk: str) -> Inbound | None:
    word = COMMANDS.get(request.form.get("do", ""))
    return _inbound(parts, talk, word) if word else None


def _inbound(parts: Front, talk: str, text: str, values: tuple[str, ...] = (), extra: dict[str, object] | None = None) -> Inbound:
    turn = request.form.get("turn", "0")[:6]
    content = f"{talk}|{turn}|{text}|{values}|{extra}"
    external = parts.keys.index.of("web-turn", content).hex()
    return Inbound(CHANNEL, talk, external, text, values=values, lang_hint=_lang(parts), extra=extra or {})


def _return(parts: Front, comeback: Comeback) -> Any:
    form, now = request.form, now_ms()
    code, word, text = form.get("code", "")[:200], form.get("word", "")[:200], clean_text(form.get("text", "")).strip()
    address, do = request.remote_addr or "", form.get("do", "open")
    notice = None
    try:
        if do == "delete":
            comeback.delete(code, word, address, now)
            return _page(parts, "message.html", message="deleted")
        if do == "add" and text:
            thread = comeback.add(code, word, address, text, form.get("turn", "")[:40], now)
            notice = "noted"
        else:
            thread = comeback.open(code, word, address, now)
    except WrongCode:
        return _page(parts, "return.html", languages=True, error="wrong_code", ask_word=True), 404
    except TooManyTries:
        return _page(parts, "return.html", error="too_many"), 429
    return _page(
        parts, "thread.html", state=thread.state, replies=thread.replies, code=code, word=word, notice=notice, turn=secrets.token_hex(8)
    )


def _lang(parts: Front, of_form: bool = True) -> str:
    known = parts.parts.book.languages
    asked = request.args.get("lang") or (request.form.get("lang", "") if of_form else "")
    if asked in known:
        return asked
    # Only as many preferences as a person has: the header may be as long as the server allows.
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in known:
            return code
    return "en"


def _page(parts: Front, template: str, lang: str | None = None, languages: bool = False, **values: Any) -> Any:
    texts = parts.parts.texts
    code = lang or _lang(parts)

    def t(key: str) -> str:
        return texts.translate(code, f"web.{key}", parts.web_texts[key])

    for name in ("error", "message", "notice"):
        if values.get(name):
            values[name] = t(values[name])
    names = tuple(parts.parts.book.languages.items()) if languages else ()
    html = render_template(
        template,
        t=t,
        lang=code,
        exit_url=EXITS.get(code, EXIT),
        languages=names,
        path=quote(request.path),
        static=lambda name: f"/static/{name}",
        **values,
    )
    return make_response(html)


def error_page(parts: Front, code: int) -> Any:
    """A short page that says what to do; plain text for webhooks, which nobody reads."""
    if not request.path.startswith(("/report", "/return")) and request.path != "/":
        return {"error": code}
    key = f"error_{code}" if code in (400, 404, 413, 503) else "error_400"
    # The form is not looked at again: it may be what went wrong.
    return _page(parts, "message.html", lang=_lang(parts, of_form=False), message=key)
