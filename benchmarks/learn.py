"""Trains the small model beside the rules from labelled messages and responders' corrections.

    python -m benchmarks.learn tests/unit/triage/messages [corrections.jsonl …] [--write config/model/triage.json]

Needs the extra `learn` (scikit-learn); nothing of it is there at run time. A correction is a labelled message: one JSON object a
line with `id`, `urgency`, `kind` as the responder set them, and `text` or `features` (`hotline triage corrections` writes them). The
same rows and the same seed give the same file. `hotline triage learn` does it too, and writes only a model that earns its place.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.labelled import Row, read
from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import EVEN, SETTLED, Look, Triage, says_little, seen
from triage.model import LEAP, pieces
from triage.places import Gazetteer
from triage.signals import Signals
from triage.traits import Seen, pairs, traits
from triage.urgency import highest
from triage.values import KINDS, rank

SEED, FOLDS, STRENGTH, SCALE = 7, 5, 2.0, 100
HEADS = ("medium", "high", "emergency")
LEAST, LEAST_PAIR, KEPT, KEPT_PAIRS = 4, 12, 20000, 6000
SCALES = {"traits": 0.5, "pairs": 0.25, "pieces": 4.0}
LEAST_PRECISION, RECALL_WEIGHT = 0.85, 0.5
# What a rule says beyond what it stands for in any case, the model must give this chance.
AGREES = 0.35
# The rules know the words of the messages they were written from, and not those of the next ones. So a message counts most as it was
# read at its first try, before anybody wrote a list with it at hand (`first`: the concepts of then); and each is also shown with a part of
# its concepts forgotten, as if it had been said in words that no list has.
FORGOTTEN, COPIES = 0.35, 2
LONG = "x" * 40
WEIGHTS = {"first": 2.0, "forgotten": 0.6, "whole": 0.6}


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
        self.weights = np.array([WEIGHTS[shown] for shown in self.shown])
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

    def level(self, chances: np.ndarray | None, thresholds: Sequence[float] = ()) -> int:
        """The level with the model's chances of medium, high and emergency, or without a model; as triage/assess.py does it."""
        if chances is None or self.short:
            return self.said
        agreed = max((at + 1 for at in range(self.said) if chances[at] >= AGREES), default=0)
        best = max(self.sure, agreed)
        if self.settled:
            return best
        leap = LEAP * (self.said == rank("medium"))
        return max([best, *(at + 1 for at, least in enumerate(thresholds) if chances[at] > least + leap * (HEADS[at] == "emergency"))])


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
    sure = max((rank(triage.urgency.least[one.rule]) for one in found), default=0)
    short = look is not None and says_little(look.read)
    return now, Decision(sure, rank(highest(found)), SETTLED in facts, short, kind.kind, kind.weak)


def common(lists: list[list[str]], at: np.ndarray, least: int) -> list[str]:
    """Names that occur in so many of these lists."""
    found = Counter(name for i in at for name in lists[i])
    return sorted(name for name, count in found.items() if count >= least)


