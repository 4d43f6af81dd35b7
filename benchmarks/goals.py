"""What a benchmark finds: a goal with its aim, the median over rounds, the least and the most, and whether it is met."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

# An anchor that varies by more than this from round to round measures the machine's other work, not us.
STEADY = 1.5


@dataclass(frozen=True, slots=True)
class Goal:
    """One line. `value` is the median of `rounds`; `met` is None where no verdict can be given."""

    goal: str
    value: float
    aim: str
    met: bool | None
    min: float
    max: float
    rounds: int

    def line(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def at_least(goal: str, values: Sequence[float], aim: float, steady: bool = True) -> Goal:
    """Met where the median reaches `aim`. Not `steady`: the anchor varied too much for a verdict."""
    return _goal(goal, values, f">= {aim:g}", statistics.median(values) >= aim if steady else None)


def at_most(goal: str, values: Sequence[float], aim: float, steady: bool = True) -> Goal:
    """Met where the median does not pass `aim`."""
    return _goal(goal, values, f"<= {aim:g}", statistics.median(values) <= aim if steady else None)


def _goal(goal: str, values: Sequence[float], aim: str, met: bool | None) -> Goal:
    shown = [round(value, 4) for value in values]
    return Goal(goal, round(statistics.median(values), 4), aim, met, min(shown), max(shown), len(values))


def is_steady(anchor: Sequence[float]) -> bool:
    """False where the anchor itself varied by more than half from its least."""
    return max(anchor) <= STEADY * min(anchor)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` (0 to 1) of all do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
