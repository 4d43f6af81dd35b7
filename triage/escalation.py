"""What happens to a case that nobody takes in hand: step by step, each once, from the database alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from config.alerts import AlertPlan
from config.desks import Routing
from triage import alarms, case_keys, duty, events, marks, participants, timers
from triage.routing import NOBODY_ON_DUTY, after
from triage.rows import facts_of
from triage.tables import cases
from triage.values import APART_MS, level_of, rank
from triage.vault import Opener

# The rule in the history: nobody took it in hand in time.
UNTOUCHED = "E1"


def waiting(tx: Connection, now: int, limit: int = 100) -> tuple[int, ...]:
    """Cases whose next step is due, the most urgent first."""
    query = select(cases.c.id).where(cases.c.escalate_at <= now, cases.c.state == "new").order_by(cases.c.level.desc(), cases.c.escalate_at)
    return tuple(tx.execute(query.limit(limit)).scalars())


def advance(tx: Connection, routing: Routing, plan: AlertPlan, case_id: int, now: int) -> tuple[int, ...]:
    """Does the step that is due; the alarms to ring for. The row is held and looked at again: of two clocks one has effect."""
    due = (cases.c.id == case_id, cases.c.escalate_at <= now, cases.c.state == "new")
    row = tx.execute(select(cases).where(*due).with_for_update()).first()
    if row is None:
        return ()
    if row.lane != "desk" or row.queue not in routing.desks:
        _set(tx, row, escalate_at=None)
        return ()
    if row.step < timers.ARRIVED:
        _set(tx, row, **timers.armed(routing, row.queue, level_of(row.level), now))
        return ()
    if row.step == timers.ARRIVED:
        _set(tx, row, step=timers.HALF, escalate_at=now + max(0, (row.due_at or now) - now) // 2)
        return alarms.put(tx, plan, row.queue, "arrived", row, now)
    if row.step == timers.HALF:
        return _remind(tx, routing, plan, row, now)
    return _pass_on(tx, routing, plan, row, now, UNTOUCHED)


def _remind(tx: Connection, routing: Routing, plan: AlertPlan, row: Row[Any], now: int) -> tuple[int, ...]:
    # However the clock jumped, a desk has half of the time between being reminded and losing the case.
    later = max(row.due_at or now, now + timers.half(routing, level_of(row.level)))
    _set(tx, row, step=timers.PASSED, escalate_at=later)
    events.append(tx, row.id, now, "system", "reminded", {"desk": row.queue})
    return alarms.put(tx, plan, row.queue, "half", row, now)


def _pass_on(tx: Connection, routing: Routing, plan: AlertPlan, row: Row[Any], now: int, rule: str) -> tuple[int, ...]:
    level = level_of(row.level)
    again = now + routing.limits.no_answer[level] * duty.MINUTE
    to = _next(tx, routing, row, now)
    if to is None:
        rounds = max(row.step, timers.NOBODY_LEFT) - timers.NOBODY_LEFT + 1
        _set(tx, row, step=timers.NOBODY_LEFT + rounds, escalate_at=again if rounds < routing.limits.rounds else None)
        events.append(tx, row.id, now, "system", "nobody_left", {"desk": row.queue, "round": rounds})
        return alarms.put(tx, plan, row.queue, "unanswered", row, now) + alarms.put(tx, plan, "operator", "unanswered", row, now)
    participants.grant(tx, row.id, row.queue, "held", now)
    step = max(row.step, timers.PASSED) + 1 if rule == UNTOUCHED else timers.HALF
    _set(tx, row, queue=to, routed_at=now, step=step, escalate_at=again)
    case_keys.hand_over(tx, routing, row.id, row.queue, to, Opener(), keep=True)
    verb = "passed_on" if rule == UNTOUCHED else "routed"
    events.append(tx, row.id, now, "system", verb, {"from": row.queue, "to": to, "rules": [rule]})
    marks.grow(tx, to)
    return alarms.put(tx, plan, to, "passed_on", row, now) + alarms.put(tx, plan, row.queue, "unanswered", row, now)


def _next(tx: Connection, routing: Routing, row: Row[Any], now: int) -> str | None:
    """The first desk on duty, along the chains of all that had it, that may hold the case; else the first that may."""
    had, facts = (*participants.visited(tx, row.id), row.queue), facts_of(row)
    chain = [desk for one in had if one in routing.desks for desk in after(routing, one, facts) if desk not in had]
    return next((desk for desk in chain if duty.on_duty(routing.desks[desk].hours, now)), chain[0] if chain else None)


def asleep(tx: Connection, routing: Routing, now: int) -> tuple[int, ...]:
    """Emergencies that wait on a desk whose hours are over, where another is on duty that may hold them."""
    shut = [desk.id for desk in routing.desks.values() if not duty.on_duty(desk.hours, now)]
    if not shut:
        return ()
    query = select(cases).where(cases.c.queue.in_(shut), cases.c.state == "new", cases.c.level == rank("emergency"), cases.c.lane == "desk")
    rows = tx.execute(query.order_by(cases.c.id).limit(100))
    return tuple(row.id for row in rows if _awake(routing, row, now))


def pass_to_duty(tx: Connection, routing: Routing, plan: AlertPlan, case_id: int, now: int) -> tuple[int, ...]:
    """Passes such an emergency on at once; the alarms to ring for."""
    row = tx.execute(select(cases).where(cases.c.id == case_id, cases.c.state == "new").with_for_update()).first()
    if row is None or duty.on_duty(routing.desks[row.queue].hours, now) or not _awake(routing, row, now):
        return ()
    return _pass_on(tx, routing, plan, row, now, NOBODY_ON_DUTY)


def _awake(routing: Routing, row: Row[Any], now: int) -> bool:
    return any(duty.on_duty(routing.desks[desk].hours, now) for desk in after(routing, row.queue, facts_of(row)))


def unread(tx: Connection, routing: Routing, plan: AlertPlan, now: int) -> tuple[int, ...]:
    """Tells once of an emergency in somebody's hand whose new words nobody has read for the whole of its time."""
    since = now - routing.targets["emergency"] * duty.MINUTE
    stale = (cases.c.state == "claimed", cases.c.level == rank("emergency"), cases.c.unread_at <= since)
    fresh = (cases.c.told_at.is_(None)) | (cases.c.told_at < cases.c.unread_at)
    rung: tuple[int, ...] = ()
    for row in tx.execute(select(cases).where(*stale, fresh).limit(50).with_for_update()).all():
        _set(tx, row, told_at=now)
        events.append(tx, row.id, now, "system", "still_unread", {"desk": row.queue})
        rung += alarms.put(tx, plan, row.queue, "unread", row, now)
    return rung


