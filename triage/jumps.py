"""A machine's time that ran ahead and was set right: what was stored meanwhile must not wait for a time that never comes.

Nothing new is from the future, and no try is put off for longer than the doubling of its pause: what says otherwise was
written by a clock that was wrong.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, select, update

from triage.tables import inbox, outbox
from triage.values import APART_MS, LEASE_MS, MAX_ATTEMPTS

LONGEST_PAUSE_MS = 1000 * 2**MAX_ATTEMPTS  # `inbox.failed`


def any_ahead(tx: Connection, now: int) -> bool:
    """True where something waits for a time that never comes; asked without taking the write lock."""
    return any(tx.execute(select(table.c.id).where(ahead).limit(1)).first() is not None for table, ahead in _all(now))


def pull_back(tx: Connection, now: int) -> int:
    """Lets it wait no longer than if it had been stored now; how many rows."""
    (_, late), (_, held), (_, unsent), (_, lost) = _all(now)
    done = tx.execute(update(inbox).where(late).values(due_at=now)).rowcount
    done += tx.execute(update(inbox).where(held).values(lease_until=now)).rowcount
    moved = {"due_at": outbox.c.due_at - (outbox.c.created_at - now), "created_at": now}
    done += tx.execute(update(outbox).where(unsent).values(moved)).rowcount
    # Whoever sends may be at it still: it keeps the time of a sender that began now.
    return done + tx.execute(update(outbox).where(lost).values(lease_until=now + LEASE_MS)).rowcount


def _all(now: int) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    soon, lease = now + APART_MS, now + LEASE_MS + APART_MS
    return (
        (inbox, (inbox.c.state == "new") & (inbox.c.due_at > soon + LONGEST_PAUSE_MS)),
        (inbox, (inbox.c.state == "new") & (inbox.c.lease_until > lease)),
        (outbox, (outbox.c.state == "queued") & (outbox.c.created_at > soon)),
        (outbox, (outbox.c.state == "sending") & (outbox.c.lease_until > lease)),
    )
