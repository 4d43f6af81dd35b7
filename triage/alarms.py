"""Alarms out of the house: outbox rows of kind `alert`. They hold ids, levels and counts, nothing a person said, so they are not sealed."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from config.alerts import AlertPlan
from triage import events, outbox
from triage.tables import cases
from triage.tables import outbox as parcels
from triage.values import LEVELS, level_of

DAY = 86_400_000


def put(tx: Connection, plan: AlertPlan, desk: str, what: str, row: Row[Any], now: int) -> tuple[int, ...]:
    """Queues one alarm for each address of the desk (or of `operator`); none where that is not told."""
    level = level_of(row.level)
    ways = plan.ways(desk) if level in plan.tell.get(what, ()) else ()
    if not ways:
        return ()
    content = {"desk": desk, "what": what, "ref": row.ref, "level": level, "waiting": counts(tx, row.queue)}
    put = []
    for number, (channel, _) in enumerate(ways):
        body = json.dumps(content | {"way": number}, separators=(",", ":")).encode()
        put.append(outbox.put(tx, "alert", channel, body, now, case_id=row.id))
    events.append(tx, row.id, now, "system", "alarmed", {"desk": desk, "what": what, "ways": [channel for channel, _ in ways]})
    return tuple(put)


def counts(tx: Connection, desk: str) -> dict[str, int]:
    """How many cases of the desk wait in nobody's hand, by level."""
    query = select(cases.c.level, func.count()).where(cases.c.queue == desk, cases.c.state == "new", cases.c.lane == "desk")
    found = {level_of(level): number for level, number in tx.execute(query.group_by(cases.c.level))}
    return {level: found.get(level, 0) for level in reversed(LEVELS)}


def overdue(tx: Connection, now: int, limit: int = 50) -> tuple[int, ...]:
    """Alarms that wait since before `now`: nobody has sent them."""
    query = select(parcels.c.id).where(parcels.c.kind == "alert", parcels.c.state == "queued", parcels.c.due_at <= now)
    return tuple(tx.execute(query.order_by(parcels.c.id).limit(limit)).scalars())


def revive(tx: Connection, now: int) -> None:
    """Alarms whose sender died are sent again: seen twice is better than never."""
    query = update(parcels).where(parcels.c.kind == "alert", parcels.c.state == "unknown")
    tx.execute(query.values(state="queued", due_at=now, lease_until=None))


def failed(tx: Connection, desk: str, now: int) -> int:
    """How many alarms of the desk's cases could not be sent in the last day."""
    joined = parcels.join(cases, parcels.c.case_id == cases.c.id)
    query = select(func.count()).select_from(joined).where(parcels.c.kind == "alert", parcels.c.state == "failed", cases.c.queue == desk)
    # A parcel is due when it is made or later; the index knows that time.
    return int(tx.execute(query.where(parcels.c.created_at > now - DAY, parcels.c.due_at > now - DAY)).scalar_one())
