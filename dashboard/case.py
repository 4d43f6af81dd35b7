"""One case: its conversation, what triage found and why, its history, and what a responder can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from sqlalchemy import Connection

from dashboard import correcting, duty, referring
from dashboard.guard import visitor
from dashboard.parts import Parts
from triage import attachments, cases, desk, links, referrals
from triage.db import retried
from triage.path import path
from triage.values import LEVELS, OUTCOMES, Conflict, NotAllowed, NotYours

Verb = Callable[[Parts, Connection, str], int | None]


def blueprint(parts: Parts) -> Blueprint:
    """/cases/<ref> and what is done there."""
    views = Blueprint("case", __name__, url_prefix="/cases")

    @views.get("/<ref>")
    def show(ref: str) -> Any:
        return _show(parts, ref)

    @views.get("/<ref>/live")
    def live(ref: str) -> Any:
        with parts.database.reading() as tx:
            row = desk.find(tx, visitor().scope, ref)
        return jsonify(version=row.version)

    @views.post("/<ref>/<verb>")
    def act(ref: str, verb: str) -> Any:
        if verb not in VERBS:
            abort(404)

        def done() -> tuple[int | None, bool]:
            with parts.database.writing() as tx:
                return VERBS[verb](parts, tx, ref), desk.is_seen(tx, visitor().scope, ref)

        try:
            parcel, stays = retried(done)
        except (Conflict, NotAllowed) as error:
            return _show(parts, ref, error=str(error), typed=request.form), 409
        if parcel is not None:
            parts.ring("deliver", parcel)
        lane = "/queue?state=apart" if request.form.get("from") == "apart" else ""
        return redirect(lane or (f"/cases/{ref}" if stays else "/queue"), 303)

    return views


def _show(parts: Parts, ref: str, error: str = "", typed: Any = None) -> Any:
    return retried(lambda: _read(parts, ref, error, typed))


def _read(parts: Parts, ref: str, error: str, typed: Any) -> Any:
    who = visitor()
    with parts.database.writing() as tx:
        try:
            file = desk.open_case(tx, who.opener(tx), who.scope, ref, parts.clock())
        except NotYours:
            return _summary(parts, tx, ref, error)
        names = desk.names(tx)
        attached = attachments.of_case(tx, who.opener(tx), file.row.id)
        told = referring.page(tx, parts, file.row)
        alike = links.of_case(tx, who.scope, file.row.id)
        guest = cases.is_guest(tx, who.scope, ref)
        told |= correcting.page(parts, file.row, file.facts)
        told |= {"numbers": duty.numbers(parts, file.row.country, file.row.subdivision), "off_duty": duty.off_duty(parts, file.row.queue)}
    files = {message: [item for item in attached if item.message_id == message] for message in {item.message_id for item in attached}}
    return render_template(
        "case.html",
        who=who.session.responder if who.session else None,
        csrf=who.csrf,
        desk=parts.routing.desks.get(who.scope.queue),
        file=file,
        path=path(parts.routing, file.history, who.scope.queue),
        files=files,
        row=file.row,
        names=names,
        now=parts.clock(),
        desks=parts.routing.desks,
        levels=LEVELS,
        outcomes=OUTCOMES,
        error=error,
        typed=typed or {},
        alike=alike,
        guest=guest,
        **told,
    )


def _summary(parts: Parts, tx: Connection, ref: str, error: str) -> Any:
    who = visitor()
    row = desk.find_summary(tx, who.scope, ref, parts.clock())
    told = referrals.for_desk(tx, row.id, who.scope.queue)
    values = {"who": who.session.responder if who.session else None, "csrf": who.csrf, "desk": parts.routing.desks.get(who.scope.queue)}
    return render_template("summary.html", **values, row=row, told=told, error=error, desks=parts.routing.desks, now=parts.clock())


def _field(name: str) -> str:
    return request.form.get(name, "")


def _claim(parts: Parts, tx: Connection, ref: str) -> None:
    cases.claim(tx, visitor().scope, ref, parts.clock())


def _release(parts: Parts, tx: Connection, ref: str) -> None:
    cases.release(tx, visitor().scope, ref, parts.clock())


def _reply(parts: Parts, tx: Connection, ref: str) -> int | None:
    if not cases.is_guest(tx, visitor().scope, ref):
        cases.claim(tx, visitor().scope, ref, parts.clock())  # who answers has the case
    return cases.reply(tx, parts.keys.sealer, visitor().scope, ref, _field("text"), parts.clock())[1]


def _note(parts: Parts, tx: Connection, ref: str) -> None:
    cases.note(tx, visitor().scope, ref, _field("text"), parts.clock())


def _transfer(parts: Parts, tx: Connection, ref: str) -> None:
    cases.transfer(tx, visitor().opener(tx), parts.routing, visitor().scope, ref, _field("queue"), _field("reason"), parts.clock())


def _urgency(parts: Parts, tx: Connection, ref: str) -> None:
    cases.set_level(tx, parts.routing, visitor().scope, ref, _field("urgency"), _field("reason"), parts.clock())


def _close(parts: Parts, tx: Connection, ref: str) -> None:
    cases.close(tx, visitor().scope, ref, _field("outcome"), _field("reason")[:2000], parts.clock())


def _reopen(parts: Parts, tx: Connection, ref: str) -> None:
    cases.reopen(tx, visitor().scope, ref, parts.clock())


def _lane(lane: str) -> Verb:
    def act(parts: Parts, tx: Connection, ref: str) -> None:
        cases.set_lane(tx, parts.routing, visitor().scope, ref, lane, _field("reason"), parts.clock())

    return act


def _link(same: bool) -> Verb:
    def act(parts: Parts, tx: Connection, ref: str) -> None:
        number = int(_field("link")) if _field("link").isdecimal() and len(_field("link")) < 15 else 0
        links.decide(tx, visitor().scope, ref, number, same, _field("reason"), parts.clock())

    return act


VERBS: dict[str, Verb] = {
    **referring.VERBS,
    **correcting.VERBS,
    "apart": _lane("apart"),
    "back": _lane("desk"),
    "same": _link(True),
    "other": _link(False),
    "claim": _claim,
    "release": _release,
    "reply": _reply,
    "note": _note,
    "transfer": _transfer,
    "urgency": _urgency,
    "close": _close,
    "reopen": _reopen,
}
