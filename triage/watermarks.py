"""How far a provider's list has been read, and who reads it now."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.channel_tables import watermark

LEASE_MS = 120_000


def take(tx: Connection, name: str, start: int, not_after: int, now: int) -> int | None:
    """Leases a list that was read up to `not_after` at most; where to go on reading. None: it is fresh, or in other hands."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(watermark).values(name=name, at=start, found=0).on_conflict_do_nothing())
    free = or_(watermark.c.lease_until.is_(None), watermark.c.lease_until <= now)
    query = (
        update(watermark)
        .where(watermark.c.name == name, watermark.c.at <= not_after, free)
        .values(lease_until=now + LEASE_MS)
        .returning(watermark.c.at)
    )
    return tx.execute(query).scalar_one_or_none()


def read(tx: Connection, name: str, at: int, found: int) -> None:
    """It was read up to `at`, and so many messages had been missing."""
    values = {"at": at, "lease_until": None, "found": watermark.c.found + found}
    tx.execute(update(watermark).where(watermark.c.name == name).values(values))


def give_back(tx: Connection, name: str) -> None:
    """It could not be read now."""
    tx.execute(update(watermark).where(watermark.c.name == name).values(lease_until=None))


def found(tx: Connection) -> dict[str, int]:
    """How many messages each list had that never came by themselves."""
    return {name: count for name, count in tx.execute(select(watermark.c.name, watermark.c.found))}
