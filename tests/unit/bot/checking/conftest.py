"""A copy of the shipped config in which a test plants a fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from bot.checking import sources, whole
from bot.checking.fault import Fault
from bot.checking.whole import check_folder
from tests.fixtures.remembered import remembered

CONFIG = Path(__file__).parents[4] / "config"
TODAY = date(2026, 11, 24)
Plant = Callable[..., tuple[int, int]]


# What triage is built from.
TRIAGE = ("signals", "places", "model", "urgency.yaml", "indicators.yaml", "kinds.yaml")


@pytest.fixture(autouse=True, scope="session")
def read_once() -> Iterator[None]:
    """Each of the 137 checks reads two hundred files of which its test changed one: the others are not read again."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("read_marked", "read_catalogue", "read_table"):
            patch.setattr(sources, name, partial(_once, getattr(sources, name)))
        patch.setattr(whole, "build_triage", partial(_triage, whole.build_triage))
        yield


def _once(read: Callable[[Path], object], path: Path) -> object:
    return remembered(read, (path,))


def _triage(build: Callable[[Path], object], folder: Path) -> object:
    found = [path for name in TRIAGE for path in sorted((folder / name).rglob("*") if (folder / name).is_dir() else [folder / name])]
    return remembered(build, [path for path in found if path.is_file()], folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("*.py", "__pycache__", "schemas")
    return Path(shutil.copytree(CONFIG, tmp_path / "config", ignore=ignore))


@pytest.fixture
def plant(folder: Path) -> Plant:
    """Puts `new` for `old` (or after `after`, or as a whole file) and says where `marker`, a part of `new`, then stands."""

    def put(file: str, new: str, marker: str = "", old: str | None = None, after: str | None = None) -> tuple[int, int]:
        path = folder / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if old is not None:
            assert old in text, f"{old!r} is not in {file}"
            at = text.index(old)
            text = text[:at] + new + text[at + len(old) :]
        elif after is not None:
            at = text.index(after) + len(after)
            text = text[:at] + new + text[at:]
        else:
            at, text = 0, new
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        where = text.index(marker or new, at)
        before = text[:where]
        return before.count("\n") + 1, where - (before.rfind("\n") + 1) + 1

    return put


def faults(folder: Path, *grades: str) -> list[Fault]:
    return list(check_folder(folder, TODAY).of(*(grades or ("error",))))


def only(folder: Path, file: str, place: tuple[int, int], words: str, grade: str = "error") -> None:
    """The folder has this one fault of the grade, there and in these words, and none that is graver."""
    found = faults(folder, grade)
    assert [(fault.file, fault.line, fault.column) for fault in found] == [(file, *place)], "\n".join(map(str, found))
    assert words in found[0].text
    if grade != "error":
        assert faults(folder) == []
