"""Raising the level of a case: the machine and the clock may only raise, each with the rules that fired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from config.desks import Routing
from triage import events, marks, timers
from triage.tables import cases
from triage.values import level_of, rank


def raise_to(
    tx: Connection,
    routing: Routing,
    row: Row[Any],
    level: str,
    now: int,
    rules: Sequence[str] = (),
    why: Sequence[str] = (),
    actor: str = "system",
) -> bool:
    """Sets a higher level and starts its time; False where the case, whose `row` is held, has it. `why`: the rules' own words."""
    if rank(level) <= row.level:
        return False
    queue, state, due = tx.execute(select(cases.c.queue, cases.c.state, cases.c.due_at).where(cases.c.id == row.id)).one()
    armed = timers.armed(routing, queue, level, now, due)
    values = armed if state == "new" else {"due_at": armed["due_at"]}
    # Whatever shows urgency comes back from where it was set apart.
    values |= {"level": rank(level), "level_by": None, "lane": "desk", "lane_why": None, "version": cases.c.version + 1}
    tx.execute(update(cases).where(cases.c.id == row.id).values(values))
    data: dict[str, object] = {"from": level_of(row.level), "to": level, "rules": list(rules)}
    events.append(tx, row.id, now, actor, "raised", data | ({"why": list(why)} if why else {}))
    marks.grow(tx, queue)
    return True
