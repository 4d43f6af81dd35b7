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
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.labelled import Row, read
from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.model import LEAP, pieces
from triage.places import Gazetteer
from triage.signals import Signals
from triage.values import KINDS, rank

SEED, FOLDS, STRENGTH, SCALE = 7, 5, 2.0, 100
HEADS = ("medium", "high", "emergency")
LEAST, KEPT = 4, 8000
FACT_SCALE, PIECE_SCALE = 0.5, 4.0
LEAST_PRECISION, RECALL_WEIGHT = 0.85, 0.5
# The rules know the words of the messages they were written from, and not those of the next ones. So each message is also shown
# with a part of its concepts forgotten, as if it had been said in words that no list has; only those count for the thresholds.
FORGOTTEN, COPIES = 0.4, 3


class Table:
    """The rows as features, whole and with concepts forgotten; facts weigh one each, pieces one over the root of their number."""

    def __init__(self, rows: list[Row], config: Path) -> None:
        rules = read_triage_rules(config)
        triage = Triage(rules, Gazetteer(read_places(config / "places"), read_roles(config / "places")), model={})
        chance = np.random.default_rng(SEED)
        self.facts, self.pieces, self.level, self.kind, self.weak = [], [], [], [], []
        self.row_at: list[int] = []
        self.whole: list[bool] = []
        for at, row in enumerate(rows):
            # A correction may come without its words: then its concepts alone are learnt from.
            look = triage.look(row["text"]) if row.get("text") else None
            read = sorted(pieces(look.read)) if look else []
            concepts = look.signals.found if look else {str(name): () for name in row.get("features", ())}
            for copy in range(COPIES + 1):
                kept = {c: w for c, w in concepts.items() if not copy or chance.random() > FORGOTTEN}
                level, facts, kind = triage.by_rules(Signals(kept, {}))
                self.row_at.append(at), self.whole.append(not copy), self.pieces.append(read)
                self.facts.append(sorted(facts)), self.level.append(rank(level))
                self.kind.append(kind.kind), self.weak.append(kind.weak)
        self.want = np.array([rank(rows[at]["urgency"]) for at in self.row_at])
        self.want_kind = np.array([rows[at]["kind"] for at in self.row_at])
        # The same scene told in several languages stays on one side of a fold.
        self.groups = [re.sub(r"^(w\d+)-[a-z]+-", r"\1-", str(rows[at]["id"])) for at in self.row_at]

    def names(self, at: np.ndarray) -> tuple[list[str], list[str]]:
        """Facts and pieces that are common enough among these rows."""
        facts = Counter(name for i in at for name in self.facts[i])
        found = Counter(name for i in at for name in self.pieces[i])
        return sorted(n for n, c in facts.items() if c >= LEAST), sorted(n for n, c in found.items() if c >= LEAST)

    def matrix(self, at: np.ndarray, facts: list[str], found: list[str]) -> csr_matrix:
        """Features of these rows."""
        columns = {f"c:{name}": i for i, name in enumerate(facts)} | {f"n:{name}": len(facts) + i for i, name in enumerate(found)}
        data, row_at, col = [], [], []
        for position, i in enumerate(at):
            share = 1 / np.sqrt(max(len(self.pieces[i]), 1))
            for name, value in [(f"c:{n}", 1.0) for n in self.facts[i]] + [(f"n:{n}", share) for n in self.pieces[i]]:
                if name in columns:
                    data.append(value), row_at.append(position), col.append(columns[name])
        return csr_matrix((data, (row_at, col)), shape=(len(at), len(columns)))


def fit(table: Table, at: np.ndarray, facts: list[str], found: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features by heads then kinds) and biases."""
    grid = table.matrix(at, facts, found)
    # Facts are strong and few, pieces weak and many: so scaled, the penalty holds back both alike.
    scale = np.concatenate([np.full(len(facts), FACT_SCALE), np.full(len(found), PIECE_SCALE)])
    grid = grid.multiply(scale).tocsr()
    weights, bias = [], []
    for head in HEADS:
        model = fresh().fit(grid, table.want[at] >= rank(head))
        weights.append(model.coef_[0] * scale), bias.append(model.intercept_[0])
    model = fresh().fit(grid, table.want_kind[at])
    for kind in KINDS:
        row = list(model.classes_).index(kind)
        weights.append(model.coef_[row] * scale), bias.append(model.intercept_[row])
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
        weights, bias = fit(table, train, *names)
        scores = table.matrix(test, *names) @ weights + bias
        heads[test] = 1 / (1 + np.exp(-scores[:, : len(HEADS)]))
        odds = np.exp(scores[:, len(HEADS) :])
        kinds[test] = odds / odds.sum(axis=1, keepdims=True)
    return heads, kinds


def macro_f1(want: np.ndarray, got: np.ndarray) -> float:
    """Mean F1 over the levels."""
    parts = [2 * np.sum((want == k) & (got == k)) / max(np.sum(want == k) + np.sum(got == k), 1) for k in range(4)]
    return float(np.mean(parts))


def raised(level: np.ndarray, heads: np.ndarray, thresholds: list[float]) -> np.ndarray:
    """The rules' levels, raised where the model is sure."""
    known = level
    for at, head in enumerate(HEADS):
        sure = thresholds[at] + LEAP * ((known == rank("medium")) & (head == "emergency"))
        level = np.where((heads[:, at] > sure) & (level < rank(head)), rank(head), level)
    return level


