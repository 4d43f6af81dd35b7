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

from flask import Blueprint, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from bot import uploads, visit
from bot.channels.base import Attached, Inbound, clean_text
from bot.comeback import Comeback, Said, TooManyTries, WrongCode
from bot.pages import language, of_visit, page, way_out
from bot.reply import Reply
from bot.wiring import Front, now_ms
from triage.blind import bound

log = logging.getLogger("hotline.web")
CHANNEL = "web"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
COMMANDS = {"back": "00", "human": "88", "urgent": "99", "menu": "000"}
FLOWS = ("help_self", "help_other", "tip", "missing", "info")


def blueprint(parts: Front) -> Blueprint:
    """/, /report and /return."""
    pages = Blueprint("form", __name__)

    @pages.before_request
    def leave_or_begin() -> Any:
        if request.method == "POST":
            uploads.allow()
        return _elsewhere(parts)

    @pages.get("/exit")
    def leave() -> Any:
        return _leave(parts)

    @pages.get("/")
    @pages.get("/report")
    @pages.get("/report/<flow>")
    def start(flow: str = "") -> Any:
        return page(parts, "report.html", talk=secrets.token_urlsafe(24), flows=(flow,) if flow in FLOWS else FLOWS, languages=True)

    @pages.post("/report")
    @pages.post("/report/<flow>")
    def answer(flow: str = "") -> Any:
        return _answer(parts, flow)

    @pages.get("/return")
    def come_back() -> Any:
        return page(parts, "return.html", languages=True)

    @pages.post("/return")
    def open_thread() -> Any:
        return _return(parts, Comeback(parts.parts))

    return pages


def _elsewhere(parts: Front) -> Any:
    """Where a visit is over, the way out; where a browser comes without one, the same address with a new one; else nothing."""
    if request.path == "/exit":
        return None
    token, now = of_visit(), now_ms()
    if token:
        with parts.database.reading() as tx:
            over = visit.is_over(tx, token, now)
        if over:
            return redirect(way_out(parts), 303)
    # Only what a browser shows to a person has a history to be cleared; others get the page at this very address.
    if request.method == "GET" and (not token or visit.is_old(token, now)) and "text/html" in request.headers.get("Accept", ""):
        lang = {"lang": language(parts)} if request.args.get("lang") else {}
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
            log.error("leaving: %(error)s", {"error": type(error).__name__})
    return redirect(way_out(parts), 303), {"Clear-Site-Data": '"cache"'}


def _answer(parts: Front, flow: str) -> Any:
    form = request.form
    talk = form.get("talk", "")
    if not TOKEN.fullmatch(talk):
        talk = secrets.token_urlsafe(24)
    if form.get("do") == "review":
        return _talk_page(parts, talk, parts.conversation.review(_inbound(parts, talk, ""), now_ms()))
    said = [part for part in (_files(parts, talk) or _words(parts, flow, talk), _command(parts, talk)) if part is not None]
    if not said:
        asked = parts.conversation.review(_inbound(parts, talk, ""), now_ms())
        skips = asked.field is not None and asked.field.skip is not None and asked.field.data == form.get("field")
        if not skips:
            return _nothing_said(parts, talk, asked)
        # Going on without an answer is passing over the question.
        said = [_inbound(parts, talk, "", ("0",), {"form": form["field"]})]
    reply = Reply()
    for inbound in said:
        reply = parts.conversation.receive(inbound, now_ms())
    if reply.field is not None and reply.field.data.endswith(":more"):
        # The last question comes with all that was told, to read over and change.
        told = parts.conversation.review(_inbound(parts, talk, ""), now_ms())
        reply = replace(reply, told=told.told)
    return _talk_page(parts, talk, reply)


def _nothing_said(parts: Front, talk: str, asked: Reply) -> Any:
    """The same page again, with a word on what is missing; nothing moves."""
    if "field" not in request.form and request.form.get("turn", "0") == "0":
        return page(parts, "report.html", talk=talk, flows=FLOWS, languages=True, error="empty"), 400
    told = asked.told if asked.field is not None and asked.field.data.endswith(":more") else ()
    missing = "choose_one" if asked.field is not None and asked.field.choices else "empty"
    return _talk_page(parts, talk, replace(asked, told=told), error=missing), 400


def _talk_page(parts: Front, talk: str, reply: Reply, error: str = "") -> Any:
    form = request.form
    turn = int(form["turn"]) + 1 if form.get("turn", "").isdecimal() and len(form["turn"]) < 6 else 1
    names = tuple(parts.parts.book.languages.items())
    return page(parts, "talk.html", lang=reply.lang, talk=talk, turn=turn, reply=reply, names=names, typed=_unread(reply), error=error)


def _unread(reply: Reply) -> str:
    """What was typed, where the same question is asked again because it could not be read; never a secret."""
    step = reply.field.data.partition(":")[2] if reply.field else ""
    same = bool(step) and step == request.form.get("field", "").partition(":")[2]
    return clean_text(request.form.get("text", ""))[:200] if same and not step.startswith("code") else ""


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


def _files(parts: Front, talk: str) -> Inbound | None:
    """What was attached, with the words beside it; nothing where the person thought better of it."""
    files = uploads.attached()
    if not files or request.form.get("do", "").startswith(("skip", "change:")):
        return None
    return replace(_inbound(parts, talk, clean_text(request.form.get("text", "")).strip(), files=files), media=uploads.kinds(files))


def _command(parts: Front, talk: str) -> Inbound | None:
    do = request.form.get("do", "")
    word = COMMANDS.get(do)
    if do.startswith("lang:") and do[5:] in parts.parts.book.languages:
        word = f"/lang {do[5:]}"
    return _inbound(parts, talk, word) if word else None


def _inbound(
    parts: Front,
    talk: str,
    text: str,
    values: tuple[str, ...] = (),
    extra: dict[str, object] | None = None,
    files: tuple[Attached, ...] = (),
) -> Inbound:
    turn = request.form.get("turn", "0")[:6]
    content = f"{talk}|{turn}|{text}|{values}|{extra}" + (f"|{uploads.fingerprint(files)}" if files else "")
    external = bound(talk, f"web-turn|{content}").hex()
    return Inbound(CHANNEL, talk, external, text, values=values, lang_hint=language(parts), extra=extra or {}, files=files)


def _return(parts: Front, comeback: Comeback) -> Any:
    form, now = request.form, now_ms()
    code, word, text = form.get("code", "")[:200], form.get("word", "")[:200], clean_text(form.get("text", "")).strip()
    address, do = request.remote_addr or "", form.get("do", "open")
    notice, too_big = None, False
    try:
        if do == "delete":
            return page(parts, "message.html", message="deleted", told=comeback.delete(code, word, address, now))
        files = uploads.attached()
        if do == "add" and (text or files):
            said = Said(text, files, uploads.kinds(files))
            thread = comeback.add(code, word, address, said, form.get("turn", "")[:40], now)
            notice, too_big = "noted", any(item.data is None for item in files)
        else:
            thread = comeback.open(code, word, address, now)
    except WrongCode:
        return page(parts, "return.html", languages=True, error="wrong_code", ask_word=True, code=code), 404
    except TooManyTries:
        log.warning("refused: %(reason)s", {"reason": "too many wrong codes from one address"})
        return page(parts, "return.html", error="too_many", code=code), 429
    about: dict[str, Any] = {"state": thread.state, "replies": thread.replies, "told": thread.told, "notice": notice, "too_big": too_big}
    return page(parts, "thread.html", **about, code=code, word=word, turn=secrets.token_hex(8))
