"""Cases that may be of one event or one person: found by fingerprints, linked, never merged; a person says whether it is so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from config.desks import Limits
from triage import case_keys, events, marks
from triage.bonds import case_link, past_talk, trace
from triage.scope import Scope, hold
from triage.tables import cases
from triage.traces import Trace, near
from triage.values import NotAllowed

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
MAX_RIVALS = 60
MAX_LINKS = 10
TRIES = 3
WORDS = {"person": "the same person", "phone": "the same phone number", "plate": "the same vehicle", "name": "the same account or link"}
WORDS |= {"words": "nearly the same words", "scene": "the same place and signs"}


@dataclass(frozen=True, slots=True)
class Link:
    """Another case that may belong to this one; `ref`, and `apart` (milliseconds between the two), only where this desk sees it."""

    id: int
    ref: str | None
    why: str
    near: int | None
    state: str
    apart: int | None = None


def look(tx: Connection, limits: Limits, case_id: int, found: Iterable[Trace], now: int, held: Collection[int] | None = None) -> int:
    """Keeps a message's fingerprints and links the cases that share enough of them; how many new links. Bounded work.

    `held`: the cases that are locked, where more than one may write; what came since is found by its next message, or by theirs.
    """
    mine = list(found)
    if not mine:
        return 0
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    rows = [{"case_id": case_id, "kind": t.kind, "hash": t.hash, "sketch": t.sketch, "at": now} for t in mine]
    tx.execute(dialect.insert(trace).values(rows).on_conflict_do_nothing())
    new = {other: why for other, why in _new(tx, limits, case_id, mine, now).items() if held is None or other in held}
    return sum(join(tx, case_id, other, why, percent, now) for other, (why, percent) in new.items())


def hold_alike(tx: Connection, limits: Limits, case_id: int, found: Iterable[Trace], now: int) -> frozenset[int]:
    """Locks a case and all that `look` will link it to, in one order for everybody, so that nobody waits in a circle; those locked."""
    mine, wanted = list(found), {case_id}
    for last in (False,) * TRIES + (True,):
        wanted |= set(_new(tx, limits, case_id, mine, now)) if mine else set()
        at = tx.begin_nested()
        tx.execute(select(cases.c.id).where(cases.c.id.in_(wanted)).order_by(cases.c.id).with_for_update()).all()
        # While it waited more may have come that are alike: let go of all, and take all in their order.
        if last or not mine or wanted >= set(_new(tx, limits, case_id, mine, now)):
            at.commit()
            break
        at.rollback()
    return frozenset(wanted)


def _new(tx: Connection, limits: Limits, case_id: int, mine: list[Trace], now: int) -> Mapping[int, tuple[tuple[str, ...], int | None]]:
    """Cases that share enough and are not linked yet, the latest first."""
    alike = dict(list(_alike(tx, limits, case_id, mine, now).items())[:MAX_LINKS])
    known = _linked(tx, case_id, alike.keys())
    return {other: why for other, why in alike.items() if other not in known}


def _linked(tx: Connection, case_id: int, others: Collection[int]) -> set[int]:
    """Which of these cases are linked to this one already: each further message finds the same ones again."""
    if not others:
        return set()
    after = select(case_link.c.b_id).where(case_link.c.a_id == case_id, case_link.c.b_id.in_(others))
    before = select(case_link.c.a_id).where(case_link.c.b_id == case_id, case_link.c.a_id.in_(others))
    return set(tx.execute(after.union_all(before)).scalars())


def _alike(tx: Connection, limits: Limits, case_id: int, mine: list[Trace], now: int) -> Mapping[int, tuple[tuple[str, ...], int | None]]:
    sketch = next((t.sketch for t in mine if t.sketch), None)
    query = select(trace.c.case_id, trace.c.kind, trace.c.sketch, trace.c.at).where(
        trace.c.hash.in_([t.hash for t in mine]), trace.c.case_id != case_id
    )
    query = query.where(trace.c.at > now - limits.number_days * DAY).order_by(trace.c.id.desc()).limit(MAX_RIVALS * 4)
    why: dict[int, set[str]] = {}
    scenes: dict[int, int] = {}
    percents: dict[int, int] = {}
    for row in tx.execute(query):
        if row.kind == "words":
            share = near(sketch or b"", bytes(row.sketch or b""))
            if share >= limits.near and row.at > now - limits.words_days * DAY:
                why.setdefault(row.case_id, set()).add("words")
                percents[row.case_id] = max(percents.get(row.case_id, 0), round(share * 100))
        elif row.kind == "scene":
            scenes[row.case_id] = scenes.get(row.case_id, 0) + (row.at > now - limits.scene_hours * HOUR)
        else:
            why.setdefault(row.case_id, set()).add(row.kind)
    for other, count in scenes.items():
        if count >= limits.scene_signs:
            why.setdefault(other, set()).add("scene")
    return {other: (tuple(sorted(kinds)), percents.get(other)) for other, kinds in why.items()}


def join(tx: Connection, one: int, other: int, why: tuple[str, ...], percent: int | None, now: int) -> bool:
    """Links two cases; False where they are linked already, or a person said that they are not the same."""
    a, b = sorted((one, other))
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    values = {
        "a_id": a,
        "b_id": b,
        "why": ",".join(why),
        "near": percent,
        "state": "same" if why == ("person",) else "maybe",
        "made_at": now,
    }
    made = tx.execute(dialect.insert(case_link).values(values).on_conflict_do_nothing().returning(case_link.c.id)).scalar_one_or_none()
    if made is None:
        return False
    for row in tx.execute(select(cases.c.id, cases.c.queue).where(cases.c.id.in_((a, b))).order_by(cases.c.id).with_for_update()).all():
        # Never the other's reference: another desk may read this history.
        events.append(tx, row.id, now, "system", "linked", {"link": made, "why": list(why)})
        tx.execute(update(cases).where(cases.c.id == row.id).values(version=cases.c.version + 1))
        marks.grow(tx, row.queue)
    return True


def follow(tx: Connection, past: int, case_id: int, talk_id: int, now: int) -> None:
    """A new case of a person whose earlier one was closed long ago: linked, and the way back to them stays with both."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(past_talk).values(case_id=past, conversation_id=talk_id, at=now).on_conflict_do_nothing())
    join(tx, past, case_id, ("person",), None, now)


