"""Trains the small model beside the roles of places from labelled messages.

    python -m benchmarks.learn_places tests/unit/triage/messages [--write config/places/model.json]

Needs the extra `learn` (scikit-learn); nothing of it is there at run time. The same messages and the same seed give the same file.
Prints, from cross-validation, what each threshold would give beside what the roles alone give.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.labelled import Guess, Row, measures, read
from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.place_model import Known, Named, PlaceModel, message_features, name_features
from triage.place_roles import WEIGHT, Part
from triage.places import Gazetteer, Located, Reading

SEED, FOLDS, STRENGTH, SCALE = 7, 5, 0.3, 100
# The lists know the words of the messages they were written from, and not those of the next ones: each message is also shown with a
# part of its markers and concepts forgotten.
FORGOTTEN, COPIES = 0.3, 2
TRIED = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
LIGHT = 4  # hundredths: lighter weights decide nothing
LEAST = 0.45  # a place that is invented sends a case to the wrong country
SHOWN = ("country", "subdivision", "invented")


@dataclass(frozen=True, slots=True)
class Example:
    """A message as it was read: its names with their parts, what the roles chose, and what the rules know."""

    row: Row
    reading: Reading
    known: Known
    chosen: str | None


class Reader:
    """Reads messages with an untrained gazetteer."""

    def __init__(self, config: Path) -> None:
        places = config / "places"
        self.gazetteer = Gazetteer(read_places(places), replace(read_roles(places), model={}))
        self.triage = Triage(read_triage_rules(config), self.gazetteer, model={})

    def example(self, row: Row) -> Example:
        """One message."""
        look = self.triage.look(row["text"])
        known = Known(frozenset(look.signals.found) | look.facts, look.kind.kind)
        return self.shown(row, self.gazetteer.read(look.plain), known)

    def shown(self, row: Row, reading: Reading, known: Known) -> Example:
        """With what the roles alone choose."""
        place = self.gazetteer.decide(reading)
        return Example(row, reading, known, place.subdivision or place.country)

    def forget(self, example: Example, chance: np.random.Generator) -> Example:
        """The same as if markers and concepts had been said in words that no list has."""
        if not example.reading.named:
            return example
        about = frozenset(word for word in sorted(example.reading.named[0].about) if chance.random() > FORGOTTEN)
        concepts = frozenset(word for word in sorted(example.known.concepts) if chance.random() > FORGOTTEN)
        named = tuple(replace(one, part=self._part(one, chance), about=about) for one in example.reading.named)
        return self.shown(example.row, replace(example.reading, named=named), replace(example.known, concepts=concepts))

    def _part(self, named: Named, chance: np.random.Generator) -> Part:
        part = named.part
        if chance.random() < FORGOTTEN * 0.6:
            weight = WEIGHT["unclear"] + (2.2 if named.one.subdivision else 0.0)
            return replace(part, role="unclear", weight=weight, time=0.0, whose=0.0, clues=("side=", "marker="))
        return part


def features(example: Example, at: int) -> dict[str, float]:
    """What the model sees of one name."""
    named = example.reading.named
    found = dict.fromkeys(message_features(named, example.chosen, example.known), 1.0)
    for name, value in name_features(named, at, example.chosen, example.known):
        found[name] = value
    return found


def is_meant(row: Row, named: Named) -> bool:
    """Whether this name is where the person is now, by the label; any place of the country where the label tells no more."""
    if row.get("subdivision"):
        return bool(named.one.subdivision == row["subdivision"])
    return bool(named.one.country == row.get("country"))


def train(examples: Sequence[Example]) -> dict[str, object]:
    """The model file's data."""
    rows, want = [], []
    for example in examples:
        for at, named in enumerate(example.reading.named):
            rows.append(features(example, at))
            want.append(is_meant(example.row, named))
    columns = DictVectorizer()
    fitted = LogisticRegression(C=STRENGTH, max_iter=3000).fit(columns.fit_transform(rows), want)
    weights = {str(name): round(float(w) * SCALE) for name, w in zip(columns.get_feature_names_out(), fitted.coef_[0], strict=True)}
    kept = {name: weight for name, weight in sorted(weights.items()) if abs(weight) >= LIGHT}
    return {"scale": SCALE, "least": LEAST, "bias": round(float(fitted.intercept_[0]) * SCALE), "weights": kept}


def score(gazetteer: Gazetteer, examples: Sequence[Example], model: Mapping[str, object], least: float) -> list[Guess]:
    """Each message with the place that is found."""
    out = []
    gazetteer.use(PlaceModel({**model, "least": least}))
    for example in examples:
        place: Located = gazetteer.decide(example.reading, example.known)
        found = {"lang": "", "country": place.country, "subdivision": place.subdivision, "urgency": "low", "kind": "other"}
        out.append(Guess(example.row, found))
    return out


def cross_validate(reader: Reader, whole: Sequence[Example], copies: Sequence[list[Example]]) -> dict[str, dict[str, float | None]]:
    """Scores by threshold on messages that were left out; a scene told in several languages stays on one side."""
    groups = [re.sub(r"^(w\d+)-[a-z]+-", r"\1-", str(example.row["id"])) for example in whole]
    found: dict[float, list[Guess]] = {least: [] for least in TRIED}
    for kept, left in GroupKFold(FOLDS).split(groups, groups=groups):
        model = train([one for at in kept for one in (whole[at], *copies[at])])
        for least in TRIED:
            found[least] += score(reader.gazetteer, [whole[at] for at in left], model, least)
    told = {"roles alone": score(reader.gazetteer, whole, {}, 1.0)} | {f"least {least}": found[least] for least in TRIED}
    return {name: {key: value for key, value in measures(pairs).items() if key in SHOWN} for name, pairs in told.items()}


def main() -> None:
    """Prints scores; writes the model where it is told to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("tests/unit/triage/messages")])
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    reader, chance = Reader(given.config), np.random.default_rng(SEED)
    rows = read(given.folders)
    whole = [reader.example(row) for row in rows]
    copies = [[reader.forget(example, chance) for _ in range(COPIES)] for example in whole]
    for name, values in cross_validate(reader, whole, copies).items():
        print(f"{name:14}", *(f"{key} {value:.3f}" for key, value in values.items() if value is not None))
    if given.write:
        model = train([one for at, example in enumerate(whole) for one in (example, *copies[at])])
        given.write.write_text(json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
