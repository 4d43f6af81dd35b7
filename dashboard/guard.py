"""At the door of every view: the session, the permission, the form's token, the name of the host."""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, jsonify, redirect, request
from sqlalchemy import Connection

from dashboard.parts import Parts
from dashboard.policy import HALF, OPERATORS, POLICY, PUBLIC, SIGNED_IN, TUNES
from triage import sessions
from triage.accounts import Responder
from triage.scope import Scope
from triage.sessions import Session
from triage.vault import Opener

log = logging.getLogger("hotline.dashboard")
# All that is open to who must still choose a password of their own or set up a second factor.
BARE = ("account.show", "account.change_password", "account.set_up_second", "login.leave", "login.leave_everywhere", "static", "login.show")
# Pages with a form for who is not signed in.
BEFORE = ("login.show", "login.enter", "colleagues.join", "colleagues.accept")
# Polls every second: they must not keep a forgotten session alive.
SILENT = ("queue.live", "case.live")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is here. `csrf` is the token that every form of this page must send."""

    token: str
    session: Session | None
    csrf: str

    @property
    def scope(self) -> Scope:
        """What this responder may see."""
        assert self.session is not None
        who = self.session.responder
        return Scope(who.id, who.queue, who.role)

    def opener(self, tx: Connection) -> Opener:
        """Opens what is sealed to this responder's desk."""
        return self.session.opener(tx) if self.session is not None else Opener()


def cookie_name(parts: Parts, name: str = "session") -> str:
    """`__Host-` binds the cookie to https, this host and every path of it; browsers refuse it on plain http."""
    return f"__Host-{name}" if secure(parts) else name


def secure(parts: Parts) -> bool:
    """True where the desk is served by https."""
    return not parts.settings.demo


def install(app: Flask, parts: Parts) -> None:
    """Puts the guard before every view."""

    @app.before_request
    def guard() -> Any:
        return _guard(parts)

    @app.after_request
    def keep(response: Response) -> Response:
        if getattr(g, "fresh_csrf", None) and request.endpoint in BEFORE:
            _keep_cookie(parts, response, "before", g.fresh_csrf)
        return response


def must_set_up(parts: Parts, who: Responder) -> bool:
    """True where somebody else chose the password, or the second factor is still to be set up."""
    return who.first_until is not None or not parts.settings.demo and not who.has_totp


def keep_session(parts: Parts, response: Any, token: str) -> Any:
    """The response that gives the browser its session."""
    _keep_cookie(parts, response, "session", token)
    return response


def _keep_cookie(parts: Parts, response: Any, name: str, value: str) -> None:
    response.set_cookie(cookie_name(parts, name), value, httponly=True, samesite="Strict", secure=secure(parts), path="/")


def visitor() -> Visitor:
    """Who is here; only inside a request."""
    return g.visitor  # type: ignore[no-any-return]


def note_refused(why: str) -> None:
    """A line in the log: which route, why, and the id of who was signed in (0: nobody); never what was asked for, nor from where."""
    session = g.visitor.session if "visitor" in g else None
    row = session.responder.id if session is not None else 0
    log.warning("refused: %(name)s, %(reason)s, responder %(row)d", {"name": request.endpoint or "", "reason": why, "row": row})


def _guard(parts: Parts) -> Any:
    if request.endpoint is None:
        return None
    needs = POLICY[request.endpoint]
    g.visitor = _read(parts)
    session = g.visitor.session
    if needs in (SIGNED_IN, OPERATORS) and (session is None or not session.full):
        return _to_login(session)
    if session is not None and must_set_up(parts, session.responder) and request.endpoint not in BARE:
        return redirect("/account")
    if needs == OPERATORS and session is not None and session.responder.role not in TUNES:
        note_refused("not for this role")
        abort(404)
    if needs == HALF and session is None:
        return _to_login(None)
    if request.method == "POST":
        _check_form(g.visitor)
    if session is not None and request.endpoint not in SILENT and needs != PUBLIC:
        with parts.database.writing() as tx:
            sessions.touch(tx, g.visitor.token, parts.clock())
    return None


def _read(parts: Parts) -> Visitor:
    token = request.cookies.get(cookie_name(parts), "")
    session = None
    if token:
        with parts.database.reading() as tx:
            session = sessions.find(tx, token, parts.clock())
    if session is not None:
        return Visitor(token, session, session.csrf)
    csrf = request.cookies.get(cookie_name(parts, "before"), "")
    if len(csrf) < 20:
        csrf = g.fresh_csrf = secrets.token_urlsafe(24)
    return Visitor("", None, csrf)


def _to_login(session: Session | None) -> Any:
    if request.endpoint in SILENT:
        return jsonify(error=401), 401
    return redirect("/second" if session is not None else "/login")


def _check_form(who: Visitor) -> None:
    origin = request.headers.get("Origin")
    if origin and origin != "null" and _host(origin) != request.host:
        note_refused("a form from elsewhere")
        abort(403)
    given = request.form.get("csrf", "")
    if not given or not hmac.compare_digest(given.encode(), who.csrf.encode()):
        note_refused("a form without its token")
        abort(403)


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket that never closes
        return ""
