"""The lane of a case: its desk's own, or set apart. Nothing is thrown away, and whatever shows urgency is never set apart. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from config.apart import ApartWords
from triage.text import normalise

# Signs that say nothing of a person's need.
EMPTY = frozenset(("spam", "thanks", "greeting", "topic", "idiom", "not"))
NO_LETTERS = re.compile(r"[\W\d_]+")


def why_apart(words: ApartWords, text: str, level: str, signals: tuple[str, ...], *, flood: bool) -> str | None:
    """flood, test, advertising or abuse; None where it belongs to the desk. `signals` are triage's concepts of the message."""
    if level != "low" or set(signals) - EMPTY:
        return None
    if flood:
        return "flood"
    plain = normalise(text).lower()
    bare = NO_LETTERS.sub(" ", plain).strip()
    tests, abuse = _lists(words)
    if bare and (plain in tests or bare in tests):
        return "test"
    if "spam" in signals:
        return "advertising"
    return "abuse" if any(word in plain for word in abuse) else None


@lru_cache(maxsize=4)
def _lists(words: ApartWords) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset(normalise(word).lower() for word in words.test), tuple(normalise(word).lower() for word in words.abuse)
