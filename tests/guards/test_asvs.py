"""Every test and file that docs/asvs.md names is there, and every row shows something or says that it is not met."""

from __future__ import annotations

import re

from tests.guards.tree import ROOT

ROWS = [line for line in (ROOT / "docs/asvs.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]


def missing(rows: list[str]) -> list[str]:
    found = []
    for row in rows:
        number, _, how, shown = (cell.strip() for cell in row.split("|")[1:-1])
        names = re.findall(r"`([^`]+)`", shown)
        if not names and "**not met**" not in how:
            found.append(f"{number}: shows nothing")
        for name in names:
            path, _, test = name.partition("::")
            file = ROOT / path
            if not file.exists() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
                found.append(f"{number}: {name}")
    return found


def test_every_test_that_is_named_is_there() -> None:
    assert len(ROWS) > 50 and missing(ROWS) == []


def test_the_guard_sees_what_is_missing() -> None:
    assert missing(["| 1.1.1 | a | b | `tests/none.py::test_x` |", "| 1.1.2 | a | b | |", "| 1.1.3 | a | **not met**: b | |"]) == [
        "1.1.1: tests/none.py::test_x", "1.1.2: shows nothing"]  # fmt: skip
