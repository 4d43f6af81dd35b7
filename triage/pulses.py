"""How a talk goes, without a word of it: when the person was last heard, whether a question is open, a time that they named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.case_tables import pulse

MINUTE = 60_000
# The first look at a silent talk, the pause between looks, and until when a silent talk is looked at.
FIRST_MS, PAUSE_MS, UNTIL_MS = 10 * MINUTE, 5 * MINUTE, 24 * 60 * MINUTE


def heard(tx: Connection, case_id: int, unfinished: bool, now: int) -> None:
    """The person said something; `unfinished`: a question of the talk is open."""
    _put(tx, case_id, now, {"heard_at": now, "unfinished": unfinished})


def found(tx: Connection, case_id: int, signs: bool, deadline_at: int | None, now: int) -> None:
    """What triage found: any sign, and by when something is to happen; a later time replaces an earlier one."""
    values: dict[str, object] = {"signs": True} if signs else {}
    _put(tx, case_id, now, values | ({"deadline_at": deadline_at} if deadline_at is not None else {}))


def settle(tx: Connection, case_id: int) -> None:
    """A responder decided on the level: the clock says nothing more until the person does."""
    tx.execute(update(pulse).where(pulse.c.case_id == case_id).values(look_at=None))


def due(tx: Connection, now: int, limit: int = 100) -> tuple[int, ...]:
    """Cases whose silence is to be looked at."""
    query = select(pulse.c.case_id).where(pulse.c.look_at <= now).order_by(pulse.c.look_at).limit(limit)
    return tuple(tx.execute(query).scalars())


def read(tx: Connection, case_id: int) -> Row[Any] | None:
    """A case's row, where it has one."""
    return tx.execute(select(pulse).where(pulse.c.case_id == case_id)).first()


def looked(tx: Connection, row: Row[Any], now: int) -> None:
    """Says when to look again."""
    tx.execute(update(pulse).where(pulse.c.case_id == row.case_id).values(look_at=_next(row, now)))


def deadline_of(deadlines: Mapping[str, int], signals: Iterable[str], answers: Mapping[str, Any], now: int) -> int | None:
    """By when, as far as words and answers tell: `deadlines` has minutes by concept or answer, the nearest counts."""
    said = {str(one) for value in answers.values() for one in (value if isinstance(value, list) else [value])} | set(signals)
    minutes = [amount for name, amount in deadlines.items() if name in said]
    return now + min(minutes) * MINUTE if minutes else None


def _put(tx: Connection, case_id: int, now: int, values: dict[str, object]) -> None:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = {"case_id": case_id, "heard_at": now, "unfinished": False, "signs": False} | values
    query = dialect.insert(pulse).values(fresh)
    tx.execute(query.on_conflict_do_update(index_elements=["case_id"], set_=values) if values else query.on_conflict_do_nothing())
    row = read(tx, case_id)
    assert row is not None
    tx.execute(update(pulse).where(pulse.c.case_id == case_id).values(look_at=_next(row, row.heard_at)))


def _next(row: Row[Any], now: int) -> int | None:
    """The next look: soon while a talk with signs is silent, else when the named time has passed; None where neither is so."""
    times = []
    if row.signs and row.unfinished and now < row.heard_at + UNTIL_MS:
        times.append(max(row.heard_at + FIRST_MS, now + PAUSE_MS))
    if row.signs and row.deadline_at is not None and row.deadline_at > now:
        times.append(row.deadline_at + MINUTE)
    return min(times, default=None)