def fit(table: Table, at: np.ndarray, names: dict[str, list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features by heads then kinds) and biases, of scaled features."""
    grid, weigh = table.matrix(at, names), table.weights[at]
    weights, bias = [], []
    for head in HEADS:
        model = fresh().fit(grid, table.want[at] >= rank(head), sample_weight=weigh)
        weights.append(model.coef_[0]), bias.append(model.intercept_[0])
    model = fresh().fit(grid, table.want_kind[at], sample_weight=weigh)
    for kind in KINDS:
        row = list(model.classes_).index(kind)
        weights.append(model.coef_[row]), bias.append(model.intercept_[row])
    return np.array(weights).T, np.array(bias)


def fresh() -> LogisticRegression:
    """An untrained head."""
    return LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced", random_state=SEED)


def validate(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold probabilities of heads and kinds."""
    every = np.arange(len(table.row_at))
    heads, kinds = np.zeros((len(every), len(HEADS))), np.zeros((len(every), len(KINDS)))
    for train, test in GroupKFold(FOLDS).split(every, groups=table.groups):
        names = table.names(train)
        weights, bias = fit(table, train, names)
        scores = table.matrix(test, names) @ weights + bias
        heads[test] = 1 / (1 + np.exp(-scores[:, : len(HEADS)]))
        odds = np.exp(scores[:, len(HEADS) :])
        kinds[test] = odds / odds.sum(axis=1, keepdims=True)
    return heads, kinds


def macro_f1(want: np.ndarray, got: np.ndarray) -> float:
    """Mean F1 over the levels."""
    parts = [2 * np.sum((want == k) & (got == k)) / max(np.sum(want == k) + np.sum(got == k), 1) for k in range(4)]
    return float(np.mean(parts))


def judged(table: Table, at: np.ndarray, heads: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """The levels of rules and model together."""
    return np.array([table.decisions[i].level(heads[i], thresholds) for i in at])


def mixed(table: Table, kinds: np.ndarray) -> np.ndarray:
    """The kinds of rules and model together."""
    likeliest = np.array(KINDS)[kinds.argmax(axis=1)]
    asked = np.array([not decision.short for decision in table.decisions])
    return np.where(asked & (table.weak | (kinds.max(axis=1) > EVEN)), likeliest, table.kind)


def precise(want: np.ndarray, got: np.ndarray) -> bool:
    """True where few enough alarms are false."""
    return bool(np.sum((got == 3) & (want == 3)) >= LEAST_PRECISION * np.sum(got == 3))


def worth(want: np.ndarray, got: np.ndarray) -> float:
    """Macro-F1, with a bonus for emergencies found as long as their precision holds: a missed one costs more than a false one."""
    hits = np.sum((got == 3) & (want == 3))
    return macro_f1(want, got) + (RECALL_WEIGHT * hits / np.sum(want == 3) if precise(want, got) else 0.0)


def thresholds_of(table: Table, heads: np.ndarray) -> list[float]:
    """The sureness from which raising is worth most on messages at their first try, with few false alarms there."""
    at = np.flatnonzero(table.part("first") if table.part("first").any() else table.part("whole"))
    # An even chance is ground to raise; less of one, where a missed message may be a life.
    tried = [[EVEN, EVEN, round(float(least), 2)] for least in np.arange(0.25, 0.8, 0.05)]

    def worthy(sure: list[float]) -> tuple[bool, float]:
        got = judged(table, at, heads, sure)
        return precise(table.want[at], got), worth(table.want[at], got)

    return max(tried, key=worthy)


def scores(table: Table, heads: np.ndarray, kinds: np.ndarray, thresholds: list[float]) -> dict[str, Any]:
    """Cross-validated measures of the rules alone and of both, by how the messages are shown."""
    out: dict[str, Any] = {"messages": int(table.part("whole").sum()), "folds": FOLDS, "seed": SEED}
    both = judged(table, np.arange(len(table.row_at)), heads, thresholds)
    who_of = {"rules": (table.level, table.kind), "both": (both, mixed(table, kinds))}
    for shown in WEIGHTS:
        part = table.part(shown)
        for who, (level, kind) in who_of.items() if part.any() else ():
            got, want = level[part], table.want[part]
            hits = np.sum((got == 3) & (want == 3))
            out[f"{shown}_{who}"] = {
                "urgency_f1": round(macro_f1(want, got), 4),
                "emergency_recall": round(float(hits / np.sum(want == 3)), 4),
                "emergency_precision": round(float(hits / max(np.sum(got == 3), 1)), 4),
                "kind": round(float(np.mean(kind[part] == table.want_kind[part])), 4),
            }
    return out


def model_file(table: Table, thresholds: list[float], told: dict[str, Any]) -> dict[str, Any]:
    """The trained model as data: whole numbers, of pairs and pieces the weightiest alone."""
    every = np.arange(len(table.row_at))
    names = table.names(every)
    weights, _ = fit(table, every, names)
    kept, start = {"traits": names["traits"]}, len(names["traits"])
    for part, most in (("pairs", KEPT_PAIRS), ("pieces", KEPT)):
        heavy = np.argsort(-np.abs(weights[start : start + len(names[part])]).max(axis=1), kind="stable")[:most]
        kept[part] = sorted(names[part][i] for i in heavy)
        start += len(names[part])
    weights, bias = fit(table, every, kept)
    scale = np.concatenate([np.full(len(kept[part]), SCALES[part]) for part in kept])
    row = iter(np.rint(weights * scale[:, None] * SCALE).astype(int).tolist())
    return {
        "about": "trained by benchmarks/learn.py; see docs/triage.md",
        "scores": told,
        "levels": list(HEADS),
        "kinds": list(KINDS),
        "thresholds": thresholds,
        "agrees": AGREES,
        "bias": [round(float(b), 4) for b in bias],
        "scale": SCALE,
        **{part: {name: next(row) for name in kept[part]} for part in kept},
    }


def trained(rows: list[Row], config: Path) -> tuple[Table, list[float], dict[str, Any]]:
    """Features, thresholds and cross-validated scores."""
    table = Table(rows, config)
    heads, kinds = validate(table)
    thresholds = thresholds_of(table, heads)
    return table, thresholds, scores(table, heads, kinds, thresholds)


def write(path: Path, table: Table, thresholds: list[float], told: dict[str, Any]) -> None:
    """The model as data, one feature a line."""
    lines = json.dumps(model_file(table, thresholds, told), ensure_ascii=False, separators=(",", ":"))
    path.write_text(re.sub(r"(\],)(?=\")", "\\1\n", lines) + "\n", encoding="utf-8")


def main() -> None:
    """Cross-validates, prints the scores and writes the model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    table, thresholds, told = trained([row for row in read(given.folders) if row.get("urgency") and row.get("kind")], given.config)
    print(json.dumps(told | {"thresholds": thresholds}, indent=1))
    if given.write:
        write(given.write, table, thresholds, told)


if __name__ == "__main__":
    main()
