"""Labelled messages: read from folders, and compared with what triage makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEVELS = ("emergency", "high", "medium", "low")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Guess:
    """A labelled message and what triage said of it."""

    row: Row
    seen: Row


def read(paths: Iterable[Path]) -> list[Row]:
    """The messages of JSON Lines files, or of folders of them; one id once."""
    found: dict[str, Row] = {}
    for path in paths:
        for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    row = json.loads(line)
                    found.setdefault(str(row["id"]), row)
    return list(found.values())


def share(part: int, whole: int) -> float | None:
    """None where there is nothing to divide by."""
    return part / whole if whole else None


def measures(pairs: Sequence[Guess]) -> dict[str, float | None]:
    """Accuracies, places invented, recall and precision of emergencies, macro-F1 of urgency."""
    placed = [p for p in pairs if p.row.get("country")]
    parted = [p for p in pairs if p.row.get("subdivision")]
    nowhere = [p for p in pairs if not p.row.get("country")]
    out: dict[str, float | None] = {"n": len(pairs)}
    out["lang"] = share(sum(p.seen["lang"] == p.row["lang"] for p in pairs), len(pairs))
    out["country"] = share(sum(p.seen["country"] == p.row["country"] for p in placed), len(placed))
    out["invented"] = share(sum(p.seen["country"] is not None for p in nowhere), len(nowhere))
    out["subdivision"] = share(sum(p.seen["subdivision"] == p.row["subdivision"] for p in parted), len(parted))
    hits = {level: sum(p.row["urgency"] == level == p.seen["urgency"] for p in pairs) for level in LEVELS}
    meant = {level: sum(p.row["urgency"] == level for p in pairs) for level in LEVELS}
    said = {level: sum(p.seen["urgency"] == level for p in pairs) for level in LEVELS}
    out["emergency_recall"] = share(hits["emergency"], meant["emergency"])
    out["emergency_precision"] = share(hits["emergency"], said["emergency"])
    scores = [2 * hits[level] / (meant[level] + said[level]) for level in LEVELS if meant[level] + said[level]]
    out["urgency_f1"] = sum(scores) / len(scores) if scores else None
    out["kind"] = share(sum(p.seen["kind"] == p.row["kind"] for p in pairs), len(pairs))
    return out
