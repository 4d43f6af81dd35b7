"""Triage of one message: open, assess, enrich the case and route it, in a transaction that changes nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select, update

from config.alerts import AlertPlan
from config.desks import Limits, Routing
from triage import (
    alarms,
    case_keys,
    corrections,
    events,
    findings,
    inbox,
    levels,
    links,
    marks,
    messages,
    participants,
    pulses,
    timers,
    traces,
)
from triage.assess import Assessment, Triage
from triage.db import Database, retried
from triage.facts import Facts, merge_answers, merge_reasons
from triage.lanes import why_apart
from triage.refusals import Refusal, reader
from triage.routing import SIX, CaseFacts, may_hold, route
from triage.rows import facts_of
from triage.tables import cases, message
from triage.values import level_of, rank
from triage.vault import Keyring

log = logging.getLogger("hotline.triage")


@dataclass(frozen=True, slots=True)
class Desk:
    """What triage works with."""

    database: Database
    keys: Keyring
    triage: Triage
    routing: Routing
    alerts: AlertPlan = AlertPlan()


@dataclass(frozen=True, slots=True)
class Told:
    """A message and its case as triage reads them; `answers` are all that were given by now."""

    row: Row[Any]
    content: Mapping[str, Any]
    old: Facts
    answers: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The words of the message."""
        return str(self.content.get("words", self.content.get("text", "")))

    def assess(self, triage: Triage) -> Assessment:
        """What triage makes of it. Where a responder set the level, only what is new may raise it again."""
        return triage.assess(self.text, answers=self._asked, lang=self.row.lang)

    def same_as(self, other: Told) -> bool:
        """True where triage would make the same of both."""
        return (self.text, self._asked, self.row.lang) == (other.text, other._asked, other.row.lang)

    @property
    def _asked(self) -> Mapping[str, Any]:
        return self.answers if self.row.level_by is None else merge_answers({}, self.content)


def triage_message(desk: Desk, inbox_id: int, now: int) -> bool:
    """Triages the message of an inbox row; False where there was nothing to do. May run twice at once: one has effect."""
    with desk.database.writing() as tx:
        message_id = inbox.lease(tx, inbox_id, now)
    if message_id is None:
        return False

    def work() -> None:
        with desk.database.writing() as tx:
            if inbox.done(tx, inbox_id):
                _enrich(desk, tx, message_id, now)

    try:
        retried(work)
    except Exception as error:
        log.error("inbox %(row)d: %(error)s", {"row": inbox_id, "error": type(error).__name__})
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
                levels.raise_to(tx, desk.routing, row, "high", now, why=["a message could not be read by the machine"])
                raised = tx.execute(select(cases).where(cases.c.id == case_id)).one()
                alarms.put(tx, desk.alerts, raised.queue, "set_aside", raised, now)  # the clock rings for it


def _enrich(desk: Desk, tx: Connection, message_id: int, now: int) -> None:
    case_id = tx.execute(select(message.c.case_id).where(message.c.id == message_id)).scalar_one_or_none()
    if case_id is None:
        return
    told = _read(desk, tx, case_id, message_id)
    if told is None:
        return
    seen = told.assess(desk.triage)
    held = None
    if not desk.database.is_sqlite:
        # Which cases are locked, and in which order, is known only now; under the lock all is read again.
        held = links.hold_alike(tx, desk.routing.limits, case_id, _traces(desk, seen), now)
        before, told = told, _read(desk, tx, case_id, message_id)
        if told is None:
            return
        seen = seen if told.same_as(before) else told.assess(desk.triage)
    _note(desk, tx, told, seen, message_id, now)
    _compare(desk, tx, case_id, seen, held, now)


def _read(desk: Desk, tx: Connection, case_id: int, message_id: int) -> Told | None:
    row = tx.execute(select(cases).where(cases.c.id == case_id)).first()
    blob = tx.execute(select(message.c.sealed).where(message.c.id == message_id)).scalar_one_or_none()
    if row is None or blob is None:
        return None
    opener = case_keys.opener(tx, case_id, desk.keys.opening())
    content = messages.unseal(opener, blob)
    old = findings.read(tx, case_id, opener)
    return Told(row, content, old, merge_answers(old.answers, content))


