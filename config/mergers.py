"""Subdivisions that went into others: places/subdivisions.tsv, by what they went into and until when they stood."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Merger:
    """What a subdivision went into, and its own last day."""

    into: str
    until: date


def read_mergers(folder: Path) -> Mapping[str, Merger]:
    """By the code that is no more (ISO 3166-2); empty where there is no such file."""
    path = folder / "places" / "subdivisions.tsv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["code"]: Merger(row["merged_into"], date.fromisoformat(row["valid_to"])) for row in rows if row["merged_into"]}
