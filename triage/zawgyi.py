"""Zawgyi: Burmese typed in a look-alike encoding. Detected with a trained model, converted only when it is nearly sure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

SURE = 0.95
MYANMAR = re.compile("[\u1000-\u109f]")
# Shan, Karen and Mon use letters that Zawgyi uses for other signs; words in them are never converted.
OTHERS = re.compile("[\u1022\u1028\u1033-\u1035\u1075-\u108a\u1090-\u1099\uaa60-\uaa7f\ua9e0-\ua9fe]")

# A consonant with ra and wa, and what belongs to it; and in Zawgyi, where the ra stands before its consonant.
RA_WA = re.compile("([\u1000-\u1021]\u103c)\u103d([^\u1000-\u1021]*)")
RA = re.compile("[\u103b\u107e-\u1084][\u1000-\u1021]")
# The tall aa that follows ga, as in Tuesday: the converter writes it short both ways.
GA_AA = re.compile("(\u1002\u1064?)\u102c")


@lru_cache(maxsize=1)
def _detector() -> Any:
    from myanmartools import ZawgyiDetector  # lazily: only where Burmese is written

    return ZawgyiDetector()


@lru_cache(maxsize=1)
def _converter() -> Any:
    from myanmar import converter

    # On a syllable that it does not know the library prints it, and so a piece of what a person wrote.
    converter.print = lambda *_: None
    return converter


def to_unicode(text: str) -> tuple[str, bool]:
    """The text in Unicode, and whether it was Zawgyi (probability at least 0.95)."""
    if not MYANMAR.search(text) or _detector().get_zawgyi_probability(text) < SURE:
        return text, False
    return as_unicode(text), True


def surely_unicode(text: str) -> bool:
    """True for Burmese that no phone with Zawgyi letters would have typed (probability at most 0.05)."""
    return bool(MYANMAR.search(text)) and bool(_detector().get_zawgyi_probability(text) <= 1 - SURE)


def as_unicode(text: str) -> str:
    """The text read as Zawgyi, whether it is or not."""
    return GA_AA.sub("\\1\u102b", str(_converter().convert(text, "zawgyi", "unicode")))


def as_zawgyi(text: str) -> str:
    """Unicode Burmese as a phone with Zawgyi letters shows it rightly; other text as it is."""
    if not MYANMAR.search(text):
        return text
    # The converter knows only the older order of dot and asat.
    text, found, at = text.replace("\u1037\u103a", "\u103a\u1037"), "", 0
    for syllable in RA_WA.finditer(text):
        # It also loses a wa below a ra: that is put back behind its consonant.
        plain = _to_zawgyi(syllable[1] + syllable[2])
        found += _to_zawgyi(text[at : syllable.start()]) + RA.sub("\\g<0>\u103c", plain, count=1)
        at = syllable.end()
    return found + _to_zawgyi(text[at:])


def _to_zawgyi(text: str) -> str:
    return GA_AA.sub("\\1\u102b", str(_converter().convert(text, "unicode", "zawgyi")))
