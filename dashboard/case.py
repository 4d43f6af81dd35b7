"""One case: its conversation, what triage found and why, its history, and what a responder can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from sqlalchemy import Connection

from dashboard.guard import visitor
from dashboard.parts import Parts
from triage import attachments, cases, desk
from triage.path import path
from triage.values import LEVELS, OUTCOMES, Conflict, NotAllowed

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
        try:
            with parts.database.writing() as tx:
                parcel = VERBS[verb](parts, tx, ref)
        except (Conflict, NotAllowed) as error:
            return _show(parts, ref, error=str(error), typed=request.form), 409
        if parcel is not None:
            parts.ring("deliver", parcel)
        return redirect("/queue" if verb == "transfer" else f"/cases/{ref}", 303)

    return views


def _show(parts: Parts, ref: str, error: str = "", typed: Any = None) -> Any:
    who = visitor()
    with parts.database.writing() as tx:
        file = desk.open_case(tx, who.opener(tx), who.scope, ref, parts.clock())
        names = desk.names(tx)
        attached = attachments.of_case(tx, who.opener(tx), file.row.id)
    files = {message: [item for item in attached if item.message_id == message] for message in {item.message_id for item in attached}}
    return render_template(
        "case.html",
        who=who.session.responder if who.session else None,
        csrf=who.csrf,
        desk=parts.routing.desks.get(who.scope.queue),
        file=file,
        path=path(parts.routing, file.history),
        files=files,
        row=file.row,
        names=names,
        now=parts.clock(),
        desks=parts.routing.desks,
        levels=LEVELS,
        outcomes=OUTCOMES,
        error=error,
        typed=typed or {},
    )


def _field(name: str) -> str:
    return request.form.get(name, "")


def _claim(parts: Parts, tx: Connection, ref: str) -> None:
    cases.claim(tx, visitor().scope, ref, parts.clock())


def _release(parts: Parts, tx: Connection, ref: str) -> None:
    cases.release(tx, visitor().scope, ref, parts.clock())


def _reply(parts: Parts, tx: Connection, ref: str) -> int | None:
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


VERBS: dict[str, Verb] = {
    "claim": _claim,
    "release": _release,
    "reply": _reply,
    "note": _note,
    "transfer": _transfer,
    "urgency": _urgency,
    "close": _close,
    "reopen": _reopen,
}
