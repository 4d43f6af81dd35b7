"""Triage's first look at a message, as the engine and a new case need it."""

from __future__ import annotations

from collections.abc import Mapping

from triage.assess import Assessment
from triage.intake import FirstLook


def known_from(seen: Assessment) -> Mapping[str, str]:
    """What triage found and the person need not be asked again."""
    known = {"country": seen.country} if seen.country in ("KH", "CN", "LA", "MM", "TH", "VN") else {}
    if seen.urgency == "emergency":
        known["danger_now"] = "yes"
    return {name: value for name, value in known.items() if value}


def first_look(seen: Assessment | None, lang: str, flow: str | None) -> FirstLook:
    """What a case starts with; without triage's look, what the menu said."""
    if seen is None:
        return FirstLook(lang, flow if flow in ("help_self", "help_other", "tip", "missing", "info") else "other")
    return FirstLook(seen.lang, seen.kind, seen.urgency, seen.country, seen.subdivision)
