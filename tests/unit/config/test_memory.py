"""What was read once is read again only where something changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.memory import remembered


def test_the_same_bytes_are_read_once_and_an_edit_is_seen(tmp_path: Path) -> None:
    read: list[str] = []

    def take(path: Path) -> str:
        read.append(path.read_text(encoding="utf-8"))
        return read[-1]

    file = tmp_path / "a.yaml"
    file.write_text("one", encoding="utf-8")
    assert [remembered(take, [file]), remembered(take, [file])] == ["one", "one"]
    file.write_text("two", encoding="utf-8")
    assert remembered(take, [file]) == "two"
    assert read == ["one", "two"]


def test_a_folder_is_known_by_the_names_of_its_files_too(tmp_path: Path) -> None:
    def names(folder: Path) -> list[str]:
        return sorted(path.name for path in folder.iterdir())

    (tmp_path / "a").write_text("x", encoding="utf-8")
    assert remembered(names, sorted(tmp_path.iterdir()), tmp_path) == ["a"]
    (tmp_path / "a").rename(tmp_path / "b")
    assert remembered(names, sorted(tmp_path.iterdir()), tmp_path) == ["b"]


def test_what_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    def refuse(path: Path) -> str:
        raise ValueError(path.name)

    file = tmp_path / "a"
    file.write_text("x", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            remembered(refuse, [file])
