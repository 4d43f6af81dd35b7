"""When a case must be looked at, and when the clock does something about it. Pure: values for the case's row."""

from __future__ import annotations

from config.desks import Routing
from triage import duty

# The clock's steps: a case that the person woke gets a new time; an emergency is told of as it comes; half-way the desk is
# reminded; then the case goes on, desk by desk.
WOKEN, ARRIVED, HALF, PASSED = -1, 0, 1, 2
# Beyond it there is no desk left: only the operator can be told.
NOBODY_LEFT = 50


def due_at(routing: Routing, desk: str, level: str, now: int) -> int:
    """By when somebody on duty reacts."""
    return duty.due(routing.desks[desk].hours, routing.targets[level], now)


def armed(routing: Routing, desk: str, level: str, now: int, due: int | None = None) -> dict[str, object]:
    """For a case that lies on a desk and in nobody's hand: its time and the first step. A promised `due` that is nearer stays."""
    own = due_at(routing, desk, level, now)
    until = min(own, due) if due is not None else own
    if level == "emergency":
        return {"due_at": until, "step": ARRIVED, "escalate_at": now}
    return {"due_at": until, "step": HALF, "escalate_at": now + max(0, own - now) // 2}


def half(routing: Routing, level: str) -> int:
    """Half of a level's time in milliseconds."""
    return routing.targets[level] * duty.MINUTE // 2
