"""Figures that may leave the house: counts that show nobody, however they are compared.

Every figure is rounded down to a multiple of `K` and left out where that is 0. So each figure, and each difference of two
figures of the same or of different tables, totals and days, is 0 or at least `K`; and since totals are rounded by
themselves, what was left out cannot be had by subtraction. Only whole ISO weeks that ended `DELAY_DAYS` ago are told.
Counts only: no rows of single cases, no words, no place below the first subdivision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from triage.tables import cases
from triage.values import level_of

K, DELAY_DAYS = 11, 14
UNKNOWN = ""
# What each table counts by; a week and a country in each, so that none is finer than the first subdivision.
TABLES: Mapping[str, tuple[str, ...]] = {
    "country": ("week", "country"),
    "adm1": ("week", "country", "subdivision"),
    "kind": ("week", "country", "kind"),
    "urgency": ("week", "country", "urgency"),
    "age": ("week", "country", "age"),
    "status": ("week", "country", "kind", "status"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: `by` are the table's columns, `count` is a multiple of K."""

    table: str
    by: Mapping[str, str]
    count: int


def cells(tx: Connection, now: int) -> tuple[Cell, ...]:
    """Every figure that may be told on this day, by table and then in order."""
    last = _monday(now) - timedelta(days=DELAY_DAYS)
    columns = (cases.c.received_at, cases.c.country, cases.c.subdivision, cases.c.kind, cases.c.level, cases.c.child, cases.c.state)
    return tabulate((_record(row) for row in tx.execute(select(*columns).where(cases.c.lane == "desk"))), last)


def _record(row: Any) -> dict[str, str]:
    return {
        "week": _monday(row.received_at).isoformat(),
        "country": row.country or UNKNOWN,
        "subdivision": row.subdivision or UNKNOWN,
        "kind": row.kind,
        "urgency": level_of(row.level),
        "age": "under_18" if row.child else "18_or_unknown",
        "status": "closed" if row.state == "closed" else "active",
    }


def tabulate(records: Iterable[Mapping[str, str]], before: date) -> tuple[Cell, ...]:
    """The figures of these records. Pure. `before`: the first Monday that is too fresh."""
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for record in records:
        if record["week"] < before.isoformat():
            counts.update((name, tuple(record[key] for key in by)) for name, by in TABLES.items())
    order = list(TABLES)
    found = sorted(((order.index(name), name, key, count // K * K) for (name, key), count in counts.items()), key=lambda item: item[:3])
    return tuple(Cell(name, dict(zip(TABLES[name], key, strict=True)), count) for _, name, key, count in found if count)


def _monday(at: int) -> date:
    day = datetime.fromtimestamp(at / 1000, UTC).date()
    return day - timedelta(days=day.weekday())
