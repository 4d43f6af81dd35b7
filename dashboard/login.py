"""Log-in: password, then the second factor or one of the codes that stand in for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from dashboard import tries
from dashboard.devices import in_words
from dashboard.guard import cookie_name, keep_session, must_set_up, note_refused, secure, visitor
from dashboard.parts import Parts
from triage import accounts, case_keys, holders, recovery, sessions, signins
from triage.accounts import Unlocked

ENDED = f"This first password has ended: it lasts {accounts.FIRST_HOURS} hours. Ask whoever gave it to you for another one."


def blueprint(parts: Parts) -> Blueprint:
    """/login, /second, /logout."""
    views = Blueprint("login", __name__)

    @views.get("/login")
    def show() -> Any:
        if visitor().session is not None:
            return redirect("/queue")
        return render_template("login.html", csrf=visitor().csrf, joined=request.args.get("joined") == "1")

    @views.post("/login")
    def enter() -> Any:
        return _enter(parts)

    @views.post("/logout")
    def leave() -> Any:
        with parts.database.writing() as tx:
            sessions.end(tx, visitor().token)
        return _leave(parts)

    @views.post("/logout/everywhere")
    def leave_everywhere() -> Any:
        who = visitor().session
        assert who is not None
        with parts.database.writing() as tx:
            sessions.end_all(tx, who.responder.id)
        return _leave(parts)

    @views.get("/second")
    def second() -> Any:
        return render_template("second.html", csrf=visitor().csrf)

    @views.post("/second")
    def check_second() -> Any:
        return _check_second(parts)

    return views


def _leave(parts: Parts) -> Response:
    response = redirect("/login", 303)
    response.delete_cookie(cookie_name(parts), secure=secure(parts), httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response  # type: ignore[return-value]


def _enter(parts: Parts) -> Any:
    email, password = request.form.get("email", "")[:254], request.form.get("password", "")[: accounts.MAX_PASSWORD + 1]
    if tries.too_many(parts, email):
        note_refused("too many tries")
        return render_template("login.html", csrf=visitor().csrf, error="Too many tries. Please wait some minutes.", email=email), 429
    with parts.database.reading() as tx:
        found = accounts.unlock(tx, email, password)
    if found is None:
        tries.failed(parts, email)
        _note_wrong(parts, email)
        return render_template("login.html", csrf=visitor().csrf, error="That does not fit. Please try again.", email=email), 401
    if (found.responder.first_until or parts.clock()) < parts.clock():
        _note_wrong(parts, email)
        return render_template("login.html", csrf=visitor().csrf, error=ENDED, email=email), 401
    return _let_in(parts, found, email, password)


def _note_wrong(parts: Parts, email: str) -> None:
    note_refused("wrong name or password, or an ended one")
    with parts.database.writing() as tx:
        who = accounts.by_email(tx, email)
        if who is not None:
            signins.note(tx, who.id, signins.PASSWORD, False, _device(), parts.clock())


def _let_in(parts: Parts, found: Unlocked, email: str, password: str) -> Any:
    who, now = found.responder, parts.clock()
    if not who.has_totp:
        tries.succeeded(parts, email)
    with parts.database.writing() as tx:
        private = found.private or accounts.give_key(tx, who, password, now)
        sessions.end(tx, visitor().token)  # of whoever was signed in here
        # With a second factor it is half a sign-in until that is given.
        line = signins.note(tx, who.id, signins.CODE if who.has_totp else signins.PASSWORD, not who.has_totp, _device(), now)
        token = sessions.start(tx, who, now, not who.has_totp, private, _device(), line)
        # What this desk could not hand over while nobody of it was here.
        case_keys.settle(tx, parts.routing, who.queue, holders.desk_opener(tx, who.id, private))
    response = redirect("/second" if who.has_totp else "/account" if must_set_up(parts, who) else "/queue", 303)
    return keep_session(parts, response, token)


def _check_second(parts: Parts) -> Any:
    who = visitor()
    assert who.session is not None
    person, given = who.session.responder, request.form.get("code", "").strip()[:40]
    if tries.too_many(parts, person.email) or tries.too_many_anywhere(parts, person.email):
        note_refused("too many tries")
        abort(429)
    token = who.token
    with parts.database.writing() as tx:
        good, how = accounts.check_totp(tx, who.session.own(), person.id, given, parts.clock()), signins.CODE
        if not good:
            good, how = recovery.use(tx, who.session.own(), person.id, given), signins.RECOVERY
        if good:
            sessions.pass_second_factor(tx, token, how)
            token = sessions.renew(tx, token)
    if good:
        tries.succeeded(parts, person.email)
        return keep_session(parts, redirect("/account#codes" if how == signins.RECOVERY else "/queue", 303), token)
    note_refused("wrong second factor")
    tries.failed(parts, person.email, anywhere=True)
    return render_template("second.html", csrf=who.csrf, error="That code does not fit, or was used before."), 401


def _device() -> str:
    return in_words(request.headers.get("User-Agent", ""))
