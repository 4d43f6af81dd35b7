"""What a silence says: the clock asks the rules over time for every case whose talk broke off or whose named time has passed.

It opens no message: how long a person has been silent, at what hour of theirs, and what the pulse of the case holds. It may
only raise, with the rules' own words in the history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from config.desks import Routing
from triage import hours, levels, pulses
from triage.tables import cases
from triage.urgency import Urgency, highest
from triage.values import level_of, rank

MINUTE = 60_000
NIGHT_FROM, NIGHT_TO = 22, 5


def listen(tx: Connection, routing: Routing, urgency: Urgency, case_id: int, now: int) -> bool:
    """Looks at one case; True where its level was raised. The row is held: of two clocks one has effect."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).first()
    pulse = pulses.read(tx, case_id)
    if row is None or pulse is None or pulse.look_at is None or pulse.look_at > now:
        return False
    pulses.looked(tx, pulse, now)
    if row.state == "closed" or row.queue not in routing.desks:
        return False
    fired = urgency.of_time(facts(row, pulse, now))
    level = highest(fired)
    rules = [reason for reason in fired if rank(reason.level or "low") > row.level]
    return levels.raise_to(tx, routing, row, level, now, [reason.rule for reason in rules], [reason.text for reason in rules])


def facts(row: Row[Any], pulse: Row[Any], now: int) -> dict[str, Any]:
    """What the rules over time may ask for."""
    return {
        "silent_minutes": max(0, now - pulse.heard_at) // MINUTE,
        "unfinished": pulse.unfinished,
        "any_signal": pulse.signs,
        "child": row.child,
        "level": level_of(row.level),
        "deadline": pulse.deadline_at is not None,
        "deadline_passed": pulse.deadline_at is not None and pulse.deadline_at <= now,
        "local_night": row.country in hours.OFFSETS and is_night(row.country, now),
    }


def is_night(country: str, now: int) -> bool:
    """22 to 5 h by the clocks of that country."""
    local = datetime.fromtimestamp(now / 1000, UTC) + timedelta(minutes=hours.offset_of(country))
    return local.hour >= NIGHT_FROM or local.hour < NIGHT_TO
