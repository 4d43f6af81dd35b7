"""Telling somebody outside of the desk: whom the page offers, and what a responder does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request
from sqlalchemy import Connection

from dashboard.guard import visitor
from dashboard.parts import Parts
from triage import case_keys, consenting, desk, referrals
from triage.consent import Asked, Recipient, asked_of, blocked, needs_supervisor, recipients
from triage.desk import CaseRow
from triage.referrals import Wanted
from triage.routing import CaseFacts
from triage.values import NotAllowed
from triage.vault import Opener

SHOWN_SCOPES = {"summary": "summary without identity", "whole": "whole case", "no_contact": "do not contact them"}
SHOWN_CHOICES = {
    "helper_organisation": "helpers (NGO)",
    "social_ministry": "the social ministry",
    "police": "the police",
    "my_embassy": "their embassy",
    "doctor": "a doctor",
    "un_or_iom": "UN or IOM",
    "never_police_or_government": "never police or government",
}
SHOWN_BASES = {
    "consent": "the person's yes",
    "third_party": "the yes of who reported, for what they said",
    "life_override": "life at risk, the person cannot be asked",
    "child_override": "a child is harmed",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One recipient on the page: whether and why not, and why it is offered first."""

    to: Recipient
    why: str
    stop: str
    supervisor: bool


def _opener(tx: Connection, row: CaseRow) -> Opener:
    return case_keys.opener(tx, row.id, visitor().opener(tx))


def asked(tx: Connection, parts: Parts, row: CaseRow) -> Asked:
    """What the stops look at, read again in this transaction."""
    said = tuple(code for code in (row.implicated or "").split(",") if code)
    facts = CaseFacts(row.country, row.level, row.kind, row.lang, row.no_authorities, row.subdivision, row.at_sea, said)
    statements = tuple(name for name in ("life_at_risk", "cannot_be_asked") if request.form.get(name))
    return asked_of(facts, desk.facts_of(tx, visitor().opener(tx), row.id), row.child, statements, row.share_withdrawn_at is not None)


def offers(tx: Connection, parts: Parts, row: CaseRow) -> tuple[Offer, ...]:
    """Everybody who could be told: the person's own country and the other side of the border first."""
    known = asked(tx, parts, row)
    found = [_offer(parts, known, to) for to in _all(parts, row)]
    return tuple(sorted(found, key=lambda offer: (not offer.why, bool(offer.stop))))


def _offer(parts: Parts, known: Asked, to: Recipient) -> Offer:
    why = ""
    if known.nationality and known.nationality == to.country and known.nationality != known.facts.country:
        why = "the person's own country"
    here = set(parts.routing.parts_of(known.facts.subdivision))
    pair = next((p for p in parts.routing.border_pairs if here & {p.a, p.b}), None)
    if pair is not None and to.desk is not None and to.country != known.facts.country and to.country in (pair.a[:2], pair.b[:2]):
        why = why or f"the other side of {pair.name}"
    basis = "consent"
    stop = blocked(parts.routing, known, to, basis, "summary")
    return Offer(to, why, stop.why if stop else "", needs_supervisor(parts.routing, known, to, basis))


def _all(parts: Parts, row: CaseRow) -> tuple[Recipient, ...]:
    today = datetime.fromtimestamp(parts.clock() / 1000, UTC).date()
    return recipients(parts.routing, parts.services, today, row.country, row.queue)


def _to(parts: Parts, row: CaseRow, key: str) -> Recipient:
    found = next((to for to in _all(parts, row) if to.key == key), None)
    if found is None:
        raise NotAllowed("Choose whom to tell.")
    return found


def _number() -> int:
    text = request.form.get("referral", "")
    return int(text) if text.isdecimal() and len(text) < 15 else 0


def _refer(parts: Parts, tx: Connection, ref: str) -> None:
    row, form = desk.find(tx, visitor().scope, ref), request.form
    to = _to(parts, row, form.get("to", ""))
    wanted = Wanted(to, form.get("basis", ""), *(form.get(name, "") for name in ("scope", "read_out", "child_view")))
    referrals.ask(tx, visitor().opener(tx), parts.routing, visitor().scope, ref, asked(tx, parts, row), wanted, parts.clock())


def _confirm(parts: Parts, tx: Connection, ref: str) -> None:
    row, number = desk.find(tx, visitor().scope, ref), _number()
    key = next((r.recipient for r in referrals.of_case(tx, _opener(tx, row), row.id) if r.id == number), "")
    known = asked(tx, parts, row)
    referrals.confirm(tx, visitor().opener(tx), parts.routing, visitor().scope, ref, number, known, _to(parts, row, key), parts.clock())


def _decline(parts: Parts, tx: Connection, ref: str) -> None:
    referrals.decline(tx, visitor().scope, ref, _number(), parts.clock())


def _recall(parts: Parts, tx: Connection, ref: str) -> None:
    referrals.recall(tx, visitor().scope, ref, _number(), parts.clock())


def _receipt(parts: Parts, tx: Connection, ref: str) -> None:
    referrals.receipt(tx, visitor().scope, ref, _number(), request.form.get("answer", ""), parts.clock())


def _consent(parts: Parts, tx: Connection, ref: str) -> None:
    who, form = visitor(), request.form
    chosen = [] if form.get("nobody") else form.getlist("who")
    if not chosen and not form.get("nobody"):
        raise NotAllowed("Choose who may be told, or that nobody may.")
    consenting.record(tx, who.opener(tx), parts.routing, who.scope, ref, chosen, form.get("read_out", ""), parts.clock())


VERBS: dict[str, Callable[[Parts, Connection, str], None]] = {
    "refer": _refer,
    "confirm": _confirm,
    "decline": _decline,
    "recall": _recall,
    "receipt": _receipt,
    "consent": _consent,
}


def page(tx: Connection, parts: Parts, row: CaseRow) -> dict[str, Any]:
    """What the page's section shows."""
    named, known = {to.key: to.name for to in _all(parts, row)}, asked(tx, parts, row)
    told = referrals.of_case(tx, _opener(tx, row), row.id)
    say = parts.routing.sharing.get(row.country or "")
    return {
        "offers": offers(tx, parts, row),
        "told": told,
        "named": named,
        "share_scopes": SHOWN_SCOPES,
        "share_choices": SHOWN_CHOICES,
        "share_now": known.share,
        "child_heard": known.child,
        "share_bases": SHOWN_BASES,
        "share_say": say.say if say else "",
    }
