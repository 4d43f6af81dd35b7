"""The outbox: what must be sent, claimed by lease, with an honest state for each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from triage import events, marks
from triage.hours import next_safe
from triage.tables import cases, conversation, outbox
from triage.values import LEASE_MS

SESSION_MS = 24 * 3_600_000  # how long after a person's last message WhatsApp lets us write freely
FAILED = ("failed", "undelivered")
# A provider's words in the order in which a message lives through them.
_STEPS = {"queued": 1, "accepted": 1, "sending": 2, "sent": 3, "failed": 4, "undelivered": 4, "delivered": 5, "read": 6}
UNASKED = ("reply", "reminder", "question")  # what reaches a person without their having just written
SILENCED = "the person wants no messages"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to send. `sealed` holds the words, `contact` the address, both sealed to the opening key."""

    id: int
    kind: str
    channel: str
    case_id: int | None
    sealed: bytes
    contact: bytes | None
    attempts: int
    created_at: int
    key: str = ""  # the same in every try; opaque
    pieces: int = 0  # parts that have left already
    line: str | None = None
    lang: str | None = None
    conversation_id: int | None = None
    level: int = 0
    instead: str | None = None  # what is sent in place of the words, where the screen may be seen


def put(
    tx: Connection,
    kind: str,
    channel: str,
    sealed: bytes,
    now: int,
    *,
    case_id: int | None = None,
    conversation_id: int | None = None,
    message_id: int | None = None,
) -> int:
    """Queues one parcel."""
    values = {
        "kind": kind,
        "channel": channel,
        "sealed": sealed,
        "state": "queued",
        "due_at": now,
        "created_at": now,
        "case_id": case_id,
        "conversation_id": conversation_id,
        "message_id": message_id,
    }
    return int(tx.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one())


def lease(tx: Connection, parcel_id: int, now: int) -> Parcel | None:
    """Takes a parcel to send; None where it is sent, in other hands, or the person said stop since.

    STOP, an unsafe phone and safe hours are looked at here, in the claiming transaction, so that a STOP holds from its commit on.
    """
    row = tx.execute(
        _joined().where(outbox.c.id == parcel_id, outbox.c.state == "queued", outbox.c.due_at <= now).with_for_update(of=outbox)
    ).first()
    if row is None:
        return None
    parcel = _parcel(row)
    if _wants_none(row):
        withhold(tx, parcel, now, SILENCED)
        return None
    if row.channel == "whatsapp" and row.kind not in ("ack", "alert") and now - (row.heard_at or row.created_at) > SESSION_MS:
        withhold(tx, parcel, now, "WhatsApp takes an answer only within 24 hours of the person's last message")
        return None
    if row.kind in UNASKED:
        safe_at = next_safe(row.safe_hours, row.utc_offset or 0, now)
        if safe_at > now:
            tx.execute(update(outbox).where(outbox.c.id == parcel_id).values(due_at=safe_at, error="waits for the hours that are safe"))
            return None
    values = {"state": "sending", "lease_until": now + LEASE_MS, "attempts": outbox.c.attempts + 1}
    # A provider's report may come before we know its own id: until then it is known by our key.
    values |= {"provider_id": parcel.key} if row.provider_id is None else {}
    tx.execute(update(outbox).where(outbox.c.id == parcel_id).values(values))
    return replace(parcel, attempts=row.attempts + 1)


def is_silenced(tx: Connection, parcel_id: int) -> bool:
    """True where the person said stop since the parcel was taken, where their phone is unsafe by now, or where all of it was erased."""
    row = tx.execute(_joined().where(outbox.c.id == parcel_id)).first()
    return row is None or _wants_none(row)


def withhold(tx: Connection, parcel: Parcel, now: int, why: str) -> None:
    """Not sent, and will not be: its case says why."""
    _settle(tx, parcel.id, state="withheld", error=why)
    tell_case(tx, parcel, now, "withheld", why)


