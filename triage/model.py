"""A small linear model beside the rules: pieces of words and what the rules found, weighed. Pure.

It raises where it is sure, and says how far it agrees with what rules say that are not sure of it. Scores are
`bias + sum of trait weights + sum of weights of pairs of facts + sum of piece weights / sqrt(pieces in the text)`, squeezed by the
logistic function for levels; the highest counts for kinds. Trained by benchmarks/learn.py; shipped as config/model/triage.json.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.phrases import Span
from triage.spoken import spoken
from triage.traits import Seen, traits
from triage.values import level_of, rank

SIZES = (1, 2, 3, 4)
MAX_READ = 600
# What the rules know as medium is no riddle: two levels more at once needs so much more sureness. Wages withheld are no emergency.
LEAP = 0.2
# A weight has two bytes and four to be summed up in, and is kept above zero.
_BITS, _MASK, _ZERO = 32, (1 << 32) - 1, 1 << 15
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model makes of a message: a level that it is sure of (or None), the likeliest kind, and the weightiest words.

    `chances` are of medium or more, of high or more, and of an emergency; `kind_chance` is the likeliest kind's.
    """

    level: str | None
    kind: str
    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()  # where these words stand in the text
    chances: Sequence[float] = ()
    kind_chance: float = 1.0


def agreed(chances: Sequence[float], said: int, least: float) -> int:
    """The rank of the highest level up to the one that was said which has at least such a chance."""
    return max((level for level, chance in enumerate(chances[:said], 1) if chance >= least), default=0)


def raised(chances: Sequence[float], said: int, thresholds: Sequence[float]) -> int:
    """The rank of the highest level that the model is sure of, where rules said that much."""
    leap = LEAP if said == rank("medium") else 0.0
    asked = [least + leap * (level == rank("emergency")) for level, least in enumerate(thresholds, 1)]
    return max((level for level, (chance, least) in enumerate(zip(chances, asked, strict=True), 1) if chance > least), default=0)


def pieces(text: str) -> set[str]:
    """The letter sequences of a normalised text; digits are all alike."""
    plain = _plain(text)
    return {plain[i : i + size] for size in SIZES for i in range(len(plain) - size + 1)}


def _plain(text: str) -> str:
    return " " + _DIGIT.sub("0", text[:MAX_READ].lower()).replace("\0", " ") + " "


def _packed(rows: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Rows of weights by name, each packed into one number, so that adding two numbers adds two rows."""
    return {name: sum((weight + _ZERO) << (_BITS * at) for at, weight in enumerate(weights)) for name, weights in rows.items()}


def _unpacked(total: int, rows: int, width: int) -> list[int]:
    """The sums of a sum of packed rows."""
    return [(total >> (_BITS * at) & _MASK) - rows * _ZERO for at in range(width)]


class Model:
    """Weights by feature. `raw` is the model file's data; an empty one has no opinion."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._kinds: Sequence[str] = raw.get("kinds", ())
        self._sure: Sequence[float] = raw.get("thresholds", ())
        self._bias: Sequence[float] = raw.get("bias", ())
        self._scale = float(raw.get("scale", 100))
        self.least = float(raw.get("agrees", 0.0))
        self._traits, self._pairs, self._pieces = (_packed(raw.get(part, {})) for part in ("traits", "pairs", "pieces"))
        # By the first of the two: only pairs that are weighed are put together.
        self._others: dict[str, set[str]] = {}
        for one, other in (name.split(" ") for name in self._pairs):
            self._others.setdefault(one, set()).add(other)

    def judge(self, text: str, seen: Seen) -> Opinion | None:
        """The model's opinion of a normalised text in which the rules saw this; its words are sought only for more than their level."""
        if not self._bias:
            return None
        known = pieces(text)
        spoken_of = sorted(known & self._pieces.keys())
        scores = self._scores(text, seen, spoken_of, len(known))
        chances = [1 / (1 + math.exp(-score)) for score in scores[: len(self._sure)]]
        level = raised(chances, rank(seen.level), self._sure)
        kinds = [math.exp(score) for score in scores[len(self._sure) :]]
        top = max(range(len(kinds)), key=kinds.__getitem__)
        spans = self._spans(text, spoken_of, level - 1) if level > rank(seen.level) else ()
        words = tuple(dict.fromkeys(text[start:end] for start, end in spans))
        return Opinion(level_of(level) if level else None, self._kinds[top], words, spans, chances, kinds[top] / sum(kinds))

    def _spans(self, text: str, spoken_of: Sequence[str], head: int) -> tuple[Span, ...]:
        return spoken(text, {piece: _unpacked(self._pieces[piece], 1, len(self._bias))[head] for piece in spoken_of})

    def _scores(self, text: str, seen: Seen, spoken_of: Sequence[str], known: int) -> list[float]:
        width, held = len(self._bias), list(self._held(text, seen))
        whole = _unpacked(sum(held), len(held), width)
        parts = _unpacked(sum(map(self._pieces.__getitem__, spoken_of)), len(spoken_of), width)
        share = 1 / math.sqrt(known)
        return [bias + (one + other * share) / self._scale for bias, one, other in zip(self._bias, whole, parts, strict=True)]

    def _held(self, text: str, seen: Seen) -> Iterator[int]:
        yield from (self._traits[name] for name in traits(text, seen) if name in self._traits)
        for one in seen.facts & self._others.keys():
            yield from (self._pairs[f"{one} {other}"] for other in seen.facts & self._others[one])