def _note(desk: Desk, tx: Connection, told: Told, seen: Assessment, message_id: int, now: int) -> None:
    row, old, answers = told.row, told.old, told.answers
    refusal = reader(desk.routing.refusals).read(told.text)
    place = _place(old.place, seen, answers, told.content)
    facts = replace(
        old,
        answers=answers,
        signals=tuple(dict.fromkeys((*old.signals, *seen.signals))),
        reasons=merge_reasons(old.reasons, seen, _refused(desk.routing, refusal), message_id),
        indicators=tuple(dict.fromkeys((*old.indicators, *seen.indicators))),
        place=place,
        lang=old.lang or {"code": seen.lang, "why": seen.why},
        zawgyi=old.zawgyi or seen.zawgyi,
    )
    row = _note_refusal(tx, row, refusal, now)
    _store(desk, tx, row, facts, seen, now)


def _traces(desk: Desk, seen: Assessment) -> list[traces.Trace]:
    """The fingerprints of what was said."""
    spot = (*seen.place_words, seen.subdivision) if seen.subdivision else ()
    return list(traces.of_message(desk.keys.index.of("trace-key", "1"), seen.text, spot, seen.signals))


def _compare(desk: Desk, tx: Connection, case_id: int, seen: Assessment, held: Collection[int] | None, now: int) -> None:
    """Links what may be one event, and sets a flood or an empty message apart; a person's decision on it stands."""
    limits, row = desk.routing.limits, tx.execute(select(cases).where(cases.c.id == case_id)).one()
    found = _traces(desk, seen)
    links.look(tx, limits, case_id, found, now, held)
    if row.level or row.lane_by is not None or row.lane == "apart" or row.state != "new" or row.no_authorities or row.child:
        return
    since = now - limits.flood_minutes * 60_000
    many = row.messages > limits.flood_messages and messages.count_since(tx, case_id, since) > limits.flood_messages
    flood = many or links.copies(tx, found, since) > limits.flood_copies or (row.channel == "web" and _crowd(tx, limits, since))
    why = why_apart(desk.routing.apart, seen.text, seen.urgency, seen.signals, flood=flood)
    # One empty message among real ones moves nothing.
    if why is not None and (why == "flood" or row.messages <= 1):
        tx.execute(update(cases).where(cases.c.id == case_id).values(lane="apart", lane_why=why, escalate_at=None))
        events.append(tx, case_id, now, "system", "set_apart", {"why": why})
        marks.grow(tx, row.queue)


def _crowd(tx: Connection, limits: Limits, since: int) -> bool:
    """True where more talks of the web form began since then than people begin; the newest cases alone are looked at."""
    newest = select(cases.c.received_at).where(cases.c.channel == "web").order_by(cases.c.id.desc()).limit(limits.flood_web_talks + 1)
    began = tx.execute(newest).scalars().all()
    return len(began) > limits.flood_web_talks and min(began) > since


def _refused(routing: Routing, refusal: Refusal) -> tuple[Mapping[str, Any], ...]:
    """What the person said of who must not know, as reasons with their words."""
    found = (("S1", refusal.no_authorities, "in the person's own words"), ("S3", refusal.implicated, "in the person's own words"))
    return tuple(
        {"rule": rule, "level": None, "words": list(words), "text": f"{routing.stop(rule)} ({by})"} for rule, words, by in found if words
    )


def _note_refusal(tx: Connection, row: Row[Any], refusal: Refusal, now: int) -> Row[Any]:
    """A wish in free words is a wish: it holds from this transaction on."""
    values: dict[str, object] = {}
    if refusal.no_authorities and not row.no_authorities:
        values["no_authorities"] = True
        events.append(tx, row.id, now, "reporter", "wished", {"no_authorities": True, "by": "words"})
    if refusal.implicated and not row.implicated:
        values["implicated"] = "police"
        events.append(tx, row.id, now, "reporter", "implicated", {"who": "police", "by": "words"})
    if not values:
        return row
    tx.execute(update(cases).where(cases.c.id == row.id).values(values))
    return tx.execute(select(cases).where(cases.c.id == row.id)).one()