def copies(tx: Connection, found: Iterable[Trace], since: int) -> int:
    """How many cases said nearly these words since then."""
    hashes = [t.hash for t in found if t.kind == "words"]
    if not hashes:
        return 0
    query = select(trace.c.case_id).where(trace.c.hash.in_(hashes), trace.c.at > since).group_by(trace.c.case_id).having(func.count() >= 4)
    return len(tx.execute(query.limit(200)).all())


def of_case(tx: Connection, scope: Scope, case_id: int) -> tuple[Link, ...]:
    """What this case may belong to, as this desk may see it."""
    mine = or_(case_link.c.a_id == case_id, case_link.c.b_id == case_id)
    rows = tx.execute(select(case_link).where(mine).order_by(case_link.c.id.desc()).limit(30)).all()
    others = {row.id: row.b_id if row.a_id == case_id else row.a_id for row in rows}
    both = select(cases.c.id, cases.c.ref, cases.c.received_at)
    seen = {row.id: row for row in tx.execute(both.where(cases.c.id.in_(others.values()), scope.sees()))}
    at = tx.execute(select(cases.c.received_at).where(cases.c.id == case_id)).scalar_one()
    return tuple(_link(row, seen.get(others[row.id]), at) for row in rows)


def _link(row: Any, other: Any, at: int) -> Link:
    why = _why(row.why)
    return (
        Link(row.id, None, why, row.near, row.state)
        if other is None
        else Link(row.id, other.ref, why, row.near, row.state, abs(other.received_at - at))
    )


def decide(tx: Connection, scope: Scope, ref: str, link_id: int, same: bool, reason: str, now: int) -> None:
    """A person says whether two cases are of one event; both histories keep it, this one with the reason."""
    row = hold(tx, scope, ref)
    found = tx.execute(select(case_link).where(case_link.c.id == link_id).with_for_update()).first()
    if found is None or row.id not in (found.a_id, found.b_id):
        raise NotAllowed("There is no such link.")
    other = found.b_id if found.a_id == row.id else found.a_id
    if tx.execute(select(cases.c.id).where(cases.c.id == other, scope.sees())).first() is None:
        raise NotAllowed("The other case is on another desk.")
    if not reason.strip() or len(reason) > 2000:
        raise NotAllowed("Say why, for who reads it later.")
    state = "same" if same else "other"
    tx.execute(update(case_link).where(case_link.c.id == link_id).values(state=state, decided_by=scope.responder_id, decided_at=now))
    verb = "link_confirmed" if same else "link_rejected"
    for case_id, why in ((row.id, case_keys.sealer(tx, row.id).seal("reason", reason.strip().encode())), (other, None)):
        events.append(tx, case_id, now, scope.actor, verb, {"link": link_id}, why)
        tx.execute(update(cases).where(cases.c.id == case_id).values(version=cases.c.version + 1))
    marks.grow(tx, row.queue)


def _why(kinds: str) -> str:
    return ", ".join(WORDS.get(kind, kind) for kind in kinds.split(","))
