"""A small linear model beside the rules: pieces of words and the rules' own facts, weighed. It may only raise. Pure.

Scores are `bias + sum of fact weights + sum of piece weights / sqrt(pieces in the text)`, squeezed by the logistic function for
levels; the highest counts for kinds. Trained by benchmarks/learn.py; shipped as config/model/triage.json.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from triage.phrases import Span
from triage.spoken import spoken
from triage.values import rank

SIZES = (2, 3, 4)
MAX_READ = 600
# What the rules know as medium is no riddle: two levels more at once needs so much more sureness. Wages withheld are no emergency.
LEAP = 0.2
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model makes of a message: a level that it is sure of (or None), the likeliest kind, and the weightiest words."""

    level: str | None
    kind: str
    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()  # where these words stand in the text


def pieces(text: str) -> set[str]:
    """The letter sequences of a normalised text; digits are all alike."""
    plain = _plain(text)
    return {plain[i : i + size] for size in SIZES for i in range(len(plain) - size + 1)}


def _plain(text: str) -> str:
    return " " + _DIGIT.sub("0", text[:MAX_READ].lower()).replace("\0", " ") + " "


class Model:
    """Weights by feature. `raw` is the model file's data; an empty one has no opinion."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._levels: Sequence[str] = raw.get("levels", ())
        self._kinds: Sequence[str] = raw.get("kinds", ())
        self._sure: Sequence[float] = raw.get("thresholds", ())
        self._bias: Sequence[float] = raw.get("bias", ())
        self._scale = float(raw.get("scale", 100))
        # Two bytes a weight: thousands of boxed numbers would cost the web process megabytes.
        self._facts = {name: array("h", weights) for name, weights in raw.get("facts", {}).items()}
        self._pieces = {name: array("h", weights) for name, weights in raw.get("pieces", {}).items()}

    def judge(self, text: str, facts: Set[str], known_level: str = "low") -> Opinion | None:
        """The model's opinion of a normalised text with these facts; its words are sought only for more than the level that is known."""
        # A digit or a dot tells nothing, whatever the bias says.
        if not self._bias or not any(map(str.isalpha, text)):
            return None
        known = pieces(text)
        share = 1 / (math.sqrt(len(known)) * self._scale)
        scores = list(self._bias)
        for name in sorted(facts & self._facts.keys()):
            for at, weight in enumerate(self._facts[name]):
                scores[at] += weight / self._scale
        seen = sorted(known & self._pieces.keys())
        for piece in seen:
            for at, weight in enumerate(self._pieces[piece]):
                scores[at] += weight * share
        level = self._level(scores, known_level)
        kinds = scores[len(self._levels) :]
        top = max(range(len(kinds)), key=kinds.__getitem__)
        head = self._levels.index(level) if level else 0
        raises = level is not None and rank(level) > rank(known_level)
        spans = spoken(text, {piece: self._pieces[piece][head] for piece in seen}) if raises else ()
        return Opinion(level, self._kinds[top], tuple(dict.fromkeys(text[start:end] for start, end in spans)), spans)

    def _level(self, scores: Sequence[float], known_level: str) -> str | None:
        leaps = {"emergency": LEAP} if known_level == "medium" else {}
        chances = [(name, 1 / (1 + math.exp(-scores[at])), self._sure[at] + leaps.get(name, 0.0)) for at, name in enumerate(self._levels)]
        return max((name for name, chance, sure in chances if chance > sure), key=rank, default=None)
