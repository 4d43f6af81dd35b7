"""Files of a case: previews without metadata, sounds to play, and the original by an explicit click that the history keeps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request

from dashboard.guard import visitor
from dashboard.parts import Parts
from dashboard.words import SOUNDS
from triage import attachments, desk, events
from triage.db import retried
from triage.scope import hold
from triage.vault import CannotOpen

# Whatever a file holds, it runs nothing, loads nothing and is its own origin.
SANDBOX = "default-src 'none'; sandbox"


def blueprint(parts: Parts) -> Blueprint:
    """/cases/<ref>/files/…"""
    views = Blueprint("files", __name__, url_prefix="/cases/<ref>/files")

    @views.get("/<int(max=2147483647):number>/preview")
    def preview(ref: str, number: int) -> Response:
        with parts.database.reading() as tx:
            row = desk.find(tx, visitor().scope, ref)
            opener = visitor().opener(tx)
            found = attachments.find(tx, opener, row.id, number)
            picture = attachments.preview(tx, opener, number) if found and found.has_preview else None
        return _answer(picture, "image/jpeg") if picture else abort(404)

    @views.get("/<int(max=2147483647):number>/sound")
    def sound(ref: str, number: int) -> Response:
        data, kind = _original(parts, ref, number, "file_played", SOUNDS)
        return _answer(data, kind)

    @views.post("/<int(max=2147483647):number>/original")
    def original(ref: str, number: int) -> Response:
        data, kind = _original(parts, ref, number, "file_opened", None)
        known = kind if kind in attachments.ENDINGS else "application/octet-stream"
        # Never the name that the sender gave: it may hold a path, a trick, or a person.
        name = f"{ref}-{number}.{attachments.ENDINGS.get(known, 'bin')}"
        return _answer(data, known, {"Content-Disposition": f'attachment; filename="{name}"'})

    return views


def _original(parts: Parts, ref: str, number: int, verb: str, kinds: tuple[str, ...] | None) -> tuple[bytes, str]:
    """The file as it came, with its kind by its own bytes; that it was opened stands in the case's history."""
    return retried(lambda: _opened(parts, ref, number, verb, kinds))


def _opened(parts: Parts, ref: str, number: int, verb: str, kinds: tuple[str, ...] | None) -> tuple[bytes, str]:
    who = visitor().scope
    with parts.database.writing() as tx:
        opener = visitor().opener(tx)
        case_id = int(hold(tx, who, ref, shared=True).id)
        found = attachments.find(tx, opener, case_id, number)
        kind = str(found.facts.get("type", "")) if found else ""
        if found is None or found.state != "kept" or (kinds is not None and kind not in kinds):
            abort(404)
        # A player asks again for later parts of a sound that it plays already.
        if request.headers.get("Range", "bytes=0-") == "bytes=0-":
            events.append(tx, case_id, parts.clock(), who.actor, verb, {"file": number})
    with parts.database.reading() as tx:
        try:
            return attachments.original(tx, opener, number), kind
        except CannotOpen:
            abort(404)


def _answer(data: bytes, kind: str, more: dict[str, str] | None = None) -> Response:
    answer: Any = Response(data, content_type=kind)
    answer.headers.update({"Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    answer.headers.update(more or {})
    answer.headers["Accept-Ranges"] = "bytes"
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(data))  # type: ignore[no-any-return]
