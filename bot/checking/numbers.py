"""Telephone numbers: each with its source, its test call, and told only by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bot.checking.fault import Fault
from bot.checking.outline import Origins, listed, mapping
from bot.checking.sources import SERVICES, Sources

_NO_SOURCE = (None, "", "none")


def _rows(sources: Sources) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, raw in enumerate(listed(sources.data(SERVICES).get("services"))):
        if isinstance(raw, dict):
            yield at, mapping(raw)


def unsourced(sources: Sources) -> Iterator[Fault]:
    """Numbers that would be shown without a source."""
    for at, row in _rows(sources):
        if row.get("evidence") == "V" and row.get("source") in _NO_SOURCE:
            yield sources.spot(SERVICES, "services", at, "source").fault(
                f"the number {row.get('number')} has no source; name where it was read, or set evidence: U"
            )


def uncalled(sources: Sources, today: date) -> Iterator[Fault]:
    """Numbers that nobody has called, or not lately."""
    every = sources.data(SERVICES).get("verify_every_days")
    days = every if isinstance(every, int) else 90
    for at, row in _rows(sources):
        if row.get("evidence") != "V":
            continue
        called, where = row.get("verified_on"), sources.spot(SERVICES, "services", at, "verified_on")
        if called is None:
            yield where.fault(f"nobody has called {row.get('number')} yet; call it and write the day", "draft")
        elif isinstance(called, date) and called > today:
            yield where.fault(f"{row.get('number')} cannot have been called on {called}: that day is to come; write the day of the call")
        elif isinstance(called, date) and today - called > timedelta(days=days):
            text = f"{row.get('number')} was last called on {called}, more than {days} days ago; call it and write the day"
            yield where.fault(text, "gap")


def doubles(sources: Sources) -> Iterator[Fault]:
    """Two numbers of one name."""
    seen: set[str] = set()
    for at, row in _rows(sources):
        name = str(row.get("id"))
        if name in seen:
            yield sources.spot(SERVICES, "services", at, "id").fault(f"there are two services {name}; give one another id")
        seen.add(name)


def written_out(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """Numbers that stand in a text instead of {number}: they would outlive their source."""
    numbers = {str(row["number"]) for _, row in _rows(sources) if len(str(row.get("number", ""))) > 3}
    for (_, english), place in origins.items():
        for number in sorted(numbers):
            if number in english:
                yield place.fault(f"the number {number} stands in this text; write {{number}}, so that it is only said while it is right")
