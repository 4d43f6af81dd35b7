"""What an operator's monitoring may know: counts, ages and sizes. Never a word, a number, a reference or a place below a desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from triage import heartbeats
from triage.tables import cases, inbox, outbox
from triage.values import level_of

# The newest rows that delays are taken from: what it costs does not grow with the database.
RECENT = 1_000
QUANTILES = (0.5, 0.95, 1.0)
SIZE_OF = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One gauge: its name without prefix, what it says, and (labels, value) for each series."""

    name: str
    text: str
    labels: tuple[str, ...]
    series: tuple[tuple[tuple[str, ...], float], ...]


def read(tx: Connection, now: int) -> tuple[Measure, ...]:
    """All that the database tells, at `now` (UTC milliseconds)."""
    return (*_cases(tx, now), *_delays(tx), *_inbox(tx, now), *_outbox(tx, now), _alive(tx, now), _size(tx))


def _cases(tx: Connection, now: int) -> Iterator[Measure]:
    columns = (cases.c.queue, cases.c.level, cases.c.state)
    rows = tx.execute(select(*columns, func.count()).where(cases.c.state.in_(("new", "claimed"))).group_by(*columns))
    series = tuple(((queue, level_of(level), state), float(count)) for queue, level, state, count in rows)
    yield Measure("cases_open", "Cases that are not closed", ("queue", "urgency", "state"), series)
    late = select(cases.c.queue, cases.c.level, func.count(), func.min(cases.c.due_at))
    rows = tx.execute(late.where(cases.c.state == "new", cases.c.due_at < now).group_by(cases.c.queue, cases.c.level))
    found = [((queue, level_of(level)), count, (now - oldest) / 1000) for queue, level, count, oldest in rows]
    labels = ("queue", "urgency")
    yield Measure("cases_overdue", "Untouched cases past their target", labels, tuple((key, float(count)) for key, count, _ in found))
    yield Measure("cases_overdue_seconds", "How long the latest of them is past it", labels, tuple((key, age) for key, _, age in found))


def _delays(tx: Connection) -> Iterator[Measure]:
    newest = select(cases.c.received_at, cases.c.routed_at, cases.c.claimed_at).order_by(cases.c.id.desc()).limit(RECENT)
    rows = tx.execute(newest).all()
    routed = sorted((row.routed_at - row.received_at) / 1000 for row in rows if row.routed_at is not None)
    touched = sorted((row.claimed_at - row.received_at) / 1000 for row in rows if row.claimed_at is not None)
    yield Measure("route_delay_seconds", "From a report to its desk, newest cases", ("quantile",), _quantiles(routed))
    yield Measure("reaction_delay_seconds", "From a report to a responder's hand, newest cases", ("quantile",), _quantiles(touched))


def _quantiles(values: list[float]) -> tuple[tuple[tuple[str, ...], float], ...]:
    return tuple(((str(q),), values[min(len(values) - 1, int(q * len(values)))]) for q in QUANTILES) if values else ()


def _inbox(tx: Connection, now: int) -> Iterator[Measure]:
    counted = select(inbox.c.state, func.count(), func.min(inbox.c.received_at)).where(inbox.c.state.in_(("new", "set_aside")))
    rows = tx.execute(counted.group_by(inbox.c.state))
    found = [((state,), count, (now - oldest) / 1000) for state, count, oldest in rows]
    yield Measure("inbox", "Messages that wait for triage, or were set aside", ("state",), tuple((key, float(n)) for key, n, _ in found))
    yield Measure("inbox_oldest_seconds", "Age of the oldest of them", ("state",), tuple((key, age) for key, _, age in found))
    recent = select(inbox.c.channel, inbox.c.received_at).order_by(inbox.c.id.desc()).limit(RECENT).subquery()
    last = tx.execute(select(recent.c.channel, func.max(recent.c.received_at)).group_by(recent.c.channel))
    series = tuple(((channel,), (now - at) / 1000) for channel, at in last)
    yield Measure("last_message_seconds", "Since a channel last brought a message", ("channel",), series)


def _outbox(tx: Connection, now: int) -> Iterator[Measure]:
    waiting = ("queued", "sending", "unknown")
    columns = (outbox.c.channel, outbox.c.state)
    rows = tx.execute(select(*columns, func.count(), func.min(outbox.c.created_at)).where(outbox.c.state.in_(waiting)).group_by(*columns))
    found = [((channel, state), count, (now - oldest) / 1000) for channel, state, count, oldest in rows]
    labels = ("channel", "state")
    yield Measure("outbox", "Replies and alarms on their way", labels, tuple((key, float(n)) for key, n, _ in found))
    yield Measure("outbox_oldest_seconds", "Age of the oldest of them", labels, tuple((key, age) for key, _, age in found))
    recent = select(outbox.c.channel, outbox.c.state).order_by(outbox.c.id.desc()).limit(RECENT).subquery()
    lost = tx.execute(select(recent.c.channel, func.count()).where(recent.c.state == "failed").group_by(recent.c.channel))
    yield Measure("outbox_failed_recent", "Failed among the newest thousand", ("channel",), tuple(((c,), float(n)) for c, n in lost))


def _alive(tx: Connection, now: int) -> Measure:
    series = tuple((key, (now - at) / 1000) for key, at in sorted(heartbeats.read(tx).items()))
    return Measure("heartbeat_age_seconds", "Since clock and worker last did their round", ("process", "host"), series)


def _size(tx: Connection) -> Measure:
    asked = SIZE_OF["sqlite" if tx.dialect.name == "sqlite" else "postgresql"]
    return Measure("database_bytes", "Size of the database", (), (((), float(tx.execute(text(asked)).scalar_one())),))
