"""Which words of a text the pieces of the model stand for: whole words where there are blanks, whole stretches elsewhere. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from triage.phrases import Span

MOST = 5
# Shown is what weighs at least this share of the weightiest.
SHARE = 0.3
# Scripts without blanks between words: Thai, Lao, Burmese, Khmer, Han.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LEAST, LEAST_HAN = 3, 2


def spoken(text: str, weights: Mapping[str, int]) -> tuple[Span, ...]:
    """The places of the words that spoke most for what `weights` weigh, the weightiest first; pieces are of the lower-case text."""
    low = text.lower()
    if len(low) != len(text):  # a letter that grows when it is small: places would be off
        return ()
    heavy = _by_letter(f" {low} ".replace("\0", " "), weights)[1:-1]
    scored = [(sum(heavy[start:end]), (start, end)) for start, end in _words(low, heavy) if "\0" not in low[start:end]]
    best = max((score for score, _ in scored), default=0.0)
    kept = sorted((one for one in scored if one[0] > 0 and one[0] >= best * SHARE), key=lambda one: (-one[0], one[1]))
    return tuple(span for _, span in kept[:MOST])


def _by_letter(plain: str, weights: Mapping[str, int]) -> list[float]:
    """Each piece's weight spread over its letters, and over the places where it stands."""
    heavy = [0.0] * len(plain)
    digits = re.sub(r"\d", "0", plain)
    for piece, weight in weights.items():
        places = []
        at = digits.find(piece)
        while at >= 0:
            places.append(at)
            at = digits.find(piece, at + 1)
        for at in places:
            for letter in range(at, at + len(piece)):
                heavy[letter] += weight / len(piece) / len(places)
    return heavy


def _words(low: str, heavy: list[float]) -> Iterator[Span]:
    for match in WORD.finditer(low):
        if not UNSPACED.search(match.group()) and match.end() - match.start() >= LEAST:
            yield match.span()
    yield from _stretches(low, heavy)


def _stretches(low: str, heavy: list[float]) -> Iterator[Span]:
    """Letters of scripts without blanks that weigh something one after another, with the marks that belong to them."""
    at = 0
    while at < len(low):
        if heavy[at] <= 0 or not UNSPACED.match(low[at]):
            at += 1
            continue
        start = at
        while at < len(low) and UNSPACED.match(low[at]) and (heavy[at] > 0 or _mark(low[at])):
            at += 1
        while start > 0 and _mark(low[start]):
            start -= 1
        if at - start >= (LEAST_HAN if "\u3400" <= low[start] <= "\u9fff" else LEAST):
            yield start, at


def _mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc")
