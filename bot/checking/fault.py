"""A fault: a place in a file, what is wrong, and the mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from config.marked import Mark

# What it means for the running hotline:
# error    this config is not taken: the last good one stays live
# gap      a text or a number is not ready: `hotline check` fails, the rest is live (English is said, the number is not shown)
# draft    good enough for a demo, not for production: counted, and an error with `--production`
GRADES = ("error", "gap", "draft")


class Fault(NamedTuple):
    """One fault. `file` is relative to the config folder; line and column count from 1."""

    file: str
    line: int
    column: int
    text: str
    grade: str = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class Spot(NamedTuple):
    """A place in a file of the config folder."""

    file: str
    line: int = 1
    column: int = 1

    def fault(self, text: str, grade: str = "error") -> Fault:
        """A fault at this place."""
        return Fault(*self, text, grade)


def spot(file: str, mark: Mark) -> Spot:
    """A place from a mark."""
    return Spot(file, mark.line, mark.column)


def meant(word: object, known: Iterable[object]) -> str:
    """The mend for a wrong name: the nearest right one, or all of them where they are few."""
    names = sorted(str(name) for name in known)
    near = get_close_matches(str(word), names, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names)}" if 0 < len(names) <= 12 else "take one that is there"
