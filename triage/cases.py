"""What a responder does with a case: one function a verb, one transaction a call, one event in the history.

Every function raises NotYours for a case of another desk (or none), and Conflict or NotAllowed with the reason.
"""

from __future__ import annotations

from sqlalchemy import Connection, Row, update

from config.desks import Routing
from triage import events, marks, messages, outbox, talks
from triage.routing import CaseFacts, may_hold
from triage.scope import Scope, hold
from triage.tables import cases
from triage.values import LEVELS, OUTCOMES, Conflict, NotAllowed, level_of, rank
from triage.vault import Sealer

REASON = "reason"
Case = Row[tuple[object, ...]]


def claim(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Takes a case in hand. Raises Conflict where another responder has it."""
    row = _open(hold(tx, scope, ref))
    if row.claimed_by == scope.responder_id and row.state == "claimed":
        return
    if row.claimed_by is not None:
        raise Conflict("Another responder has this case.")
    _change(tx, row, state="claimed", claimed_by=scope.responder_id, claimed_at=now, unread_at=None)
    events.append(tx, row.id, now, scope.actor, "claimed")


def release(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Puts a case back on the desk."""
    row = _open(hold(tx, scope, ref))
    if row.claimed_by is None:
        raise NotAllowed("Nobody has this case in hand.")
    if row.claimed_by != scope.responder_id and scope.role == "responder":
        raise Conflict("Another responder has this case.")
    _change(tx, row, state="new", claimed_by=None, claimed_at=None)
    events.append(tx, row.id, now, scope.actor, "released")


def reply(tx: Connection, sealer: Sealer, scope: Scope, ref: str, text: str, now: int) -> tuple[int, int | None]:
    """Answers the reporter on the channel they came by: (message id, outbox id; None on the web, where they come back).

    Raises NotAllowed where the person wants no messages or has nowhere to receive one.
    """
    row = _open(hold(tx, scope, ref))
    text = _words(text, "The reply is empty.")
    talk = talks.of_case(tx, row.id)
    if row.channel != "web":
        if row.no_outbound:
            raise NotAllowed("This phone is not safe: nothing may be sent to it.")
        if talk is None:
            raise NotAllowed("There is no way left to reach this person.")
        if talk.stopped_at is not None:
            raise NotAllowed("The person sent STOP: nothing may be sent until they write again.")
    copy = messages.seal_for_reporter(row.receipt_public, text)
    message_id = messages.add(tx, row.id, "out", now, messages.seal(sealer, {"text": text}), scope.responder_id, copy)
    parcel = None
    if talk is not None and talk.channel != "web":
        body = messages.seal(sealer, {"text": text})
        parcel = outbox.put(tx, "reply", talk.channel, body, now, case_id=row.id, conversation_id=talk.id, message_id=message_id)
    _change(tx, row, unread_at=None)
    events.append(tx, row.id, now, scope.actor, "replied", {"message": message_id})
    return message_id, parcel


def note(tx: Connection, sealer: Sealer, scope: Scope, ref: str, text: str, now: int) -> int:
    """Writes a note that only responders read; its message id."""
    row = hold(tx, scope, ref)
    body = messages.seal(sealer, {"text": _words(text, "The note is empty.")})
    message_id = messages.add(tx, row.id, "note", now, body, scope.responder_id)
    _change(tx, row)
    events.append(tx, row.id, now, scope.actor, "noted", {"message": message_id})
    return message_id


def transfer(tx: Connection, sealer: Sealer, routing: Routing, scope: Scope, ref: str, desk: str, reason: str, now: int) -> None:
    """Hands a case to another desk; it leaves this one. Raises NotAllowed where a stop of the person forbids that desk."""
    row = _open(hold(tx, scope, ref))
    if desk not in routing.desks or desk == row.queue:
        raise NotAllowed("Choose another desk.")
    facts = CaseFacts(row.country, level_of(row.level), row.kind, row.lang, row.no_authorities)
    if not may_hold(routing, desk, facts):
        raise NotAllowed("The person said never police or government, and that desk is run by a government body.")
    sealed = sealer.seal(REASON, _words(reason, "Say why, for the desk that takes over.").encode())
    _change(tx, row, queue=desk, state="new", claimed_by=None, claimed_at=None, routed_by=scope.responder_id, routed_at=now)
    marks.grow(tx, desk)
    events.append(tx, row.id, now, scope.actor, "transferred", {"from": row.queue, "to": desk}, sealed)


def set_level(tx: Connection, sealer: Sealer, routing: Routing, scope: Scope, ref: str, level: str, reason: str, now: int) -> None:
    """Raises or lowers the urgency by hand; the machine may raise it again on new words."""
    row = _open(hold(tx, scope, ref))
    if level not in LEVELS:
        raise NotAllowed("Choose a level.")
    if rank(level) == row.level:
        raise NotAllowed("The case has this level already.")
    sealed = sealer.seal(REASON, _words(reason, "Say why the level changes.").encode())
    due_at = min(row.due_at, now + routing.targets[level] * 60_000) if rank(level) > row.level else now + routing.targets[level] * 60_000
    _change(tx, row, level=rank(level), level_by=scope.responder_id, due_at=due_at)
    verb = "raised" if rank(level) > row.level else "lowered"
    events.append(tx, row.id, now, scope.actor, verb, {"from": level_of(row.level), "to": level}, sealed)


def close(tx: Connection, sealer: Sealer, scope: Scope, ref: str, outcome: str, reason: str, now: int) -> None:
    """Closes a case with an outcome; a later word of the person opens it again."""
    row = _open(hold(tx, scope, ref))
    if outcome not in OUTCOMES:
        raise NotAllowed("Choose an outcome.")
    sealed = sealer.seal(REASON, reason.strip().encode()) if reason.strip() else None
    _change(tx, row, state="closed", closed_at=now, outcome=outcome, unread_at=None)
    events.append(tx, row.id, now, scope.actor, "closed", {"outcome": outcome}, sealed)


def reopen(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Opens a closed case again, in hand of nobody."""
    row = hold(tx, scope, ref)
    if row.state != "closed":
        raise NotAllowed("The case is open.")
    _change(tx, row, state="new", claimed_by=None, closed_at=None, outcome=None)
    events.append(tx, row.id, now, scope.actor, "reopened")


def _open(row: Case) -> Case:
    if row.state == "closed":
        raise NotAllowed("The case is closed. Open it again first.")
    return row


def _words(text: str, empty: str) -> str:
    words = text.replace("\0", "").strip()
    if not words:
        raise NotAllowed(empty)
    if len(words) > 4000:
        raise NotAllowed("The text is too long: 4,000 characters at most.")
    return words


def _change(tx: Connection, row: Case, **values: object) -> None:
    tx.execute(update(cases).where(cases.c.id == row.id).values(version=row.version + 1, **values))
    marks.grow(tx, row.queue)
