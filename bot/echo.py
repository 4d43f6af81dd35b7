"""Knows when two texts are nearly the same: a machine that answers our answers says one thing again and again."""

from __future__ import annotations

import heapq
import unicodedata
from zlib import crc32

SIZE = 16  # of a sketch: the smallest hashes of its text's three-letter pieces
GRAM = 3
ALIKE = 0.6  # of what both texts are made of
Sketch = tuple[int, ...]


def sketch(text: str, shortest: int) -> Sketch | None:
    """A text without its digits, marks and case, as a sample of its pieces; None where fewer than `shortest` letters are left.

    See Broder, On the resemblance and containment of documents (1997).
    """
    letters = "".join(filter(_is_letter, text.casefold()))
    if len(letters) < shortest:
        return None
    data = letters.encode("utf-32-le")
    grams = {crc32(data[at : at + 4 * GRAM]) for at in range(0, len(data) - 4 * GRAM + 4, 4)}
    return tuple(heapq.nsmallest(SIZE, grams))


def near(one: Sketch, other: Sketch) -> bool:
    """True for texts that are the same but for a name, a date or a word."""
    lowest = heapq.nsmallest(SIZE, {*one, *other})
    both = set(one) & set(other)
    return bool(lowest) and sum(item in both for item in lowest) / len(lowest) >= ALIKE


def _is_letter(char: str) -> bool:
    return char.isalpha() or unicodedata.category(char)[0] == "M"
