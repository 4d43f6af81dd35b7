"""A small linear model beside the roles: how likely each named place is where the person is now. Pure.

The roles know the markers that somebody thought of. The model weighs them together with what the whole message is about and what the
rules of urgency and kind read in it: a name behind "go to" is a present place where somebody is held, and none where work is offered.
A score is `bias + sum of weight x value`, squeezed by the logistic function. Trained by benchmarks/learn_places.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from triage.place_names import Found
from triage.place_roles import Part

SIX = ("KH", "CN", "LA", "MM", "TH", "VN")


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules found in the words around the names: concepts and facts, and the kind of report."""

    concepts: Set[str]
    kind: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name, the part it plays, and what the whole message is about."""

    one: Found
    part: Part
    about: Set[str]

    @property
    def place(self) -> str:
        """The code of the subdivision, else of the country."""
        return self.one.subdivision or self.one.country


class PlaceModel:
    """Weights by feature. `raw` is the model file's data; an empty one has no opinion."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._bias = float(raw.get("bias", 0))
        self._scale = float(raw.get("scale", 1))
        self._weights: Mapping[str, int] = raw.get("weights", {})
        self.least = float(raw.get("least", 0.5))

    def __bool__(self) -> bool:
        return bool(self._weights)

    def likely(self, named: Sequence[Named], chosen: str | None, known: Known) -> list[float]:
        """How likely each name is where the person is now, 0 to 1; `chosen` is the code that the roles alone chose."""
        weights = self._weights
        shared = list(message_features(named, chosen, known))
        out = []
        for at in range(len(named)):
            total = self._bias
            for name, value in name_features(named, at, chosen, known):
                total += weights.get(name, 0) * value
            for name in shared:
                total += weights.get(name, 0)
            out.append(1 / (1 + math.exp(-max(-30.0, min(30.0, total / self._scale)))))
        return out


def message_features(named: Sequence[Named], chosen: str | None, known: Known) -> Iterator[str]:
    """What is the same for every name of a message; each counts one."""
    yield f"names={min(len(named), 4)}"
    yield f"places={min(len({one.place for one in named}), 4)}"
    yield f"chosen={'none' if chosen is None else 'one'}"
    yield f"kind={known.kind}"
    for about in sorted(named[0].about):
        yield f"about={about}"
    for concept in sorted(known.concepts):
        yield f"says={concept}"


def name_features(named: Sequence[Named], at: int, chosen: str | None, known: Known) -> Iterator[tuple[str, float]]:
    """(feature, value) of one name."""
    this = named[at]
    one, part = this.one, this.part
    whole = "province" if one.subdivision else "country"
    best = max((other.part.weight for other in named if other.place != this.place), default=0.0)
    yield f"role={part.role}", 1
    yield f"role={part.role} {whole}", 1
    yield f"kind={known.kind} {part.role}", 1
    yield f"kind={known.kind} {whole}", 1
    yield "weight", part.weight
    yield "time", part.time
    yield "whose", part.whose
    yield "best other", best
    yield "ahead", part.weight - best
    yield whole, 1
    if one.weak:
        yield "weak", 1
    if one.country not in SIX:
        yield "outside", 1
    if at == 0:
        yield "first", 1
    if at == len(named) - 1:
        yield "last", 1
    if chosen == this.place:
        yield "chosen", 1
    alone = "alone" if all(other.place == this.place for other in named) else "of several"
    yield f"{alone} {part.role}", 1
    for clue in part.clues:
        yield clue, 1
        yield f"{clue} {part.role}", 1
    for about in sorted(this.about):
        yield f"about={about} {part.role}", 1
        yield f"about={about} {whole}", 1
