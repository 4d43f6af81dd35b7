"""The people of a desk, for its leads: inviting, letting in, withdrawing; and the page by which who was invited joins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from dashboard import proof, tries
from dashboard.guard import visitor
from dashboard.parts import Parts
from triage import accounts, colleagues, desk_log, invitations, strength
from triage.accounts import ROLES, Responder
from triage.invitations import Invitation
from triage.values import Conflict, NotAllowed

DONE = {
    "let_in": "They can open the desk's cases now.",
    "withdrawn": "They are signed out everywhere and cannot sign in any more. They could open no case.",
    "key_renewed": "They are signed out everywhere and cannot sign in any more. The desk has a new key.",
    "key_kept": "They are signed out everywhere and cannot sign in any more. The desk's key could not be renewed from here: "
    "an operator does it with the recovery key (hotline keys rotate).",
    "taken_back": "That invitation is worth nothing now.",
}
GUESSED = "invitation"
"""Guesses at codes are slowed together, whoever they are for."""


def blueprint(parts: Parts) -> Blueprint:
    """/colleagues and /join."""
    views = Blueprint("colleagues", __name__)

    @views.get("/colleagues")
    def show() -> Any:
        return _page(parts, notice=DONE.get(request.args.get("done", ""), ""))

    @views.post("/colleagues/invite")
    def invite() -> Any:
        return _invite(parts)

    @views.post("/colleagues/invitations/<int(max=2147483647):number>/take-back")
    def take_back(number: int) -> Any:
        with parts.database.writing() as tx:
            invitations.take_back(tx, _me(), number, parts.clock())
        return redirect("/colleagues?done=taken_back", 303)

    @views.post("/colleagues/<int(max=2147483647):number>/let-in")
    def let_in(number: int) -> Any:
        return _let_in(parts, number)

    @views.post("/colleagues/<int(max=2147483647):number>/withdraw")
    def withdraw(number: int) -> Any:
        return _withdraw(parts, number)

    @views.get("/join")
    def join() -> Any:
        return render_template("join.html", csrf=visitor().csrf)

    @views.post("/join")
    def accept() -> Any:
        return _accept(parts)

    return views


def _me() -> Responder:
    who = visitor().session
    assert who is not None
    return who.responder


def _page(parts: Parts, error: str = "", notice: str = "", invited: str = "", email: str = "") -> str:
    me, now = _me(), parts.clock()
    with parts.database.reading() as tx:
        people = colleagues.of(tx, me.queue)
        names = {f"responder:{who.id}": who.name for who in accounts.everyone(tx) if who.queue == me.queue}
        waiting, lines = invitations.waiting(tx, me.queue, now), desk_log.latest(tx, me.queue)
    about = {"people": people, "waiting": waiting, "lines": lines, "names": names, "roles": ROLES[: ROLES.index(me.role) + 1]}
    fresh = {"invited": invited, "email": email, "link": link(parts, invited) if invited else "", "error": error, "notice": notice}
    desk = parts.routing.desks.get(me.queue)
    return render_template("colleagues.html", who=me, desk=desk, csrf=visitor().csrf, now=now, ROLES=ROLES, **about, **fresh)


def link(parts: Parts, code: str) -> str:
    """Where who was invited joins: at the desk's own address, never at one that a caller names; the code is not sent with the request."""
    settings = parts.settings
    site = settings.desk_url or (f"http://{settings.host}:{settings.dashboard_port}" if settings.demo else "")
    return f"{site}/join#{code}" if site else ""


def _invite(parts: Parts) -> Any:
    email, role = request.form.get("email", "")[:254], request.form.get("role", "")
    if not proof.knows_password(parts, "password"):
        return _page(parts, error="The password does not fit. Nobody was invited."), 400
    try:
        with parts.database.writing() as tx:
            code = invitations.invite(tx, _me(), email, role, parts.clock())
    except (NotAllowed, Conflict) as error:
        return _page(parts, error=str(error)), 400
    return _page(parts, invited=code, email=email)


def _let_in(parts: Parts, number: int) -> Any:
    try:
        with parts.database.writing() as tx:
            colleagues.let_in(tx, _me(), visitor().opener(tx), number, parts.clock())
    except NotAllowed as error:
        return _page(parts, error=str(error)), 409
    return redirect("/colleagues?done=let_in", 303)


def _withdraw(parts: Parts, number: int) -> Any:
    with parts.database.reading() as tx:
        opener = visitor().opener(tx)
    try:
        outcome = colleagues.withdraw(parts.database, _me(), opener, number, parts.clock())
    except NotAllowed as error:
        return _page(parts, error=str(error)), 409
    return redirect(f"/colleagues?done={outcome}", 303)


def _accept(parts: Parts) -> Any:
    """First the code alone, then with it a name, a password and the second factor."""
    code, now = request.form.get("code", "")[:80], parts.clock()
    if tries.too_many(parts, GUESSED):
        return render_template("join.html", csrf=visitor().csrf, error="Too many tries. Please wait some minutes."), 429
    with parts.database.reading() as tx:
        found = invitations.find(tx, code, now)
    if found is None:
        tries.failed(parts, GUESSED)
        return render_template("join.html", csrf=visitor().csrf, error="That is no invitation, or it was used or is older than a day."), 404
    if "password" not in request.form:
        return _form(parts, found, code)
    return _join(parts, found, code)


def _form(parts: Parts, found: Invitation, code: str, error: str = "") -> str:
    about = {"code": code, "name": request.form.get("name", ""), **proof.offered(invitations.clean(code), found.email)}
    where = parts.routing.desks.get(found.queue)
    return render_template("join.html", csrf=visitor().csrf, found=found, where=where.name if where else found.queue, error=error, **about)


def _join(parts: Parts, found: Invitation, code: str) -> Any:
    form, now = request.form, parts.clock()
    name, where = form.get("name", "").strip()[:80], parts.routing.desks.get(found.queue)
    chosen = proof.taken(invitations.clean(code), now)
    if not name:
        return _form(parts, found, code, "Please give a name by which your colleagues know you."), 400
    try:
        strength.check(form["password"], (found.email, name, found.queue, where.name if where else ""))
        if chosen is None:
            return _form(parts, found, code, "The six digits do not fit. Scan the new picture and try again."), 400
        with parts.database.writing() as tx:
            invitations.accept(tx, found, name, form["password"], chosen, now)
    except (NotAllowed, Conflict) as error:
        return _form(parts, found, code, str(error)), 400
    return redirect("/login?joined=1", 303)