def has_unread(tx: Connection, routing: Routing, now: int) -> bool:
    """True where `unread` has something to tell; asked without taking the write lock."""
    since = now - routing.targets["emergency"] * duty.MINUTE
    stale = (cases.c.state == "claimed", cases.c.level == rank("emergency"), cases.c.unread_at <= since)
    return (
        tx.execute(select(cases.c.id).where(*stale, cases.c.told_at.is_(None) | (cases.c.told_at < cases.c.unread_at)).limit(1)).first()
        is not None
    )


def adopt(tx: Connection, now: int) -> int:
    """Starts the clock for cases that were taken in by code that knew none; how many."""
    lost = (cases.c.state == "new", cases.c.lane == "desk", cases.c.escalate_at.is_(None), cases.c.step == timers.ARRIVED)
    return tx.execute(update(cases).where(*lost).values(step=timers.HALF, escalate_at=now)).rowcount


def ahead(tx: Connection, routing: Routing, now: int) -> tuple[int, ...]:
    """Cases whose next step is put off for longer than any step is: the time of a clock that ran ahead and was set right."""
    waits = (cases.c.escalate_at > now, cases.c.state == "new", cases.c.lane == "desk")
    kinds = (cases.c.queue, cases.c.level, cases.c.step)
    found: list[int] = []
    for row in tx.execute(select(*kinds, func.max(cases.c.escalate_at).label("last")).where(*waits).group_by(*kinds)).all():
        latest = _latest(routing, row.queue, row.level, row.step, now)[1] + APART_MS if row.queue in routing.desks else row.last
        if row.last > latest:
            own = (cases.c.queue == row.queue, cases.c.level == row.level, cases.c.step == row.step)
            found += tx.execute(select(cases.c.id).where(*own, *waits, cases.c.escalate_at > latest)).scalars()
    return tuple(found)


def pull_back(tx: Connection, routing: Routing, case_id: int, now: int) -> bool:
    """Gives such a case the times of one that came to this step now."""
    row = tx.execute(select(cases).where(cases.c.id == case_id, cases.c.state == "new").with_for_update()).first()
    if row is None or row.queue not in routing.desks or row.escalate_at is None:
        return False
    due, at = _latest(routing, row.queue, row.level, row.step, now)
    _set(tx, row, due_at=min(row.due_at or due, due), escalate_at=min(row.escalate_at, at))
    return bool(row.escalate_at > at)


def _latest(routing: Routing, queue: str, rank_: int, step: int, now: int) -> tuple[int, int]:
    """When a case that came to this step now would be due, and when its next step would be."""
    level = level_of(rank_)
    due = timers.due_at(routing, queue, level, now)
    if step <= timers.ARRIVED:
        return due, now
    if step == timers.HALF:
        return due, now + max(0, due - now) // 2
    if step == timers.PASSED:
        return due, max(due, now + timers.half(routing, level))
    return due, now + routing.limits.no_answer[level] * duty.MINUTE


def _set(tx: Connection, row: Row[Any], **values: object) -> None:
    tx.execute(update(cases).where(cases.c.id == row.id).values(version=row.version + 1, **values))
    marks.grow(tx, row.queue)
