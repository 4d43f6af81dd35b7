"""What a responder does with a case: one function a verb, one transaction a call, one event in the history.

Every function raises NotYours for a case of another desk (or none), and Conflict or NotAllowed with the reason.
"""

from __future__ import annotations

from sqlalchemy import Connection, Row, select, update

from config.desks import Routing
from triage import case_keys, corrections, events, marks, messages, outbox, participants, pulses, talks, timers
from triage.routing import barred_by
from triage.rows import facts_of
from triage.scope import EVERYTHING, Scope, hold
from triage.tables import cases
from triage.values import LEVELS, OUTCOMES, Conflict, NotAllowed, level_of, rank
from triage.vault import Opener, Sealer

REASON = "reason"
Case = Row[tuple[object, ...]]


def claim(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Takes a case in hand; a desk that had it before it was passed on takes it back. Raises Conflict where another has it."""
    row = _open(hold(tx, scope, ref))
    if row.claimed_by == scope.responder_id and row.state == "claimed":
        return
    if row.claimed_by is not None:
        raise Conflict("Another responder has this case.")
    values = {"state": "claimed", "claimed_by": scope.responder_id, "claimed_at": now, "unread_at": None, "escalate_at": None}
    if scope.queue not in (row.queue, EVERYTHING):
        values |= {"queue": scope.queue, "routed_at": now}
        participants.grant(tx, row.id, row.queue, "whole", now)
        case_keys.swap(tx, row.id, row.queue, scope.queue)
        events.append(tx, row.id, now, scope.actor, "taken_back", {"from": row.queue, "to": scope.queue})
        marks.grow(tx, scope.queue)
    participants.forget_visits(tx, row.id)
    _change(tx, row, **values)
    events.append(tx, row.id, now, scope.actor, "claimed")


def is_guest(tx: Connection, scope: Scope, ref: str) -> bool:
    """True where another desk has the case and this one was told of it whole: it reads, notes and answers, and nothing else."""
    row = tx.execute(select(cases.c.id, cases.c.queue).where(cases.c.ref == ref, scope.sees())).first()
    if row is None or scope.queue in (row.queue, EVERYTHING):
        return False
    return participants.access_of(tx, row.id, scope.queue) == "whole"


def release(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Puts a case back on the desk; the clock looks after it again."""
    row = _open(hold(tx, scope, ref))
    if row.claimed_by is None:
        raise NotAllowed("Nobody has this case in hand.")
    if row.claimed_by != scope.responder_id and scope.role == "responder":
        raise Conflict("Another responder has this case.")
    _change(tx, row, state="new", claimed_by=None, claimed_at=None, step=timers.WOKEN, escalate_at=now)
    events.append(tx, row.id, now, scope.actor, "released")


def reply(tx: Connection, sealer: Sealer, scope: Scope, ref: str, text: str, now: int) -> tuple[int, int | None]:
    """Answers the reporter on the channel they came by: (message id, outbox id; None on the web, where they come back).

    Raises NotAllowed where the person wants no messages or has nowhere to receive one.
    """
    row = _open(hold(tx, scope, ref, shared=True))
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
    message_id = messages.add(tx, row.id, "out", now, messages.seal(case_keys.sealer(tx, row.id), {"text": text}), scope.responder_id, copy)
    parcel = None
    if talk is not None and talk.channel != "web":
        body = messages.seal(sealer, {"text": text})
        parcel = outbox.put(tx, "reply", talk.channel, body, now, case_id=row.id, conversation_id=talk.id, message_id=message_id)
    _change(tx, row, unread_at=None)
    events.append(tx, row.id, now, scope.actor, "replied", {"message": message_id})
    return message_id, parcel


def note(tx: Connection, scope: Scope, ref: str, text: str, now: int) -> int:
    """Writes a note that only responders read; its message id."""
    row = hold(tx, scope, ref, shared=True)
    body = messages.seal(case_keys.sealer(tx, row.id), {"text": _words(text, "The note is empty.")})
    message_id = messages.add(tx, row.id, "note", now, body, scope.responder_id)
    _change(tx, row)
    events.append(tx, row.id, now, scope.actor, "noted", {"message": message_id})
    return message_id


def transfer(tx: Connection, opener: Opener, routing: Routing, scope: Scope, ref: str, desk: str, reason: str, now: int) -> None:
    """Hands a case to another desk, which can read what `opener` can; it leaves this one.

    Raises NotAllowed where a stop of the person forbids that desk.
    """
    row = _open(hold(tx, scope, ref))
    if desk not in routing.desks or desk == row.queue:
        raise NotAllowed("Choose another desk.")
    for stop in barred_by(routing, desk, facts_of(row)):
        raise NotAllowed(f"Not to that desk: {routing.stop(stop)}.")
    sealed = case_keys.sealer(tx, row.id).seal(REASON, _words(reason, "Say why, for the desk that takes over.").encode())
    armed = timers.armed(routing, desk, level_of(row.level), now)
    participants.forget_visits(tx, row.id)
    _change(tx, row, **armed, queue=desk, state="new", claimed_by=None, claimed_at=None, routed_by=scope.responder_id, routed_at=now)
    case_keys.hand_over(tx, routing, row.id, row.queue, desk, opener)
    participants.end(tx, row.id, desk, now)
    marks.grow(tx, desk)
    events.append(tx, row.id, now, scope.actor, "transferred", {"from": row.queue, "to": desk}, sealed)


def set_level(tx: Connection, routing: Routing, scope: Scope, ref: str, level: str, reason: str, now: int) -> None:
    """Raises or lowers the urgency by hand; the machine may raise it again on new words."""
    row = _open(hold(tx, scope, ref))
    if level not in LEVELS:
        raise NotAllowed("Choose a level.")
    if rank(level) == row.level:
        raise NotAllowed("The case has this level already.")
    sealed = case_keys.sealer(tx, row.id).seal(REASON, _words(reason, "Say why the level changes.").encode())
    higher = rank(level) > row.level
    armed = timers.armed(routing, row.queue, level, now, row.due_at if higher else None)
    # In somebody's hand only the time changes.
    values = armed if row.state == "new" and row.lane == "desk" else {"due_at": armed["due_at"]}
    # Whatever is more urgent comes back from where it was set apart.
    values |= timers.armed(routing, row.queue, level, now) | {"lane": "desk", "lane_why": None} if higher and row.lane != "desk" else {}
    _change(tx, row, level=rank(level), level_by=scope.responder_id, **values)
    corrections.note(tx, scope, row, "level", level_of(row.level), level, now)
    pulses.settle(tx, row.id)
    verb = "raised" if higher else "lowered"
    events.append(tx, row.id, now, scope.actor, verb, {"from": level_of(row.level), "to": level}, sealed)


def close(tx: Connection, scope: Scope, ref: str, outcome: str, reason: str, now: int) -> None:
    """Closes a case with an outcome; a later word of the person opens it again."""
    row = _open(hold(tx, scope, ref))
    if outcome not in OUTCOMES:
        raise NotAllowed("Choose an outcome.")
    sealed = case_keys.sealer(tx, row.id).seal(REASON, reason.strip().encode()) if reason.strip() else None
    _change(tx, row, state="closed", closed_at=now, outcome=outcome, unread_at=None, escalate_at=None)
    events.append(tx, row.id, now, scope.actor, "closed", {"outcome": outcome}, sealed)


def set_lane(tx: Connection, routing: Routing, scope: Scope, ref: str, lane: str, reason: str, now: int) -> None:
    """Sets a case apart or puts it back on the desk; the machine then leaves it there, unless something urgent is said."""
    row = _open(hold(tx, scope, ref))
    if lane not in ("desk", "apart") or lane == row.lane:
        raise NotAllowed("It is there already.")
    if lane == "apart" and row.level:
        raise NotAllowed("Only a case of low urgency is set apart: lower it first, with a reason.")
    # Back on the desk is one click: nobody is harmed by looking once more.
    words = _words(reason, "Say why, for who reads it later.") if lane == "apart" or reason.strip() else ""
    sealed = case_keys.sealer(tx, row.id).seal(REASON, words.encode()) if words else None
    armed = timers.armed(routing, row.queue, level_of(row.level), now) if lane == "desk" and row.state == "new" else {"escalate_at": None}
    _change(tx, row, **armed, lane=lane, lane_why="person" if lane == "apart" else None, lane_by=scope.responder_id)
    events.append(tx, row.id, now, scope.actor, "set_apart" if lane == "apart" else "put_back", {}, sealed)


def reopen(tx: Connection, scope: Scope, ref: str, now: int) -> None:
    """Opens a closed case again, in hand of nobody."""
    row = hold(tx, scope, ref)
    if row.state != "closed":
        raise NotAllowed("The case is open.")
    _change(tx, row, state="new", claimed_by=None, closed_at=None, outcome=None, step=timers.WOKEN, escalate_at=now)
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
    marks.grow(tx, row.queue, *participants.queues(tx, row.id))
