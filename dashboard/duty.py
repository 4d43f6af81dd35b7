"""What a desk must know of itself: whether anybody is on duty, whether its alarms arrive, and which numbers may be given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from config.desks import Service
from dashboard.parts import Parts
from dashboard.shown import at
from triage import alarms, heartbeats
from triage.duty import next_shift, on_duty

# The clock says every five seconds that it is there.
CLOCK_LATE_MS = 60_000


def status(tx: Connection, parts: Parts, queue: str) -> dict[str, Any]:
    """For the page of a desk: alarms of the last day that could not be sent, how long the clock has been away, the next shift."""
    now = parts.clock()
    beats = [when for (process, _), when in heartbeats.read(tx).items() if process == "clock"]
    late = now - max(beats) if beats and now - max(beats) > CLOCK_LATE_MS else 0
    return {"alarms_failed": alarms.failed(tx, queue, now), "clock_late": late, "off_duty": off_duty(parts, queue)}


def off_duty(parts: Parts, queue: str) -> str:
    """`until 25 Nov 08:00` where nobody of the desk is on duty; empty where somebody is."""
    desk, now = parts.routing.desks.get(queue), parts.clock()
    if desk is None or on_duty(desk.hours, now):
        return ""
    begin = next_shift(desk.hours, now)
    return f"until {at(begin, desk.hours.offset)}" if begin is not None else "any more"


def numbers(parts: Parts, country: str | None, subdivision: str | None) -> tuple[Service, ...]:
    """The numbers of that place, in any country, that may be given to a person today: read in their own source, and no other."""
    today = datetime.fromtimestamp(parts.clock() / 1000, UTC).date()
    return parts.services.of((country, subdivision), today)