def _place(old: Mapping[str, Any], seen: Assessment, answers: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the person is now, with what is open: the places between which the words leave it, a vessel, and that they do not know."""
    found = dict(_spot(old, seen, answers, content))
    left = list(seen.place_candidates) if len(seen.place_candidates) > 1 else list(found.get("candidates", ()))
    # A pin, or a later word that names one of them, settles it.
    settled = bool(content.get("place")) or (found != dict(old) and len(seen.place_candidates) <= 1)
    unknown = not found.get("country") and (seen.place_unknown or bool(old.get("unknown")))
    more = {"candidates": [] if settled else left, "vessel": list(seen.vessel) or list(old.get("vessel", ())), "unknown": unknown}
    kept = {name: value for name, value in found.items() if name not in more}
    return kept | {name: value for name, value in more.items() if value}


def _spot(old: Mapping[str, Any], seen: Assessment, answers: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A pin over an answer, an answer over words, later words over earlier ones."""
    if content.get("place"):
        return dict(content["place"]) | {"why": "a pin or a choice of the person"}
    chosen = str(answers.get("country", "")).upper()
    if seen.country and (chosen not in SIX or seen.country == chosen):
        return {"country": seen.country, "subdivision": seen.subdivision, "words": list(seen.place_words), "why": "the person's words"}
    if chosen in SIX and chosen != old.get("country"):
        return {"country": chosen, "subdivision": None, "words": [], "why": "the person chose the country"}
    return dict(old)


def _store(desk: Desk, tx: Connection, row: Row[Any], facts: Facts, seen: Assessment, now: int) -> None:
    level = max(rank(seen.urgency), row.level)
    by_hand = corrections.fields(tx, row.id)
    kind = seen.kind if (facts.answers.get("flow") or row.kind == "other") and "kind" not in by_hand else row.kind
    country, subdivision, at_sea = row.country, row.subdivision, row.at_sea
    if "place" not in by_hand:
        country = facts.place.get("country") or row.country
        subdivision = facts.place.get("subdivision") or (row.subdivision if row.country == country else None)
        at_sea = facts.answers.get("country") == "at_sea" or bool(facts.place.get("vessel"))
    fact = facts_of(row, country=country, subdivision=subdivision, level=level_of(level), kind=kind, at_sea=at_sea)
    found = route(desk.routing, fact, now)
    facts = replace(facts, route=found.why)
    first = not findings.some(tx, row.id)
    findings.keep(tx, row.id, facts)
    values: dict[str, object] = {"kind": kind, "country": country, "subdivision": subdivision, "at_sea": at_sea, "version": row.version + 1}
    if _moves(desk.routing, row, found.desk, fact):
        barred = not may_hold(desk.routing, row.queue, fact)
        case_keys.hand_over(tx, desk.routing, row.id, row.queue, found.desk, desk.keys.opening(), barred)
        values |= timers.armed(desk.routing, found.desk, fact.level, now, row.due_at) if row.state != "closed" else {}
        values |= {"queue": found.desk, "routed_at": now, "claimed_by": None, "state": "closed" if row.state == "closed" else "new"}
        events.append(tx, row.id, now, "system", "routed", {"from": row.queue, "to": found.desk, "rules": list(found.rules)})
        marks.grow(tx, found.desk)
    ended = participants.end_barred(tx, desk.routing, row.id, fact, now)
    for queue in ended:
        case_keys.unshare(tx, row.id, queue)
    if ended:
        events.append(tx, row.id, now, "system", "sight_ended", {"desks": list(ended)})
    tx.execute(update(cases).where(cases.c.id == row.id).values(values))
    marks.grow(tx, row.queue, *ended, *participants.queues(tx, row.id))
    if first:
        events.append(tx, row.id, now, "system", "triaged", {"level": level_of(level), "rules": _rules(facts)})
    levels.raise_to(tx, desk.routing, row, level_of(level), now, _rules(facts))
    by = pulses.deadline_of(desk.triage.deadlines, seen.signals, facts.answers, now)
    pulses.found(tx, row.id, bool(facts.indicators) or level > 0, by, now)


def _moves(routing: Routing, row: Row[Any], desk: str, fact: CaseFacts) -> bool:
    """A desk that took the case in hand, or was given it by a person or the clock, keeps it, unless a stop forbids that desk."""
    if not may_hold(routing, row.queue, fact):
        return True
    free = row.routed_by is None and row.claimed_by is None and row.step < timers.PASSED
    # What a closed case's last words say of the place is read by the desk that closed it.
    return desk != row.queue and free and row.state == "new"


def _rules(facts: Facts) -> list[str]:
    return [str(reason["rule"]) for reason in facts.reasons if reason.get("level")][:8]