def progress(tx: Connection, parcel_id: int, pieces: int) -> None:
    """So many parts of a long text have left."""
    tx.execute(update(outbox).where(outbox.c.id == parcel_id).values(pieces=pieces))


def put_off(tx: Connection, parcel_id: int, due_at: int) -> None:
    """Moves a parcel that is still queued to a later time."""
    tx.execute(update(outbox).where(outbox.c.id == parcel_id, outbox.c.state == "queued").values(due_at=due_at))


def call_off(tx: Connection, parcel_id: int, why: str) -> None:
    """Keeps a parcel that is still queued from being sent."""
    tx.execute(update(outbox).where(outbox.c.id == parcel_id, outbox.c.state == "queued").values(state="withheld", error=why))


def call_off_answers(tx: Connection, conversation_id: int, why: str) -> None:
    """Keeps every answer of a talk that has not left yet from leaving."""
    queued = (outbox.c.conversation_id == conversation_id, outbox.c.kind == "answer", outbox.c.state == "queued")
    tx.execute(update(outbox).where(*queued).values(state="withheld", error=why))


def waiting(tx: Connection, now: int, limit: int = 200) -> tuple[int, ...]:
    """Parcels that are due and in nobody's hands, oldest first."""
    query = select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.due_at <= now).order_by(outbox.c.due_at).limit(limit)
    return tuple(tx.execute(query).scalars())


def sent(tx: Connection, parcel_id: int, now: int, provider_id: str | None) -> None:
    """The provider took it."""
    _settle(tx, parcel_id, state="sent", sent_at=now, provider_id=provider_id, error=None)


def failed(tx: Connection, parcel_id: int, error: str) -> None:
    """The provider will never take it; the case shows why."""
    _settle(tx, parcel_id, state="failed", error=error)


def retry(tx: Connection, parcel_id: int, due_at: int, error: str) -> None:
    """Not taken, and surely not sent: try again at `due_at`."""
    _settle(tx, parcel_id, state="queued", due_at=due_at, error=error)


def unknown(tx: Connection, parcel_id: int, error: str) -> None:
    """May have been sent: never repeated blindly, looked up by the reconciler."""
    _settle(tx, parcel_id, state="unknown", error=error)


def orphans(tx: Connection, now: int) -> int:
    """Parcels whose sender died while it was sending: nobody knows whether they left, so they are `unknown`."""
    query = update(outbox).where(outbox.c.state == "sending", outbox.c.lease_until < now)
    return tx.execute(query.values(state="unknown", lease_until=None, error="the sender stopped while sending")).rowcount


def has_orphans(tx: Connection, now: int) -> bool:
    """True where a sender died while sending; asked without taking the write lock."""
    query = select(outbox.c.id).where(outbox.c.state == "sending", outbox.c.lease_until < now).limit(1)
    return tx.execute(query).first() is not None


def unknowns(tx: Connection, limit: int = 50) -> tuple[int, ...]:
    """Parcels to be looked up at the provider."""
    return tuple(tx.execute(select(outbox.c.id).where(outbox.c.state == "unknown").order_by(outbox.c.id).limit(limit)).scalars())


def to_look_up(tx: Connection, parcel_id: int, before: int) -> Parcel | None:
    """An `unknown` parcel that had time since `before` to show up at the provider."""
    quiet = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= before)
    row = tx.execute(_joined().where(outbox.c.id == parcel_id, outbox.c.state == "unknown", outbox.c.due_at <= before, quiet)).first()
    return _parcel(row) if row else None


def tell_case(tx: Connection, parcel: Parcel, now: int, verb: str, reason: str | None = None) -> None:
    """Writes the outcome of a reply into its case's history, and lets the desk see it."""
    if parcel.case_id is None or parcel.kind != "reply":
        return
    queue = tx.execute(select(cases.c.queue).where(cases.c.id == parcel.case_id).with_for_update()).scalar_one_or_none()
    if queue is not None:
        events.append(tx, parcel.case_id, now, "system", verb, {"parcel": parcel.id} | ({"why": reason} if reason else {}))
        tx.execute(update(cases).where(cases.c.id == parcel.case_id).values(version=cases.c.version + 1))
        marks.grow(tx, queue)


