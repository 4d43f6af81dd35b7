"""What a responder sets right and what they learnt: kind, language, place, facts and signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from babel import Locale
from flask import request
from sqlalchemy import Connection

from dashboard.guard import visitor
from dashboard.parts import Parts
from dashboard.shown import region
from dashboard.words import COUNTRIES
from triage import correcting, noting
from triage.correcting import SEA, Place
from triage.desk import CaseRow
from triage.values import NotAllowed

UNKNOWN = "unknown"
GROUPS = {"control": "Control", "recruitment": "How it began", "work": "Work", "harm": "Harm", "form": "What they are made to do"}


def _kind(parts: Parts, tx: Connection, ref: str) -> None:
    correcting.set_kind(tx, visitor().scope, ref, request.form.get("kind", ""), parts.clock())


def _lang(parts: Parts, tx: Connection, ref: str) -> None:
    correcting.set_lang(tx, visitor().scope, ref, request.form.get("lang", ""), parts.clock())


def _place(parts: Parts, tx: Connection, ref: str) -> None:
    place = _read(parts, request.form.get("place", ""), bool(request.form.get("at_sea")))
    correcting.set_place(tx, visitor().opener(tx), parts.routing, visitor().scope, ref, place, parts.clock())


def _read(parts: Parts, code: str, at_sea: bool) -> Place:
    if code in (UNKNOWN, SEA):
        return Place(at_sea=at_sea or code == SEA)
    country = code[:2]
    if code == country and (code in COUNTRIES or code in Locale("en").territories and code.isalpha()):
        return Place(country, None, at_sea)
    if code in {known for known, _ in parts.gazetteer.subdivisions(country, "en")}:
        return Place(country, code, at_sea)
    raise NotAllowed("Choose a place.")


def _facts(parts: Parts, tx: Connection, ref: str) -> None:
    if parts.urgency is None:
        raise NotAllowed("There are no rules for it.")
    form, who = request.form, visitor()
    facts, signs = form.getlist("fact"), form.getlist("sign")
    noting.note_facts(tx, who.opener(tx), parts.routing, parts.urgency, who.scope, ref, facts, signs, form.get("text", ""), parts.clock())


VERBS: dict[str, Callable[[Parts, Connection, str], None]] = {"kind": _kind, "lang": _lang, "place": _place, "facts": _facts}


def page(parts: Parts, row: CaseRow, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's forms offer."""
    spot = facts.get("place") or {}
    others = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha() and code not in COUNTRIES}
    signs: dict[str, list[tuple[str, str]]] = {}
    for sign in parts.urgency.known_signs.values() if parts.urgency is not None else ():
        signs.setdefault(GROUPS.get(sign.group, sign.group), []).append((sign.id, sign.text))
    return {
        "regions": {name: [(c, region(parts, c)) for c, _ in parts.gazetteer.subdivisions(code, "en")] for code, name in COUNTRIES.items()},
        "countries": COUNTRIES,
        "other_countries": sorted(others.items(), key=lambda item: item[1]),
        "place_now": SEA if row.at_sea and not row.country else row.subdivision or row.country or UNKNOWN,
        "between": [] if row.place_by else [code for code in spot.get("candidates", ()) if code != row.subdivision] and spot["candidates"],
        "notes": parts.urgency.notes if parts.urgency is not None else (),
        "sign_groups": signs,
    }
