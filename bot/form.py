"""The web form: the same flows as pages, without JavaScript, cookie or anything else kept by the browser.

A talk is a random token in a hidden field; a page's turn and content make a repeated submit recognisable.
"""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bot import visit
from bot.channels.base import Inbound, clean_text
from bot.comeback import Comeback, TooManyTries, WrongCode
from bot.reply import Reply
from bot.wiring import Front, now_ms

log = logging.getLogger("hotline.web")
CHANNEL = "web"
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
COMMANDS = {"back": "00", "human": "88", "urgent": "99", "menu": "000"}
EXITS = {"zh": "https://www.baidu.com/"}  # a page that any phone might show
EXIT = "https://www.google.com/"
FLOWS = ("help_self", "help_other", "tip", "missing", "info")


def blueprint(parts: Front) -> Blueprint:
    """/, /report and /return."""
    pages = Blueprint("form", __name__)

    @pages.before_request
    def leave_or_begin() -> Any:
        return _elsewhere(parts)

    @pages.get("/exit")
    def leave() -> Any:
        return _leave(parts)

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


def _visit() -> str:
    try:
        return visit.clean(request.form.get("v", "") if request.method == "POST" else request.args.get("v", ""))
    except HTTPException:  # a form too large or too broken to read: its error page must still be made
        return ""


def _elsewhere(parts: Front) -> Any:
    """Where a visit is over, the way out; where a browser comes without one, the same address with a new one; else nothing."""
    if request.path == "/exit":
        return None
    token, now = _visit(), now_ms()
    if token:
        with parts.database.reading() as tx:
            over = visit.is_over(tx, token, now)
        if over:
            return redirect(_exit(parts), 303)
    # Only what a browser shows to a person has a history to be cleared; others get the page at this very address.
    if request.method == "GET" and (not token or visit.is_old(token, now)) and "text/html" in request.headers.get("Accept", ""):
        lang = {"lang": _lang(parts)} if request.args.get("lang") else {}
        return redirect(f"{quote(request.path)}?{urlencode({**lang, 'v': visit.begin(now)})}", 303)
    return None


def _leave(parts: Front) -> Any:
    """Away at once: the visit is over, and the browser is told to forget what it kept of this site."""
    token = visit.clean(request.args.get("v", ""))
    if token:
        try:
            with parts.database.writing() as tx:
                visit.leave(tx, token, now_ms())
        except (SQLAlchemyError, OSError) as error:  # leaving comes first
            log.error("leaving: %s", type(error).__name__)
    return redirect(_exit(parts), 303), {"Clear-Site-Data": '"cache"'}


def _exit(parts: Front) -> str:
    return EXITS.get(_lang(parts), EXIT)


def _answer(parts: Front, flow: str) -> Any:
    form = request.form
    talk = form.get("talk", "")
    if not TOKEN.fullmatch(talk):
        talk = secrets.token_urlsafe(24)
    if form.get("do") == "review":
        return _talk_page(parts, talk, parts.conversation.review(_inbound(parts, talk, ""), now_ms()))
    said = [part for part in (_words(parts, flow, talk), _command(parts, talk)) if part is not None]
    if not said:
        if "field" in form or form.get("turn", "0") != "0":
            said = [_inbound(parts, talk, "000")]
        else:
            return _page(parts, "report.html", talk=talk, flows=FLOWS, languages=True, error="empty"), 400
    reply = Reply()
    for inbound in said:
        reply = parts.conversation.receive(inbound, now_ms())
    if reply.field is not None and reply.field.data.endswith(":more"):
        # The last question comes with all that was told, to read over and change.
        told = parts.conversation.review(_inbound(parts, talk, ""), now_ms())
        reply = replace(reply, told=told.told)
    return _talk_page(parts, talk, reply)


def _talk_page(parts: Front, talk: str, reply: Reply) -> Any:
    form = request.form
    turn = int(form["turn"]) + 1 if form.get("turn", "").isdecimal() and len(form["turn"]) < 6 else 1
    names = tuple(parts.parts.book.languages.items())
    return _page(parts, "talk.html", lang=reply.lang, talk=talk, turn=turn, reply=reply, names=names)


def _words(parts: Front, flow: str, talk: str) -> Inbound | None:
    """What the page says of itself: words, chosen options, or a flow that was picked."""
    form = request.form
    text, values = clean_text(form.get("text", "")).strip(), tuple(form.getlist("choice"))[:40]
    if form.get("do") == "skip":
        values = ("0",)
    elif form.get("do", "").startswith("change:"):
        return _inbound(parts, talk, "", (form["do"][:80],), {"form": form.get("field", "")[:200]})
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
    do = request.form.get("do", "")
    word = COMMANDS.get(do)
    if do.startswith("lang:") and do[5:] in parts.parts.book.languages:
        word = f"/lang {do[5:]}"
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
        tag = part.split(";")[0].strip().lower()
        code = "zh-Hant" if tag.startswith(TRADITIONAL) else tag.split("-")[0]
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
        exit_url=f"/exit?{urlencode({'lang': code, 'v': _visit()})}",
        v=_visit(),
        languages=names,
        path=quote(request.path),
        static=lambda name: f"/static/{name}",
        **values,
    )
    return make_response(html)


def error_page(parts: Front, code: int) -> Any:
    """A short page that says what to do; plain text for webhooks, which nobody reads."""
    if not request.path.startswith(("/report", "/return", "/exit")) and request.path != "/":
        return {"error": code}
    key = f"error_{code}" if code in (400, 404, 413, 503) else "error_400"
    # The form is not looked at again: it may be what went wrong.
    return _page(parts, "message.html", lang=_lang(parts, of_form=False), message=key)
