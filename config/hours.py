"""When a desk is on duty: spans of the week in its own time zone, and days off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE = re.compile(r"([+-])(\d\d):(\d\d)")
SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


class BadHours(ValueError):
    """The hours of a desk cannot be read; the message quotes what."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`spans` are (weekday from Monday 0, first minute, last minute; past 1440 where a shift goes over midnight).

    `offset` is minutes ahead of UTC: none of the six countries changes its clocks.
    """

    offset: int = 0
    always: bool = True
    spans: tuple[tuple[int, int, int], ...] = ()
    holidays: frozenset[date] = frozenset()


def read_hours(zone: str, raw: object, holidays: object) -> Hours:
    """`always`, or `{mon-fri: "08:00-17:00", sat: "20:00-06:00"}`. Raises BadHours."""
    found = ZONE.fullmatch(str(zone))
    if found is None:
        raise BadHours(f"time_zone {zone!r}: write it as +07:00")
    offset = (int(found[2]) * 60 + int(found[3])) * (1 if found[1] == "+" else -1)
    days = frozenset(_day(day) for day in holidays) if isinstance(holidays, list) else frozenset()
    if raw == "always":
        return Hours(offset, not days, tuple((day, 0, 1440) for day in range(7)) if days else (), days)
    if not isinstance(raw, Mapping):
        raise BadHours(f"hours {raw!r}: write always, or days with their hours")
    return Hours(offset, False, tuple(sorted(span for days, text in raw.items() for span in _spans(str(days), str(text)))), days)


def _spans(days: str, text: str) -> list[tuple[int, int, int]]:
    first, _, last = days.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise BadHours(f"hours: {days!r} is no day")
    start, end = DAYS.index(first), DAYS.index(last or first)
    spans = []
    for part in text.split(","):
        found = SPAN.fullmatch(part.strip())
        if found is None:
            raise BadHours(f"hours: {part!r} is no span such as 08:00-17:00")
        opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        spans += [
            (day % 7, opens, closes if closes > opens else closes + 1440) for day in range(start, end + 1 if end >= start else end + 8)
        ]
    return spans


def _day(raw: Any) -> date:
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError as error:
        raise BadHours(f"holidays: {raw!r} is no day such as 2026-12-31") from error
