"""Somebody who reads every published table of every day, adds up, subtracts and bounds: do they find a group of one to ten people? Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = Mapping[str, Any]
Table = Sequence[Cell]
K = 11
NO_COLUMN = ("table", "count")


@dataclass(frozen=True)
class Sum:
    """One figure that can be had: of the tables of `day`, one table's cells that fit `by`, added up. `low`..`high`: what it can truly be."""

    day: str
    table: str
    by: tuple[tuple[str, str], ...]
    told: int
    cells: int

    @property
    def low(self) -> int:
        """No fewer than this were reported there."""
        return self.told

    @property
    def high(self) -> int:
        """No more than this, where every cell but the one is listed; only a single cell is bounded from above."""
        return self.told + K - 1 if self.cells == 1 else 10**9


def sums(day: str, cells: Table) -> Iterator[Sum]:
    """Every figure of a day: each table, added up over each choice of its columns."""
    for table in sorted({str(cell["table"]) for cell in cells}):
        rows = [cell for cell in cells if cell["table"] == table]
        columns = [name for name in rows[0] if name not in NO_COLUMN]
        for keep in _subsets(columns):
            found: dict[tuple[tuple[str, str], ...], list[int]] = {}
            for row in rows:
                found.setdefault(tuple((name, str(row[name])) for name in keep), []).append(int(row["count"]))
            for by, counts in found.items():
                # Rolled up: rows that are not listed may hide more, so only a whole key is bounded.
                yield Sum(day, table, by, sum(counts), 1 if len(keep) == len(columns) else 2)


def _subsets(columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for bits in range(1 << len(columns)):
        yield tuple(name for at, name in enumerate(columns) if bits >> at & 1)


def attack(days: Mapping[str, Table], seed: int, tries: int) -> list[str]:
    """Draws pairs of figures, and chains of up to four, adds and subtracts them; what looked like, or must be, one to ten people."""
    rng, every = random.Random(seed), [one for day, cells in days.items() for one in sums(day, cells)]
    broken = [f"a figure of {one.told}: {one}" for one in every if 0 < one.told < K]
    broken += [word for one, other in _nested(every) if (word := _small(one, other))]
    for _ in range(tries):
        drawn = rng.choices(every, k=rng.randint(2, 4))
        signs = [1, -1, *(rng.choice((1, -1)) for _ in drawn[2:])]
        found = sum(sign * one.told for sign, one in zip(signs, drawn, strict=True))
        if 0 < abs(found) < K:
            broken.append(f"a difference of {found}: {list(zip(signs, drawn, strict=True))}")
    return broken[:10]


def _nested(every: Iterable[Sum]) -> Iterator[tuple[Sum, Sum]]:
    """Pairs of which the second counts a part of whom the first counts, on the same or on another day."""
    known: dict[frozenset[tuple[str, str]], list[Sum]] = {}
    for one in every:
        known.setdefault(frozenset(one.by), []).append(one)
    for inner, parts in known.items():
        for outer, wholes in known.items():
            if outer <= inner:
                yield from ((whole, part) for whole in wholes for part in parts if whole is not part)


def _small(whole: Sum, part: Sum) -> str:
    """Who is left of the whole without the part: named where that must be somebody, and fewer than eleven."""
    told, least, most = whole.told - part.told, whole.low - part.high, whole.high - part.low
    return f"{told} or {least} to {most} people: {whole} without {part}" if 0 < told < K or (least >= 1 and most < K) else ""
