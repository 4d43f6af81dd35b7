"""Triage of one message: open, assess, enrich the case and route it, in a transaction that changes nothing twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select, update

from config.desks import Routing
from triage import events, inbox, marks, messages
from triage.assess import Assessment, Triage
from triage.db import Database
from triage.desk import FACTS
from triage.facts import Facts, merge_answers, merge_reasons
from triage.routing import CaseFacts, may_hold, route
from triage.tables import cases, message
from triage.values import level_of, rank
from triage.vault import CannotOpen, Keyring

log = logging.getLogger("hotline.triage")
COUNTRIES = ("KH", "CN", "LA", "MM", "TH", "VN")


@dataclass(frozen=True, slots=True)
class Desk:
    """What triage works with."""

    database: Database
    keys: Keyring
    triage: Triage
    routing: Routing


def triage_message(desk: Desk, inbox_id: int, now: int) -> bool:
    """Triages the message of an inbox row; False where there was nothing to do. May run twice at once: one has effect."""
    with desk.database.writing() as tx:
        message_id = inbox.lease(tx, inbox_id, now)
    if message_id is None:
        return False
    try:
        with desk.database.writing() as tx:
            if inbox.done(tx, inbox_id):
                _enrich(desk, tx, message_id, now)
    except Exception as error:
        log.error("inbox %d: %s", inbox_id, type(error).__name__)
        _give_back(desk, inbox_id, message_id, now)
        return False
    return True


def _give_back(desk: Desk, inbox_id: int, message_id: int, now: int) -> None:
    # A poison message must not hide: the case says that a person has to read it.
    with desk.database.writing() as tx:
        if inbox.failed(tx, inbox_id, now):
            case_id = tx.execute(select(message.c.case_id).where(message.c.id == message_id)).scalar_one_or_none()
            if case_id is not None:
                row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
                events.append(tx, row.id, now, "system", "set_aside", {"inbox": inbox_id})
                _raise_level(tx, desk, row, "high", now)


def _enrich(desk: Desk, tx: Connection, message_id: int, now: int) -> None:
    case_id = tx.execute(select(message.c.case_id).where(message.c.id == message_id)).scalar_one_or_none()
    if case_id is None:
        return
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).first()
    blob = tx.execute(select(message.c.sealed).where(message.c.id == message_id)).scalar_one_or_none()
    if row is None or blob is None:
        return
    opener = desk.keys.opening()
    content = messages.unseal(opener, blob)
    old = _facts(desk, row)
    answers = merge_answers(old.answers, content)
    # Where a responder set the level, only what is new may raise it again.
    asked = answers if row.level_by is None else merge_answers({}, content)
    seen = desk.triage.assess(str(content.get("words", content.get("text", ""))), answers=asked, lang=row.lang)
    place = _place(old.place, seen, answers, content)
    facts = replace(
        old,
        answers=answers,
        signals=tuple(dict.fromkeys((*old.signals, *seen.signals))),
        reasons=merge_reasons(old.reasons, seen),
        place=place,
        lang=old.lang or {"code": seen.lang, "why": seen.why},
        zawgyi=old.zawgyi or seen.zawgyi,
    )
    _store(desk, tx, row, facts, seen, now)


def _facts(desk: Desk, row: Row[Any]) -> Facts:
    if row.facts is None:
        return Facts()
    try:
        return Facts.from_json(json.loads(desk.keys.opening().open(FACTS, row.facts)))
    except CannotOpen:
        return Facts()


def _place(old: Mapping[str, Any], seen: Assessment, answers: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the person is now: a pin over an answer, an answer over words, later words over earlier ones."""
    if content.get("place"):
        return dict(content["place"]) | {"why": "a pin or a choice of the person"}
    chosen = str(answers.get("country", "")).upper()
    if seen.country and (chosen not in COUNTRIES or seen.country == chosen):
        return {"country": seen.country, "subdivision": seen.subdivision, "words": list(seen.place_words), "why": "the person's words"}
    if chosen in COUNTRIES and chosen != old.get("country"):
        return {"country": chosen, "subdivision": None, "words": [], "why": "the person chose the country"}
    return dict(old)


def _store(desk: Desk, tx: Connection, row: Row[Any], facts: Facts, seen: Assessment, now: int) -> None:
    level = max(rank(seen.urgency), row.level)
    kind = seen.kind if facts.answers.get("flow") or row.kind == "other" else row.kind
    country = facts.place.get("country") or row.country
    subdivision = facts.place.get("subdivision") or (row.subdivision if row.country == country else None)
    fact = CaseFacts(country, level_of(level), kind, row.lang, row.no_authorities)
    found = route(desk.routing, fact)
    facts = replace(facts, route=found.why)
    blob = desk.keys.sealer.seal(FACTS, json.dumps(facts.to_json(), ensure_ascii=True).encode())
    values: dict[str, object] = {"kind": kind, "country": country, "subdivision": subdivision, "facts": blob, "version": row.version + 1}
    # A responder who has the case keeps it, unless the person's own word forbids that desk.
    moves = found.desk != row.queue and ((row.routed_by is None and row.claimed_by is None) or not may_hold(desk.routing, row.queue, fact))
    if moves:
        values |= {"queue": found.desk, "routed_at": now, "claimed_by": None, "state": "new"}
        events.append(tx, row.id, now, "system", "routed", {"from": row.queue, "to": found.desk, "rules": list(found.rules)})
        marks.grow(tx, found.desk)
    tx.execute(update(cases).where(cases.c.id == row.id).values(values))
    marks.grow(tx, row.queue)
    if row.facts is None:
        events.append(tx, row.id, now, "system", "triaged", {"level": level_of(level), "rules": _rules(facts)})
    _raise_level(tx, desk, row, level_of(level), now, _rules(facts))


def _raise_level(tx: Connection, desk: Desk, row: Row[Any], level: str, now: int, rules: list[str] | None = None) -> None:
    """The machine may only raise."""
    if rank(level) <= row.level:
        return
    due_at = min(row.due_at or now, now + desk.routing.targets[level] * 60_000)
    tx.execute(update(cases).where(cases.c.id == row.id).values(level=rank(level), due_at=due_at, level_by=None))
    events.append(tx, row.id, now, "system", "raised", {"from": level_of(row.level), "to": level, "rules": rules or []})
    marks.grow(tx, row.queue)


def _rules(facts: Facts) -> list[str]:
    return [str(reason["rule"]) for reason in facts.reasons if reason.get("level")][:8]
