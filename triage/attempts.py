"""How often something was tried lately, by blind index: slows guessing without locking anybody out."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from triage.tables import attempt


def note(tx: Connection, bucket: bytes, now: int) -> None:
    """One more try."""
    tx.execute(insert(attempt).values(bucket=bucket, at=now))


def count(tx: Connection, bucket: bytes, since: int) -> int:
    """How many tries since then."""
    return int(tx.execute(select(func.count()).where(attempt.c.bucket == bucket, attempt.c.at >= since)).scalar_one())


def clear(tx: Connection, bucket: bytes) -> None:
    """Forgets the tries of a bucket after a success."""
    tx.execute(delete(attempt).where(attempt.c.bucket == bucket))


def purge(tx: Connection, before: int) -> int:
    """Forgets old tries."""
    return tx.execute(delete(attempt).where(attempt.c.at < before)).rowcount
