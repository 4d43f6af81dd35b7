"""Log-in: password, second factor, password change. Guessing is slowed by address and by account together."""

from __future__ import annotations

from typing import Any

import pyotp
import segno
from flask import Blueprint, abort, redirect, render_template, request

from dashboard.guard import cookie_name, secure, visitor
from dashboard.parts import Parts
from triage import accounts, attempts, case_keys, holders, sessions
from triage.accounts import Unlocked
from triage.values import NotAllowed

WINDOW_MS = 15 * 60_000
# An account is never locked: only this address is slowed, for this account or for all.
TRIES_HERE, TRIES_ADDRESS = 8, 60


def blueprint(parts: Parts) -> Blueprint:
    """/login, /second, /account, /logout."""
    views = Blueprint("login", __name__)

    @views.get("/login")
    def show() -> Any:
        if visitor().session is not None:
            return redirect("/queue")
        return render_template("login.html", csrf=visitor().csrf)

    @views.post("/login")
    def enter() -> Any:
        return _enter(parts)

    @views.post("/logout")
    def leave() -> Any:
        with parts.database.writing() as tx:
            sessions.end(tx, visitor().token)
        response = redirect("/login", 303)
        response.delete_cookie(cookie_name(parts), secure=secure(parts), httponly=True, samesite="Strict")
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    @views.get("/second")
    def second() -> Any:
        return render_template("second.html", csrf=visitor().csrf)

    @views.post("/second")
    def check_second() -> Any:
        return _check_second(parts)

    @views.get("/account")
    def account() -> Any:
        return _account(parts)

    @views.post("/account/password")
    def change_password() -> Any:
        return _change_password(parts)

    @views.post("/account/second")
    def set_up_second() -> Any:
        return _set_up_second(parts)

    return views


def _buckets(parts: Parts, email: str) -> tuple[bytes, bytes]:
    address = request.remote_addr or ""
    return parts.keys.index.of("login", f"{address}|{email.lower()}"), parts.keys.index.of("login", address)


def _too_many(parts: Parts, email: str) -> bool:
    here, address = _buckets(parts, email)
    since = parts.clock() - WINDOW_MS
    with parts.database.reading() as tx:
        return attempts.count(tx, here, since) >= TRIES_HERE or attempts.count(tx, address, since) >= TRIES_ADDRESS


def _enter(parts: Parts) -> Any:
    email, password = request.form.get("email", "")[:254], request.form.get("password", "")[: accounts.MAX_PASSWORD + 1]
    if _too_many(parts, email):
        return render_template("login.html", csrf=visitor().csrf, error="Too many tries. Please wait some minutes.", email=email), 429
    with parts.database.reading() as tx:
        found = accounts.unlock(tx, email, password)
    if found is None:
        with parts.database.writing() as tx:
            for bucket in _buckets(parts, email):
                attempts.note(tx, bucket, parts.clock())
        return render_template("login.html", csrf=visitor().csrf, error="That does not fit. Please try again.", email=email), 401
    return _let_in(parts, found, email, password)


def _let_in(parts: Parts, found: Unlocked, email: str, password: str) -> Any:
    who, now = found.responder, parts.clock()
    with parts.database.writing() as tx:
        attempts.clear(tx, _buckets(parts, email)[0])
        private = found.private or accounts.give_key(tx, who, password, now)
        token = sessions.start(tx, who, now, second_factor_done=not who.has_totp, private=private)
        # What this desk could not hand over while nobody of it was here.
        case_keys.settle(tx, parts.routing, who.queue, holders.desk_opener(tx, who.id, private))
    must_set_up = not parts.settings.demo and not who.has_totp
    response = redirect("/second" if who.has_totp else "/account" if must_set_up else "/queue", 303)
    response.set_cookie(cookie_name(parts), token, httponly=True, samesite="Strict", secure=secure(parts), path="/")
    return response


def _check_second(parts: Parts) -> Any:
    who = visitor()
    assert who.session is not None
    person = who.session.responder
    if _too_many(parts, person.email):
        abort(429)
    with parts.database.writing() as tx:
        good = accounts.check_totp(tx, who.session.own(), person.id, request.form.get("code", "").strip(), parts.clock())
        if good:
            sessions.pass_second_factor(tx, who.token)
        else:
            attempts.note(tx, _buckets(parts, person.email)[0], parts.clock())
    if good:
        return redirect("/queue", 303)
    return render_template("second.html", csrf=who.csrf, error="That code does not fit, or was used before."), 401


def _account(parts: Parts, error: str = "", notice: str = "") -> Any:
    who = visitor()
    assert who.session is not None
    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=who.session.responder.email, issuer_name="Desk")
    picture = segno.make(address, micro=False).svg_data_uri(scale=5, border=2)
    return render_template(
        "account.html", who=who.session.responder, csrf=who.csrf, secret=secret, picture=picture, error=error, notice=notice
    )


def _change_password(parts: Parts) -> Any:
    who = visitor()
    assert who.session is not None
    old, new = request.form.get("old", ""), request.form.get("new", "")
    with parts.database.reading() as tx:
        good = not _too_many(parts, who.session.responder.email) and accounts.unlock(tx, who.session.responder.email, old)
    if not good:
        with parts.database.writing() as tx:
            attempts.note(tx, _buckets(parts, who.session.responder.email)[0], parts.clock())
        return _account(parts, error="The old password does not fit."), 400
    try:
        with parts.database.writing() as tx:
            accounts.set_password(tx, who.session.responder.id, new, parts.clock(), private=who.session.private)
    except NotAllowed as error:
        return _account(parts, error=str(error)), 400
    return redirect("/login", 303)


def _set_up_second(parts: Parts) -> Any:
    who = visitor()
    assert who.session is not None
    secret, code = request.form.get("secret", "")[:64], request.form.get("code", "").strip()
    try:
        fits = pyotp.TOTP(secret).verify(code, for_time=parts.clock() // 1000, valid_window=1)
    except (ValueError, TypeError):
        fits = False
    if not fits:
        return _account(parts, error="That code does not fit. Scan the new picture and try again."), 400
    with parts.database.writing() as tx:
        accounts.set_totp(tx, who.session.own().sealer, who.session.responder.id, secret)
        sessions.pass_second_factor(tx, who.token)
    return redirect("/queue", 303)
