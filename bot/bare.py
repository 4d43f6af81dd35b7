"""Messages that say no more than "here I am": a call for help, a greeting, a sign without letters, a voice note that nobody has heard.

Each is a case at once, since it may be the only one that ever comes; what is told later joins it, and decides language and flow.
"""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import Inbound
from triage.assess import Assessment
from triage.language import detect
from triage.places import Located

HELP, GREETING, SENT = "only_help", "only_greeting", "only_sent"
TOYS = frozenset(("sticker", "dice", "game", "poll"))  # what nobody tells anything by
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


def sent(inbound: Inbound, lang: str, near: Located | None) -> Assessment | None:
    """A look at a message of files or a place without a word, which a person must hear or see; None for one with words."""
    if inbound.text.strip() or not (inbound.media or near):
        return None
    level = "low" if inbound.media and TOYS.issuperset(inbound.media) else "medium"
    return Assessment(
        lang=lang.split("-")[0],
        country=near.country if near else None,
        subdivision=near.subdivision if near else None,
        urgency=level,
        kind="other",
        signals=(),
        reasons=(),
        zawgyi=False,
        text="",
        place_words=(),
        why="nothing is said in letters",
    )


def tells_language(text: str, seen: Assessment) -> bool:
    """True for words by which the person's language is known: not "hello" or "help", which stand in every language's messages."""
    if seen.lang != "en":
        return True
    return len(text.split()) > FEW and detect(text).sure >= UNSURE


def in_language(seen: Assessment | None, lang: str) -> Assessment | None:
    """Triage's look in the language that the talk is held in."""
    return replace(seen, lang=lang.split("-")[0]) if seen is not None else None
