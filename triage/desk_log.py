"""The history of a desk: who was admitted and who withdrawn, by whom. Chained and anchored like the history of a case.

It lies among the histories of cases under a number below zero that its desk's id gives; retention never takes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from triage import events
from triage.events import Event


def number(desk: str) -> int:
    """The number of a desk's history: always the same, and of no case."""
    return -1 - int.from_bytes(hashlib.blake2b(desk.encode(), digest_size=6, person=b"hotline-desk").digest(), "big")


def append(tx: Connection, desk: str, now: int, actor: str, verb: str, data: Mapping[str, object]) -> None:
    """One more line; ids and roles, never a name or an address."""
    if tx.dialect.name == "postgresql":  # no row stands for the history: one writer at a time
        tx.execute(select(func.pg_advisory_xact_lock(number(desk))))
    events.append(tx, number(desk), now, actor, verb, data)


def latest(tx: Connection, desk: str, limit: int = 20) -> tuple[Event, ...]:
    """Its last lines, newest first."""
    return events.history(tx, number(desk))[: -limit - 1 : -1]
