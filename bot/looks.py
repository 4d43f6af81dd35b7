"""Triage's first look at a message, as the engine and a new case need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.channels.base import Attached
from bot.flows.lists import CANDIDATES
from bot.parts import Parts
from triage import attachments, messages, referrals
from triage.assess import Assessment
from triage.consent import recipient_names
from triage.intake import FirstLook
from triage.places import Located
from triage.refusals import Refusal
from triage.vault import CannotOpen

READ = 900  # characters of answers in one message

MOST = 4  # places to choose from, on one SMS
COUNTRIES = ("KH", "CN", "LA", "MM", "TH", "VN")


def known_at(place: Located) -> Mapping[str, str]:
    """What a pin tells and the person need not be asked again."""
    if place.country not in COUNTRIES:
        return {}
    return {"country": place.country, "subdivision": place.subdivision} if place.subdivision else {"country": place.country}


def known_from(seen: Assessment) -> Mapping[str, str]:
    """What triage found and the person need not be asked again."""
    known = {"country": seen.country, "subdivision": seen.subdivision} if seen.country in COUNTRIES else {}
    if len(seen.place_candidates) > 1:
        # The likeliest of them has the case already; the person says which it is.
        known = {CANDIDATES: ",".join(code for code in seen.place_candidates[:MOST] if code[:2] in COUNTRIES)}
    if seen.urgency == "emergency":
        known["danger_now"] = "yes"
    return {name: value for name, value in known.items() if value}


def first_look(seen: Assessment | None, lang: str, flow: str | None, refusal: Refusal, urgent: bool) -> FirstLook:
    """What a case starts with; without triage's look, what the menu said."""
    if seen is not None:
        look = FirstLook(seen.lang, seen.kind, seen.urgency, seen.country, seen.subdivision)
    else:
        look = FirstLook(lang.split("-")[0], flow if flow in ("help_self", "help_other", "tip", "missing", "info") else "other")
    level = "emergency" if urgent else look.level
    implicated = ("police",) if refusal.implicated else ()
    return replace(look, level=level, no_authorities=bool(refusal.no_authorities), implicated=implicated)


def waiting_in(parts: Parts, lang: str) -> str:
    """That an answer waits, in words that tell nothing to who else reads them."""
    return parts.texts.translate(lang, "phrase.reply_waiting", parts.book.phrases["reply_waiting"])


def read_answers(tx: Connection, case_id: int, code: str) -> str:
    """What responders answered, opened by the receipt code alone; the latest of it where it is long, nothing for another case's code."""
    try:
        found = messages.replies(tx, case_id, code)
    except CannotOpen:
        return ""
    return "\n".join(reply.text for reply in found)[-READ:]


def fresh(item: Attached) -> attachments.Fresh:
    """A file of a message as its case takes it in; what is too large or empty says so."""
    size = len(item.data) if item.data is not None else item.size
    refused = attachments.TOO_LARGE if size and size > attachments.MAX_BYTES else attachments.EMPTY if size == 0 else None
    return attachments.Fresh({**item.source, "kind": item.kind, "name": item.name, "inline": item.data is not None}, item.data, refused)


def told_to(parts: Parts, tx: Connection, case_id: int | None, cover: bool) -> str:
    """Who was told of a case outside of its desk, by name; where the screen may be seen only how many; nothing for nobody."""
    keys = referrals.told(tx, case_id) if case_id else ()
    if cover or not keys:
        return str(len(keys)) if keys else ""
    return ", ".join(recipient_names(parts.routing, parts.services, keys))
