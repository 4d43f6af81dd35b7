"""Places and the words around them, read from tab-separated files that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NO_PLACES = ("roles.tsv", "borders.tsv", "points.tsv")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of a place file: its ISO 3166 codes, its level, and every name people use, the English one first."""

    country: str
    subdivision: str | None
    level: str  # country, adm1, district, town, zone, compound
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A town with its position, for pins."""

    name: str
    country: str
    subdivision: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Roles:
    """Words that tell a present place from an origin or a destination: role → markers on the left, on the right, anywhere."""

    left: dict[str, tuple[str, ...]]
    right: dict[str, tuple[str, ...]]
    anywhere: dict[str, tuple[str, ...]]
    borders: tuple[tuple[str, str], ...]


def read_places(folder: Path) -> tuple[PlaceRow, ...]:
    """Every place of every file in the folder."""
    rows = []
    for path in sorted(folder.glob("*.tsv")):
        if path.name not in NO_PLACES:
            rows += [_row(line) for line in _lines(path)]
    return tuple(rows)


def _row(line: dict[str, str]) -> PlaceRow:
    names = tuple(name.strip() for name in line["names"].split(";") if name.strip())
    return PlaceRow(line["country"], line["subdivision"] or None, line["level"], names)


def read_roles(folder: Path) -> Roles:
    """roles.tsv and borders.tsv."""
    sides: dict[str, dict[str, list[str]]] = {"left": {}, "right": {}, "any": {}}
    for line in _lines(folder / "roles.tsv"):
        sides[line["side"]].setdefault(line["role"], []).append(line["marker"])
    left, right, anywhere = ({role: tuple(words) for role, words in sides[side].items()} for side in ("left", "right", "any"))
    borders = tuple((line["one"], line["other"]) for line in _lines(folder / "borders.tsv"))
    return Roles(left, right, anywhere, borders)


def read_points(folder: Path) -> tuple[Point, ...]:
    """points.tsv: towns with their positions."""
    return tuple(
        Point(line["name"], line["country"], line["subdivision"], float(line["lat"]), float(line["lon"]))
        for line in _lines(folder / "points.tsv")
    )


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
