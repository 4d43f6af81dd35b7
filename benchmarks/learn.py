"""Trains the small model beside the rules from labelled messages and responders' corrections.

    python -m benchmarks.learn tests/unit/triage/messages [corrections.jsonl …] [--write config/model/triage.json]

Needs the extra `learn` (scikit-learn); nothing of it is there at run time. A correction is a labelled message: one JSON object a
line with `id`, `urgency`, `kind` as the responder set them, and `text` or `features` (`hotline triage corrections` writes them). The
same rows and the same seed give the same file on one kind of machine. `hotline triage learn` does it too, and writes only a model that
earns its place.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.labelled import Row, read
from benchmarks.taught import AGREES, SCALES, SEED, WEIGHTS, Table
from triage.assess import EVEN
from triage.values import KINDS, LEVELS, rank

FOLDS, STRENGTH, SCALE = 5, 2.0, 100
HEADS = LEVELS[1:]
KEPT, KEPT_PAIRS = 20000, 6000
LEAST_PRECISION, RECALL_WEIGHT = 0.85, 0.5


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
    return np.array([table.decisions[i].level(heads[i].tolist(), thresholds) for i in at])


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
