"""docs/asvs.md has each requirement of levels 1 and 2 once, in one of three states, with a reason or a test that is there; its head counts them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.guards.tree import ROOT

STATES = ("met", "not applicable", "not met")
TEXT = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")


def required() -> dict[str, str]:
    """The numbers of the pinned version, each with its level."""
    lines = (Path(__file__).parent / "asvs-5.0.0.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ") for line in lines if not line.startswith("#"))  # type: ignore[misc]


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if re.match(r"\| V\d", line)]


def state(cell: str) -> tuple[str, str]:
    """The state, and what is said of it."""
    name, _, why = cell.replace("**", "").partition(":")
    return name.strip(), why.strip()


def faults(found: list[list[str]]) -> list[str]:
    told = []
    for number, _, asks, said, where, shown in found:
        name, why = state(said)
        tests = re.findall(r"`(tests/[^`]+)`", shown)
        if name not in STATES or not asks or len(asks.split()) > 12:
            told.append(f"{number}: state or words")
        if name != "met" and not why:
            told.append(f"{number}: says no reason")
        if name == "met" and not (tests and where):
            told.append(f"{number}: shows nothing")
        told += [f"{number}: {test}" for test in tests if not there(test)]
    return told


def there(test: str) -> bool:
    path, _, name = test.partition("::")
    return (ROOT / path).is_file() and (not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"))


def test_every_requirement_is_there_once_with_its_level() -> None:
    wanted, found = required(), rows(TEXT)
    assert Counter(row[0] for row in found) == Counter(wanted.keys())
    assert {row[0]: row[1] for row in found} == wanted


def test_every_row_says_its_state_and_shows_it() -> None:
    assert faults(rows(TEXT)) == []


def test_the_head_counts_the_rows() -> None:
    found = Counter(state(row[3])[0] for row in rows(TEXT))
    said = re.search(r"Of (\d+) rows, (\d+) are met, (\d+) are not applicable and (\d+) are \*\*not met\*\*", TEXT)
    assert said is not None
    assert [int(figure) for figure in said.groups()] == [found.total(), *(found[name] for name in STATES)]


def test_the_guard_sees_what_is_wrong() -> None:
    wrong = [
        ["V1.1.1", "2", "a", "met", "b", "`tests/none.py::test_x`"],
        ["V1.1.2", "2", "a", "met", "b", ""],
        ["V1.2.1", "1", "a", "not applicable", "", ""],
        ["V1.2.2", "1", "a", "**not met**: b", "", ""],
        ["V1.2.3", "1", "a", "partly: b", "c", "`tests/guards/test_asvs.py::there`"],
        ["V1.2.4", "1", "a " * 13, "met", "c", "`tests/guards/test_asvs.py::faults`"],
    ]
    told = ["V1.1.1: tests/none.py::test_x", "V1.1.2: shows nothing", "V1.2.1: says no reason", "V1.2.3: state or words", "V1.2.4: state or words"]
    assert faults(wrong) == told