def reported(tx: Connection, ids: Collection[str], delivery: str, error: str | None, now: int) -> int | None:
    """Notes the provider's word on a parcel known by one of these ids; its case, or None where there is none.

    Words come late and out of order: one that says less than an earlier one changes nothing. A parcel of which nobody
    knew whether it left is settled by it.
    """
    row = tx.execute(_joined().where(outbox.c.provider_id.in_(ids)).with_for_update(of=outbox)).first()
    if row is None or _STEPS.get(delivery, 0) < _STEPS.get(row.delivery or "", 0):
        return None
    settles = row.state == "unknown" or (row.state == "queued" and delivery in ("sent", "delivered", "read"))
    values: dict[str, object] = {"delivery": delivery, "error": error if delivery in FAILED else None}
    values |= {"state": "sent", "sent_at": now, "lease_until": None} if settles else {}
    tx.execute(update(outbox).where(outbox.c.id == row.id).values(values))
    if delivery in FAILED and row.delivery not in FAILED:
        tell_case(tx, _parcel(row), now, "not_delivered", error)
    elif settles:
        tell_case(tx, _parcel(row), now, "sent")
    return int(row.case_id) if row.case_id is not None else None


def was_answered(tx: Connection, parcel: Parcel) -> bool:
    """True where a responder's answer has left for this case before."""
    left = outbox.c.state.in_(("sent", "unknown", "sending"))
    query = select(outbox.c.id).where(outbox.c.case_id == parcel.case_id, outbox.c.kind == "reply", left, outbox.c.id != parcel.id)
    return tx.execute(query.limit(1)).first() is not None


def known(tx: Connection, ids: Collection[str], but: int) -> set[str]:
    """Which of these provider ids belong to other parcels than `but`."""
    query = select(outbox.c.provider_id).where(outbox.c.provider_id.in_(ids), outbox.c.id != but)
    return set(tx.execute(query).scalars())


def _wants_none(row: Any) -> bool:
    if row.kind == "answer":
        # What answers the STOP was made in the moment of it; what answers earlier words comes too late.
        return row.stopped_at is not None and row.created_at < row.stopped_at
    return row.kind not in ("ack", "alert") and (row.stopped_at is not None or bool(row.no_outbound))


def _settle(tx: Connection, parcel_id: int, **values: object) -> None:
    tx.execute(update(outbox).where(outbox.c.id == parcel_id).values(lease_until=None, **values))


def _parcel(row: Any) -> Parcel:
    key = hashlib.blake2b(bytes(row.sealed), digest_size=12, person=b"hotline-parcel").hexdigest()
    more = (row.pieces, row.line, row.lang, row.conversation_id, row.level or 0, row.neutral if row.kind == "reply" else None)
    return Parcel(row.id, row.kind, row.channel, row.case_id, row.sealed, row.contact, row.attempts, row.created_at, key, *more)


def _joined() -> Select[Any]:
    joined = outbox.outerjoin(conversation, outbox.c.conversation_id == conversation.c.id).outerjoin(cases, outbox.c.case_id == cases.c.id)
    columns = (
        outbox.c.id,
        outbox.c.kind,
        outbox.c.channel,
        outbox.c.case_id,
        outbox.c.sealed,
        outbox.c.attempts,
        outbox.c.created_at,
        outbox.c.state,
        outbox.c.pieces,
        outbox.c.provider_id,
        outbox.c.delivery,
        outbox.c.conversation_id,
        conversation.c.contact,
        conversation.c.stopped_at,
        conversation.c.line,
        conversation.c.lang,
        conversation.c.heard_at,
        conversation.c.safe_hours,
        conversation.c.utc_offset,
        conversation.c.neutral,
        cases.c.no_outbound,
        cases.c.level,
    )
    return select(*columns).select_from(joined)
