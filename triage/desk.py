"""What a desk sees: its queue, a case opened, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from triage import case_keys, events, findings, marks, messages
from triage.events import Event
from triage.messages import Message
from triage.scope import Scope
from triage.tables import cases, responder
from triage.values import NotYours, level_of, rank
from triage.vault import CannotOpen, Opener

OPEN = ("new", "claimed")
MANY = 1_000  # closed cases beyond are not counted


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a queue shows it; times in UTC milliseconds."""

    id: int
    ref: str
    queue: str
    level: str
    state: str
    kind: str
    lang: str
    country: str | None
    subdivision: str | None
    channel: str
    received_at: int
    routed_at: int | None
    due_at: int | None
    unread_at: int | None
    claimed_by: int | None
    claimed_by_name: str | None
    closed_at: int | None
    outcome: str | None
    child: bool
    no_authorities: bool
    no_outbound: bool
    implicated: str | None
    lane: str
    lane_why: str | None
    at_sea: bool
    place_by: int | None
    share_withdrawn_at: int | None
    messages: int
    version: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case opened: the row, its conversation, what triage found and why, and its history."""

    row: CaseRow
    conversation: tuple[Message, ...]
    facts: Mapping[str, object]
    history: tuple[Event, ...]
    reasons: Mapping[int, str] = field(default_factory=dict)  # seq of an event → the responder's words


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a queue is shown. `state` open (new and claimed), new, claimed, closed or mine."""

    state: str = "open"
    level: str | None = None
    kind: str | None = None
    lang: str | None = None


def queue(tx: Connection, scope: Scope, filters: Filters, limit: int = 100, offset: int = 0) -> tuple[CaseRow, ...]:
    """The desk's cases, most urgent first, then least time left."""
    query = _filtered(_rows(), scope, filters)
    order = (cases.c.level.desc(), case((cases.c.state == "new", 0), else_=1), cases.c.due_at, cases.c.id)
    if filters.state == "closed":
        order = (cases.c.closed_at.desc(), cases.c.id.desc())  # type: ignore[assignment]
    return tuple(_case_row(row) for row in tx.execute(query.order_by(*order).limit(limit).offset(offset)))


def counts(tx: Connection, scope: Scope) -> dict[tuple[str, str], int]:
    """How many open cases by (state, level) on this desk."""
    query = (
        select(cases.c.state, cases.c.level, func.count())
        .where(scope.holds(), cases.c.state.in_(OPEN), cases.c.lane == "desk")
        .group_by(cases.c.state, cases.c.level)
    )
    return {(state, level_of(level)): number for state, level, number in tx.execute(query)}


def closed(tx: Connection, scope: Scope) -> int:
    """How many closed cases, counted up to `MANY`: a desk's page must not grow with the years."""
    some = select(cases.c.id).where(scope.holds(), cases.c.state == "closed", cases.c.lane == "desk").limit(MANY)
    return int(tx.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def beside(tx: Connection, scope: Scope) -> dict[str, int]:
    """How many open cases are set apart on this desk, and how many of other desks it sees."""
    apart = select(func.count()).select_from(cases).where(scope.holds(), cases.c.lane == "apart", cases.c.state.in_(OPEN))
    shared = select(func.count()).select_from(cases).where(scope.shares(), cases.c.state != "closed")
    return {"apart": int(tx.execute(apart).scalar_one()), "shared": int(tx.execute(shared).scalar_one())}


def mark(tx: Connection, scope: Scope) -> int:
    """A number that grows whenever this desk changes."""
    return marks.read(tx, (scope.queue,))


def find(tx: Connection, scope: Scope, ref: str) -> CaseRow:
    """One case's row. Raises NotYours."""
    row = tx.execute(_rows().where(cases.c.ref == ref, scope.sees())).first()
    if row is None:
        raise NotYours("no such case")
    return _case_row(row)


def is_seen(tx: Connection, scope: Scope, ref: str) -> bool:
    """True where this desk sees the case, or was told of it."""
    return tx.execute(select(cases.c.id).where(cases.c.ref == ref, scope.sees() | scope.shares("summary"))).first() is not None


def find_summary(tx: Connection, scope: Scope, ref: str, now: int) -> CaseRow:
    """The row of a case that this desk was told without identity; the look is written into its history. Raises NotYours."""
    row = _held(tx, ref, scope.shares("summary"))
    events.append(tx, row.id, now, scope.actor, "read", {"scope": "summary"})
    return row


def open_case(tx: Connection, opener: Opener, scope: Scope, ref: str, now: int) -> CaseFile:
    """The whole case; the reading itself is written into its history. Raises NotYours."""
    row = _held(tx, ref, scope.sees())
    events.append(tx, row.id, now, scope.actor, "read")
    past = events.history(tx, row.id)
    own = case_keys.opener(tx, row.id, opener)
    said = messages.read_all(tx, row.id, own)
    return CaseFile(row, said, facts_of(tx, own, row.id), past, {e.seq: _reason(own, e.reason) for e in past if e.reason})


def facts_of(tx: Connection, opener: Opener, case_id: int) -> dict[str, object]:
    """What triage found: answers, signals, reasons, places; empty before the first time."""
    return findings.read(tx, case_id, opener).to_json() if findings.some(tx, case_id) else {}


def all_cases(tx: Connection, scope: Scope) -> tuple[CaseRow, ...]:
    """Every case of the scope in order of arrival; for the command line and exports."""
    return tuple(_case_row(row) for row in tx.execute(_rows().where(scope.sees()).order_by(cases.c.id)))


def names(tx: Connection) -> dict[str, str]:
    """The names of responders by how the history names them (`responder:7`)."""
    return {f"responder:{row.id}": row.name for row in tx.execute(select(responder.c.id, responder.c.name))}


def _held(tx: Connection, ref: str, is_seen: ColumnElement[bool]) -> CaseRow:
    # Held, as for every line of a history: the worker may be writing the next one of this case.
    row = tx.execute(_rows().where(cases.c.ref == ref, is_seen).with_for_update(of=cases)).first()
    if row is None:
        raise NotYours("no such case")
    return _case_row(row)


def _reason(opener: Opener, blob: bytes | None) -> str:
    try:
        return opener.open("reason", blob or b"").decode()
    except CannotOpen:
        return ""


def _rows() -> Select[tuple[object, ...]]:
    names = [f.name for f in fields(CaseRow)]
    columns = [responder.c.name.label(name) if name == "claimed_by_name" else cases.c[name] for name in names]
    return select(*columns).select_from(cases.outerjoin(responder, cases.c.claimed_by == responder.c.id))


def _case_row(row: Row[tuple[object, ...]]) -> CaseRow:
    values = dict(row._mapping)
    values["level"] = level_of(values["level"])
    return CaseRow(**values)


def _filtered(query: Select[tuple[object, ...]], scope: Scope, filters: Filters) -> Select[tuple[object, ...]]:
    if filters.state == "shared":
        return query.where(scope.shares(), cases.c.state != "closed")
    query = query.where(scope.holds(), cases.c.lane == ("apart" if filters.state == "apart" else "desk"))
    if filters.state in ("open", "apart"):
        query = query.where(cases.c.state.in_(("new", "claimed")))
    elif filters.state == "mine":
        query = query.where(cases.c.state == "claimed", cases.c.claimed_by == scope.responder_id)
    elif filters.state in ("new", "claimed", "closed"):
        query = query.where(cases.c.state == filters.state)
    for name in ("kind", "lang"):
        if getattr(filters, name):
            query = query.where(cases.c[name] == getattr(filters, name))
    if filters.level:
        query = query.where(cases.c.level == rank(filters.level))
    return query
