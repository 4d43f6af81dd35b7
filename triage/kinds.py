"""What kind of report it is: help for oneself or another, a tip, a missing person, a question, or nothing of these. Pure."""

from __future__ import annotations

from triage.signals import Signals
from triage.urgency import HARM, context

HELD = frozenset("hurt rape locked held sold ransom sexwork marriage hunted phone_taken forced begging".split())


def kind_of(signals: Signals) -> str:
    """help_self, help_other, tip, missing, info or other."""
    found = set(signals.found)
    about = context(signals)
    if "spam" in found and not found & {"help", "cry"}:
        return "tip" if found & {"recruit"} and found & {"suspicious", "saw"} else "other"
    if ("thanks" in found or "past_only" in about) and "safe" in found and "cry" not in found:
        return "other"
    if "lost" in found and not found & (HELD - {"forced"}):
        return "missing"
    if "ask_only" in about:
        return "tip" if found & {"suspicious", "saw"} and "recruit" in found and "hypo" not in found else "info"
    harm = found & HARM
    if harm or found & {"help", "cry"}:
        return _whose(found, bool(harm - {"debt", "hard"}))
    if found & {"recruit", "suspicious"} or "saw" in found and found & {"minor", "papers"}:
        return "tip"
    if found & {"thanks", "greeting", "safe", "idiom", "abuse"}:
        return "info" if "question" in found and not found & {"thanks", "greeting", "idiom", "safe"} else "other"
    if "question" in found:
        return "info"
    return "tip" if "minor" in found and "kin" not in found else "help_other" if "minor" in found else "other"


def _whose(found: set[str], harmed: bool) -> str:
    calling = bool(found & {"help", "cry"})
    if "recruit" in found and not calling and not found & {"held", "locked", "unpaid", "we", "phone_taken", "ransom", "minor", "kin"}:
        return "tip"
    if "kin" in found and "ransom" in found and "self_hurt" not in found:
        return "help_other"
    if "self_hurt" in found:
        return "help_self"
    if "we" in found and not ("kin" in found and "saw" in found):
        return "help_self" if "saw" not in found or calling else "tip"
    if "kin" in found:
        return "help_other"
    if "saw" in found and not ("me" in found and calling and "minor" not in found):
        return "tip"
    if "minor" in found and "me" not in found:
        return "help_other"
    return "help_self" if harmed or calling else "other"
