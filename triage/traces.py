"""Keyed fingerprints of a message: numbers, names, scenes and words. Without the pepper nothing can be read from them. Pure.

Words: one-permutation hashing of letter shingles (Li, Owen, Zhang 2012) into 32 bins; eight bands of four bins find what is alike,
and the two bytes kept of each bin say how alike it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

BINS, BAND = 32, 4
SHINGLE = 5
# Bounded work: what is longer is judged by its beginning.
MAX_LETTERS = 1_200
MIN_LETTERS = 24
MAX_EACH = 6
PHONE = re.compile(r"(?<![\d\w])\+?\d[\d\s().-]{6,18}\d(?!\d)")
PLATE = re.compile(
    r"(?<![\w])(?:\d{1,2}[a-z]{1,2}[- ]?\d{3,5}(?:\.\d{2})?|[ก-ฮກ-ຮ]{1,3}[- ]?\d{3,4}"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][a-z0-9]{5,6})(?!\w)"
)
NAME = re.compile(
    r"(?:https?://)?(?:t\.me|facebook\.com|fb\.com|m\.me|wa\.me|line\.me|zalo\.me)/[\w./+~-]{3,60}|(?<![\w.])@[a-z0-9_]{4,32}"
)


@dataclass(frozen=True, slots=True)
class Trace:
    """One fingerprint: 16 bytes; `sketch` only for words."""

    kind: str
    hash: bytes
    sketch: bytes | None = None


def of_message(key: bytes, text: str, place: Iterable[str], signs: Iterable[str]) -> tuple[Trace, ...]:
    """The fingerprints of a normalised text; `place` names where it happens, `signs` what."""
    lower = text.lower()
    found = [Trace("phone", _hash(key, "phone", digits)) for digits in _phones(lower)]
    found += [Trace("plate", _hash(key, "plate", re.sub(r"[\s.-]", "", plate))) for plate in _first(PLATE.findall(lower))]
    found += [
        Trace("name", _hash(key, "name", name.removeprefix("https://").removeprefix("http://"))) for name in _first(NAME.findall(lower))
    ]
    spot = " ".join(sorted(word.lower() for word in place))
    if spot:
        found += [Trace("scene", _hash(key, "scene", f"{spot}|{sign}")) for sign in sorted(signs)[:12]]
    return tuple(dict.fromkeys((*found, *_words(key, lower))))


def near(one: bytes, other: bytes) -> float:
    """The share of equal words of two sketches, 0 to 1."""
    pairs = [(one[at : at + 2], other[at : at + 2]) for at in range(0, min(len(one), len(other)), 2)]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 0.0


def _words(key: bytes, text: str) -> list[Trace]:
    letters = "".join(char for char in text if char.isalnum() or "\u0300" <= char and not char.isspace())[:MAX_LETTERS]
    if len(letters) < MIN_LETTERS:
        return []
    bins: list[int | None] = [None] * BINS
    for at in range(len(letters) - SHINGLE + 1):
        value = int.from_bytes(
            hashlib.blake2b(letters[at : at + SHINGLE].encode("utf-8", "replace"), key=key[:64], digest_size=8).digest(), "big"
        )
        slot, rest = value % BINS, value // BINS
        known = bins[slot]
        bins[slot] = rest if known is None or rest < known else known
    full = [_filled(bins, at) for at in range(BINS)]
    sketch = b"".join((value & 0xFFFF).to_bytes(2, "big") for value in full)
    bands = [full[at : at + BAND] for at in range(0, BINS, BAND)]
    return [Trace("words", _hash(key, "words", f"{number}|{band}"), sketch) for number, band in enumerate(bands)]


def _filled(bins: list[int | None], at: int) -> int:
    """An empty bin takes its right neighbour's value, so that short texts compare."""
    for step in range(BINS):
        value = bins[(at + step) % BINS]
        if value is not None:
            return value + step
    return 0


def _phones(text: str) -> list[str]:
    # The last eight digits: the same number with and without its country's code.
    digits = [re.sub(r"\D", "", found) for found in PHONE.findall(text)]
    return list(dict.fromkeys(number[-8:] for number in digits if 8 <= len(number) <= 15))[:MAX_EACH]


def _first(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))[:MAX_EACH]


def _hash(key: bytes, kind: str, value: str) -> bytes:
    return hashlib.blake2b(f"{kind}\0{value}".encode("utf-8", "replace"), key=key[:64], digest_size=16, person=b"hotline-trace").digest()