def precise(want: np.ndarray, got: np.ndarray) -> bool:
    """True where few enough alarms are false."""
    return bool(np.sum((got == 3) & (want == 3)) >= LEAST_PRECISION * np.sum(got == 3))


def worth(want: np.ndarray, got: np.ndarray) -> float:
    """Macro-F1, with a bonus for emergencies found as long as their precision holds: a missed one costs more than a false one."""
    hits = np.sum((got == 3) & (want == 3))
    return macro_f1(want, got) + (RECALL_WEIGHT * hits / np.sum(want == 3) if precise(want, got) else 0.0)


def thresholds_of(table: Table, heads: np.ndarray) -> list[float]:
    """The sureness from which raising is worth most on messages with forgotten concepts, and false alarms stay few on whole ones."""
    whole = np.array(table.whole)
    level = np.array(table.level)
    # Less than an even chance is no ground to raise.
    tried = [round(float(t), 2) for t in np.arange(0.5, 0.95, 0.05)]

    def judged(sure: tuple[float, ...]) -> tuple[bool, float]:
        got = raised(level, heads, list(sure))
        return precise(table.want[whole], got[whole]), worth(table.want[~whole], got[~whole])

    return list(max(product(tried, repeat=len(HEADS)), key=judged))


def scores(table: Table, heads: np.ndarray, kinds: np.ndarray, thresholds: list[float]) -> dict[str, Any]:
    """Cross-validated measures of the rules alone and of both, on whole messages and on those with forgotten concepts."""
    whole = np.array(table.whole)
    out: dict[str, Any] = {"messages": int(whole.sum()), "folds": FOLDS, "seed": SEED}
    mixed = np.where(np.array(table.weak), np.array(KINDS)[kinds.argmax(axis=1)], np.array(table.kind))
    levels = {"rules": np.array(table.level), "both": raised(np.array(table.level), heads, thresholds)}
    for part, name in ((whole, "whole"), (~whole, "forgotten")):
        for who, level in levels.items():
            got, want = level[part], table.want[part]
            hits = np.sum((got == 3) & (want == 3))
            out[f"{name}_{who}"] = {
                "urgency_f1": round(macro_f1(want, got), 4),
                "emergency_recall": round(float(hits / np.sum(want == 3)), 4),
                "emergency_precision": round(float(hits / max(np.sum(got == 3), 1)), 4),
                "kind": round(float(np.mean((mixed if who == "both" else np.array(table.kind))[part] == table.want_kind[part])), 4),
            }
    return out


def model_file(table: Table, thresholds: list[float], told: dict[str, Any]) -> dict[str, Any]:
    """The trained model as data: whole numbers, the weightiest pieces alone."""
    every = np.arange(len(table.row_at))
    facts, found = table.names(every)
    weights, bias = fit(table, every, facts, found)
    heavy = np.argsort(-np.abs(weights[len(facts) :]).max(axis=1), kind="stable")[:KEPT]
    kept = sorted(found[i] for i in heavy)
    weights, bias = fit(table, every, facts, kept)
    whole = np.rint(weights * SCALE).astype(int)
    return {
        "about": "trained by benchmarks/learn.py; see docs/triage.md",
        "scores": told,
        "levels": list(HEADS),
        "kinds": list(KINDS),
        "thresholds": thresholds,
        "bias": [round(float(b), 4) for b in bias],
        "scale": SCALE,
        "facts": {name: whole[i].tolist() for i, name in enumerate(facts)},
        "pieces": {name: whole[len(facts) + i].tolist() for i, name in enumerate(kept)},
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
