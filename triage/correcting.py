"""What a responder sets where the machine read it otherwise: the kind, the language, the place. The machine leaves it then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, update

from config.desks import Routing
from triage import case_keys, corrections, events, marks, participants, timers
from triage.routing import route
from triage.rows import facts_of
from triage.scope import Scope, hold
from triage.tables import cases
from triage.values import KINDS, NotAllowed
from triage.vault import Opener

LANGUAGES = ("en", "km", "lo", "my", "th", "vi", "zh")
SEA = "at_sea"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is as a responder says: an ISO 3166-1 country, a subdivision of it, at sea; nothing at all where nobody knows."""

    country: str | None = None
    subdivision: str | None = None
    at_sea: bool = False

    @property
    def code(self) -> str:
        """One word for it: `TH-63`, `TH`, `at_sea`, `at_sea TH`, or `unknown`."""
        spot = self.subdivision or self.country
        return " ".join(part for part in (SEA if self.at_sea else "", spot or "") if part) or "unknown"


def set_kind(tx: Connection, scope: Scope, ref: str, kind: str, now: int) -> None:
    """Says what kind of report it is."""
    row = hold(tx, scope, ref)
    if kind not in KINDS:
        raise NotAllowed("Choose what it is.")
    _keep(tx, scope, row, "kind", row.kind, kind, now, {"kind": kind})


def set_lang(tx: Connection, scope: Scope, ref: str, lang: str, now: int) -> None:
    """Says which language the person speaks."""
    row = hold(tx, scope, ref)
    if lang not in LANGUAGES:
        raise NotAllowed("Choose a language.")
    _keep(tx, scope, row, "lang", row.lang, lang, now, {"lang": lang})


def set_place(tx: Connection, opener: Opener, routing: Routing, scope: Scope, ref: str, place: Place, now: int) -> bool:
    """Says where the person is now, and routes the case by it; True where it went to another desk, which can read what `opener` can."""
    row = hold(tx, scope, ref)
    was = Place(row.country, row.subdivision, row.at_sea).code
    values = {"country": place.country, "subdivision": place.subdivision, "at_sea": place.at_sea, "place_by": scope.responder_id}
    _keep(tx, scope, row, "place", was, place.code, now, values)
    facts = facts_of(row, country=place.country, subdivision=place.subdivision, at_sea=place.at_sea)
    found = route(routing, facts, now)
    if found.desk == row.queue or row.state == "closed":
        return False
    participants.forget_visits(tx, row.id)
    moved = timers.armed(routing, found.desk, facts.level, now) if row.lane == "desk" else {}
    moved |= {"queue": found.desk, "routed_at": now, "state": "new", "claimed_by": None, "claimed_at": None, "routed_by": None}
    tx.execute(update(cases).where(cases.c.id == row.id).values(moved))
    case_keys.hand_over(tx, routing, row.id, row.queue, found.desk, opener)
    participants.end(tx, row.id, found.desk, now)
    events.append(tx, row.id, now, scope.actor, "routed", {"from": row.queue, "to": found.desk, "rules": list(found.rules)})
    marks.grow(tx, found.desk)
    return True


def _keep(tx: Connection, scope: Scope, row: Row[Any], field: str, was: str, became: str, now: int, values: dict[str, Any]) -> None:
    if was == became:
        raise NotAllowed("It stands so already.")
    corrections.note(tx, scope, row, field, was, became, now)
    tx.execute(update(cases).where(cases.c.id == row.id).values(version=row.version + 1, **values))
    events.append(tx, row.id, now, scope.actor, "corrected", {"what": field, "from": was, "to": became})
    marks.grow(tx, row.queue, *participants.queues(tx, row.id))
