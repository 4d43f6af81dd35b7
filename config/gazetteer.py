"""Places and the words around them, read from tab-separated files that a spreadsheet opens."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Files of places that are no lists of names.
NO_PLACES = ("roles.tsv", "borders.tsv", "points.tsv", "subdivisions.tsv")
BUILT = "towns.tsv"
# A name needs a place word beside it, written ~Name.
WEAK = "~"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of a place file: its ISO 3166 codes, its level, and every name people use, the English one first."""

    country: str
    subdivision: str | None
    level: str  # country, adm1, district, town, zone, compound
    names: tuple[str, ...]
    weak: frozenset[str] = frozenset()  # of the names, those read only beside a place word
    people: int = 0
    source: str = ""  # the file's name


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A first-level subdivision, with the dates between which it stood, as ISO dates, and what it went into."""

    code: str
    country: str
    name: str
    valid_from: str
    valid_to: str
    merged_into: str


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
    model: Mapping[str, Any] = field(default_factory=dict)  # the weights of the model beside the roles


def read_places(folder: Path, hand_only: bool = False) -> tuple[PlaceRow, ...]:
    """Every place of every file in the folder, the hand-kept files first: where two claim a name, the first one has it."""
    paths = [path for path in sorted(folder.glob("*.tsv")) if path.name not in (*NO_PLACES, BUILT)]
    if not hand_only and (folder / BUILT).exists():
        paths.append(folder / BUILT)
    return tuple(_row(line, path.name) for path in paths for line in _lines(path))


def _row(line: dict[str, str], source: str) -> PlaceRow:
    said = [name.strip() for name in line["names"].split(";") if name.strip()]
    names = tuple(name.lstrip(WEAK) for name in said)
    weak = frozenset(name[1:] for name in said if name.startswith(WEAK))
    return PlaceRow(line["country"], line["subdivision"] or None, line["level"], names, weak, int(line.get("people") or 0), source)


def read_subdivisions(folder: Path) -> tuple[Subdivision, ...]:
    """subdivisions.tsv: all of them, those that are no more as well."""
    return tuple(Subdivision(**line) for line in _lines(folder / "subdivisions.tsv"))


def overlaps(rows: Iterable[PlaceRow]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, codes) of names that hand-kept lines give to two subdivisions at once, neither of them the province of that name."""
    claims: dict[str, set[str]] = defaultdict(set)
    named: set[str] = set()
    for row in rows:
        if row.source == BUILT or row.level == "ambiguous":
            continue
        for name in row.names:
            claims[name.casefold()].add(row.subdivision or row.country)
        if row.level in ("adm1", "country"):
            named.add(row.names[0].casefold())
    return tuple((name, tuple(sorted(codes))) for name, codes in sorted(claims.items()) if len(codes) > 1 and name not in named)


def read_roles(folder: Path) -> Roles:
    """roles.tsv, borders.tsv and model.json; without the last, roles decide alone."""
    sides: dict[str, dict[str, list[str]]] = {"left": {}, "right": {}, "any": {}}
    for line in _lines(folder / "roles.tsv"):
        sides[line["side"]].setdefault(line["role"], []).append(line["marker"])
    left, right, anywhere = ({role: tuple(words) for role, words in sides[side].items()} for side in ("left", "right", "any"))
    borders = tuple((line["one"], line["other"]) for line in _lines(folder / "borders.tsv"))
    weights = folder / "model.json"
    model = json.loads(weights.read_text(encoding="utf-8")) if weights.exists() else {}
    return Roles(left, right, anywhere, borders, model)


def read_points(folder: Path) -> tuple[Point, ...]:
    """points.tsv: towns with their positions."""
    return tuple(
        Point(line["name"], line["country"], line["subdivision"], float(line["lat"]), float(line["lon"]))
        for line in _lines(folder / "points.tsv")
    )


def read_shapes(folder: Path) -> dict[str, Any]:
    """shapes.json: the outlines of the subdivisions, as arcs."""
    found: dict[str, Any] = json.loads((folder / "shapes.json").read_text(encoding="utf-8"))
    return found


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
