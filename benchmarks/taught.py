"""Labelled messages as a model is taught with them: what it is shown of each, and what the rules made of that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.labelled import Row
from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import SETTLED, Look, Triage, is_plain, says_little, seen
from triage.model import agreed, pieces, raised
from triage.places import Gazetteer
from triage.signals import Signals
from triage.traits import Seen, pairs, traits
from triage.urgency import highest
from triage.values import rank

SEED = 7
LEAST, LEAST_PAIR = 4, 12
SCALES = {"traits": 0.5, "pairs": 0.25, "pieces": 4.0}
# What a rule says beyond what it stands for in any case, the model must give this chance.
AGREES = 0.35
# The rules know the words of the messages they were written from, and not those of the next ones. So a message counts most as it was
# read at its first try, before anybody wrote a list with it at hand (`first`: the concepts of then); and each is also shown with a part of
# its concepts forgotten, as if it had been said in words that no list has.
FORGOTTEN, COPIES = 0.35, 2
LONG = "x" * 40
WEIGHTS = {"first": 2.0, "forgotten": 0.6, "whole": 0.6}
# Among thousands of long messages the plainest sentences would be outvoted.
SHORT_WEIGHT = 2.0


class Table:
    """The rows as features, in each way that they are shown; traits weigh one each, pieces one over the root of their number."""

    def __init__(self, rows: list[Row], config: Path) -> None:
        rules = read_triage_rules(config)
        self.triage = Triage(rules, Gazetteer(read_places(config / "places"), read_roles(config / "places")), model={})
        chance = np.random.default_rng(SEED)
        self.traits: list[list[str]] = []
        self.pairs: list[list[str]] = []
        self.pieces: list[list[str]] = []
        self.shown: list[str] = []
        self.row_at: list[int] = []
        self.decisions: list[Decision] = []
        for at, row in enumerate(rows):
            # A correction may come without its words: then its concepts alone are learnt from.
            look = self.triage.look(row["text"]) if row.get("text") else None
            text, read = (look.read, sorted(pieces(look.read))) if look else ("", [])
            for shown, concepts in ways(row, look.signals.found if look else {str(name): () for name in row.get("features", ())}, chance):
                now, decision = told(self.triage, concepts, look)
                self.decisions.append(decision)
                self.row_at.append(at), self.shown.append(shown), self.pieces.append(read)
                self.traits.append(list(traits(text, now)))
                self.pairs.append([f"{one} {other}" for one, other in pairs(now.facts)])
        self.level = np.array([decision.level(None) for decision in self.decisions])
        self.kind = np.array([decision.kind for decision in self.decisions])
        self.weak = np.array([decision.weak_kind for decision in self.decisions])
        self.want = np.array([rank(rows[at]["urgency"]) for at in self.row_at])
        self.want_kind = np.array([rows[at]["kind"] for at in self.row_at])
        short = [len(str(row.get("text") or LONG)) < len(LONG) for row in rows]
        weights = zip(self.row_at, self.shown, strict=True)
        self.weights = np.array([WEIGHTS[shown] * (SHORT_WEIGHT if short[at] else 1.0) for at, shown in weights])
        # The same scene told in several languages stays on one side of a fold.
        self.groups = [re.sub(r"^(w\d+)-[a-z]+-", r"\1-", str(rows[at]["id"])) for at in self.row_at]

    def part(self, shown: str) -> np.ndarray:
        """Which examples are shown so."""
        return np.array([one == shown for one in self.shown])

    def names(self, at: np.ndarray) -> dict[str, list[str]]:
        """Traits, pairs and pieces that are common enough among these rows."""
        return {
            "traits": common(self.traits, at, LEAST),
            "pairs": common(self.pairs, at, LEAST_PAIR),
            "pieces": common(self.pieces, at, LEAST),
        }

    def matrix(self, at: np.ndarray, names: dict[str, list[str]]) -> csr_matrix:
        """Features of these rows, scaled: traits are strong and few, pieces weak and many, and so the penalty holds back both alike."""
        columns = {(part, name): i for i, (part, name) in enumerate((part, name) for part in names for name in names[part])}
        data: list[float] = []
        row_at: list[int] = []
        col: list[int] = []
        for position, i in enumerate(at):
            share = 1 / np.sqrt(max(len(self.pieces[i]), 1))
            for part, found, value in (("traits", self.traits[i], 1.0), ("pairs", self.pairs[i], 1.0), ("pieces", self.pieces[i], share)):
                known = [columns[part, name] for name in found if (part, name) in columns]
                data += [value * SCALES[part]] * len(known)
                row_at += [position] * len(known)
                col += known
        return csr_matrix((data, (row_at, col)), shape=(len(at), len(columns)))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules decide: the level that stands in any case, the one they say, the kind; `short`: the model is not asked."""

    sure: int
    said: int
    settled: bool
    short: bool
    kind: str
    weak_kind: bool

    def level(self, chances: Sequence[float] | None, thresholds: Sequence[float] = ()) -> int:
        """The level with the model's chances of medium, high and emergency, or without a model; as triage/assess.py does it."""
        if chances is None or self.short:
            return self.said
        best = max(self.sure, agreed(chances, self.said, AGREES))
        return best if self.settled else max(best, raised(chances, self.said, thresholds))


def ways(row: Row, concepts: Mapping[str, Any], chance: np.random.Generator) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """How a message is shown: whole, as at its first try, and with concepts forgotten."""
    yield "whole", concepts
    if "first" in row:
        yield "first", {str(name): () for name in row["first"]}
    # A short sentence whose one sign is forgotten would be another sentence.
    for _ in range(COPIES if len(str(row.get("text") or LONG)) >= len(LONG) else 0):
        yield "forgotten", {name: words for name, words in concepts.items() if chance.random() > FORGOTTEN}


def told(triage: Triage, concepts: Mapping[str, Any], look: Look | None) -> tuple[Seen, Decision]:
    """What the rules make of these concepts."""
    found, facts, kind = triage.by_rules(Signals(dict(concepts), {}))
    now = seen(replace(look or triage.look(""), facts=facts, kind=kind), found)
    plain = look is not None and is_plain(look.read)
    sure = max((rank(one.level or "low") if plain else rank(triage.urgency.least[one.rule]) for one in found), default=0)
    short = look is not None and says_little(look.read)
    return now, Decision(sure, rank(highest(found)), SETTLED in facts, short, kind.kind, kind.weak)


def common(lists: list[list[str]], at: np.ndarray, least: int) -> list[str]:
    """Names that occur in so many of these lists."""
    found = Counter(name for i in at for name in lists[i])
    return sorted(name for name, count in found.items() if count >= least)
