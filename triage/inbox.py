"""The inbox: one row for each message that a provider or a browser delivered, however often it came."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, or_, select, update

from triage.tables import inbox
from triage.values import LEASE_MS, MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that was here before, and what it was answered (under the state key; None once purged)."""

    id: int
    answer: bytes | None
    received_at: int


def find(tx: Connection, channel: str, external_id: str) -> Seen | None:
    """The row of this external id, if it came before."""
    query = select(inbox.c.id, inbox.c.answer, inbox.c.received_at).where(inbox.c.channel == channel, inbox.c.external_id == external_id)
    row = tx.execute(query).first()
    return Seen(*row) if row else None


def add(
    tx: Connection, channel: str, external_id: str, now: int, *, conversation_id: int | None, message_id: int | None, answer: bytes | None
) -> int:
    """Stores a new row; one with a message waits for triage, one without is done. Raises IntegrityError on a rival's row."""
    state = "new" if message_id is not None else "done"
    values = {
        "channel": channel,
        "external_id": external_id,
        "received_at": now,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "answer": answer,
        "state": state,
        "due_at": now,
    }
    return int(tx.execute(insert(inbox).values(values).returning(inbox.c.id)).scalar_one())


def lease(tx: Connection, row_id: int, now: int) -> int | None:
    """Takes a row to work on; its message id, or None where it is done or in other hands."""
    free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now)
    query = (
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.state == "new", inbox.c.due_at <= now, free)
        .values(lease_until=now + LEASE_MS, attempts=inbox.c.attempts + 1)
        .returning(inbox.c.message_id)
    )
    return tx.execute(query).scalar_one_or_none()


def done(tx: Connection, row_id: int) -> bool:
    """Marks a row as triaged; False where somebody else already did."""
    query = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new").values(state="done", lease_until=None)
    return bool(tx.execute(query).rowcount == 1)


def failed(tx: Connection, row_id: int, now: int) -> bool:
    """Puts a row back for later, or sets it aside after five tries; True where it was set aside."""
    tries = tx.execute(select(inbox.c.attempts).where(inbox.c.id == row_id)).scalar_one()
    aside = tries >= MAX_ATTEMPTS
    values = {"state": "set_aside" if aside else "new", "lease_until": None, "due_at": now + 1000 * 2**tries}
    tx.execute(update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new").values(values))
    return bool(aside)


def waiting(tx: Connection, now: int, limit: int = 200) -> tuple[int, ...]:
    """Rows that nobody works on and that are due, oldest first."""
    free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now)
    query = select(inbox.c.id).where(inbox.c.state == "new", inbox.c.due_at <= now, free).order_by(inbox.c.due_at).limit(limit)
    return tuple(tx.execute(query).scalars())


def purge_answers(tx: Connection, before: int) -> int:
    """Forgets what old redeliveries would be answered."""
    query = update(inbox).where(inbox.c.received_at < before, inbox.c.answer.is_not(None)).values(answer=None)
    return tx.execute(query).rowcount
