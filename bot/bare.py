"""Messages that say no more than "here I am": a call for help, a greeting, a sign without letters.

Each is a case at once, since it may be the only one that ever comes; what is told later joins it, and decides language and flow.
"""

from __future__ import annotations

from dataclasses import replace

from triage.assess import Assessment
from triage.language import detect

HELP, GREETING = "only_help", "only_greeting"
LOUD = frozenset(("emphatic", "now", "me"))
CALLS = frozenset(("help", "cry", "self_hurt")) | LOUD  # as concepts of signals/; "self_hurt" is read into "help me" alone
GREETINGS = frozenset(("greeting", "thanks", "question", "emphatic"))
SHORT = 40  # characters; in so few nobody tells what happened
FEW = 2  # words in Latin letters by which nobody's language is known: everybody writes "hello" and "help"
UNSURE = 0.4


def kind_of(text: str, seen: Assessment | None) -> str:
    """only_help, only_greeting, or nothing where something is told or no triage was asked."""
    if seen is None or len(text) > SHORT or seen.place_words:
        return ""
    said = set(seen.signals)
    if said & {"help", "cry"} and said <= CALLS:
        return HELP
    greets = said <= GREETINGS and (said or len(text.split()) <= FEW)
    return GREETING if greets and seen.kind in ("other", "info") and seen.urgency == "low" else ""


def tells_language(text: str, seen: Assessment) -> bool:
    """True for words by which the person's language is known: not "hello" or "help", which stand in every language's messages."""
    if seen.lang != "en":
        return True
    return len(text.split()) > FEW and detect(text).sure >= UNSURE


def in_language(seen: Assessment | None, lang: str) -> Assessment | None:
    """Triage's look in the language that the talk is held in."""
    return replace(seen, lang=lang.split("-")[0]) if seen is not None else None
