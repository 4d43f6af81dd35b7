"""My account: where I am signed in, who tried to, my second factor and the codes that stand in for it, my password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from dashboard import proof
from dashboard.devices import in_words
from dashboard.guard import keep_session, visitor
from dashboard.parts import Parts
from triage import accounts, recovery, sessions, signins, strength
from triage.sessions import Session
from triage.values import NotAllowed

DONE = {
    "ended": "That session has ended.",
    "others": "Every other session has ended.",
    "password": "Your new password is in use, and every other session has ended.",
    "seen": "Noted.",
}


def blueprint(parts: Parts) -> Blueprint:
    """/account and what is done there."""
    views = Blueprint("account", __name__)

    @views.get("/account")
    def show() -> Any:
        return _page(parts, notice=DONE.get(request.args.get("done", ""), ""))

    @views.post("/account/password")
    def change_password() -> Any:
        return _change_password(parts)

    @views.post("/account/second")
    def set_up_second() -> Any:
        return _set_up_second(parts)

    @views.post("/account/codes")
    def renew_codes() -> Any:
        return _renew_codes(parts)

    @views.post("/account/sessions")
    def end_sessions() -> Any:
        return _end_sessions(parts)

    @views.post("/account/seen")
    def seen() -> Any:
        with parts.database.writing() as tx:
            sessions.seen(tx, visitor().token)
        return redirect("/account?done=seen#sign-ins", 303)

    return views


def _me() -> Session:
    who = visitor().session
    assert who is not None
    return who


def _page(parts: Parts, error: str = "", notice: str = "", codes: tuple[str, ...] = ()) -> str:
    who, me, now = visitor(), _me(), parts.clock()
    with parts.database.reading() as tx:
        open_ones = sessions.of(tx, me.responder.id, who.token, now)
        lines = signins.latest(tx, me.responder.id)
        myself = accounts.by_id(tx, me.responder.id) or me.responder  # as I am after what was just done
    # Asking for the number of codes holds the row for a moment.
    with parts.database.writing() as tx:
        left = recovery.left(tx, me.own(), me.responder.id)
    return render_template(
        "account.html",
        who=myself,
        desk=parts.routing.desks.get(me.responder.queue),
        csrf=who.csrf,
        **proof.offered(who.token, me.responder.email),
        sessions=open_ones,
        lines=lines,
        left=left,
        codes=codes,
        failed=me.failed,
        now=now,
        error=error,
        notice=notice,
    )


def _change_password(parts: Parts) -> Any:
    me, new, now = _me(), request.form.get("new", ""), parts.clock()
    who, desk = me.responder, parts.routing.desks.get(me.responder.queue)
    if not proof.knows_password(parts, "old"):
        return _page(parts, error="The old password does not fit."), 400
    if new == request.form.get("old"):
        return _page(parts, error="That is the password that you have: choose another one."), 400
    try:
        strength.check(new, (who.email, who.name, who.queue, desk.name if desk else ""))
        with parts.database.writing() as tx:
            accounts.set_password(tx, who.id, new, now, private=me.private)
            # Every session ended; the one at hand goes on under a new token.
            device = in_words(request.headers.get("User-Agent", ""))
            token = sessions.start(tx, who, now, True, me.private, device)
    except NotAllowed as error:
        return _page(parts, error=str(error)), 400
    return keep_session(parts, redirect("/account?done=password", 303), token)


def _set_up_second(parts: Parts) -> Any:
    who, me, now = visitor(), _me(), parts.clock()
    if me.responder.has_totp and not proof.knows_password(parts, "password"):
        return _page(parts, error="The password does not fit. The second factor is as it was."), 400
    chosen = proof.taken(who.token, now)
    if chosen is None:
        return _page(parts, error="That code does not fit. Scan the new picture and try again."), 400
    with parts.database.writing() as tx:
        accounts.set_totp(tx, me.own().sealer, me.responder.id, *chosen)
        codes = recovery.renew(tx, me.own().sealer, me.responder.id)
        sessions.pass_second_factor(tx, who.token, how=None)
        sessions.end_all(tx, me.responder.id, but=who.token)
    return _page(parts, notice="The second factor is set up, and every other session has ended.", codes=codes)


def _renew_codes(parts: Parts) -> Any:
    me = _me()
    if not me.responder.has_totp:
        return _page(parts, error="Set up the second factor first."), 400
    if not proof.knows_password(parts, "password"):
        return _page(parts, error="The password does not fit. The codes are as they were."), 400
    with parts.database.writing() as tx:
        codes = recovery.renew(tx, me.own().sealer, me.responder.id)
    return _page(parts, notice="The codes from before are worth nothing now.", codes=codes)


def _end_sessions(parts: Parts) -> Any:
    who, me, name = visitor(), _me(), request.form.get("name", "")
    with parts.database.writing() as tx:
        if name == "others":
            sessions.end_all(tx, me.responder.id, but=who.token)
        else:
            sessions.end_named(tx, me.responder.id, name)
    return redirect(f"/account?done={'others' if name == 'others' else 'ended'}#sessions", 303)
