"""A file of code past 300 lines wants to be two; a function past 50 is split."""

from __future__ import annotations

import pytest

from tests.guards.tree import MIGRATIONS, functions, sources

MAX_FILE, MAX_FUNCTION = 300, 50


def too_long(path: str, text: str) -> list[str]:
    faults = [f"{path}: {text.count(chr(10))} lines"] if text.count("\n") > MAX_FILE else []
    return faults + [f"{path}: {name} has {length} lines" for name, length in functions(text) if length > MAX_FUNCTION]


def test_no_file_and_no_function_is_too_long() -> None:
    # A migration is the record of a schema and is never edited again.
    found = {path: text for path, text in (sources() | sources("tests")).items() if not path.startswith(MIGRATIONS)}
    assert [fault for path, text in found.items() for fault in too_long(path, text)] == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("x = 1\n" * 300, 0),
        ("x = 1\n" * 301, 1),
        ("def f():\n" + "    x = 1\n" * 49, 0),
        ("def f():\n" + "    x = 1\n" * 50, 1),
        ("class A:\n    async def f(self):\n" + "        x = 1\n" * 50, 1),
    ],
)
def test_the_guard_sees_what_is_too_long(text: str, faults: int) -> None:
    assert len(too_long("sample.py", text)) == faults
