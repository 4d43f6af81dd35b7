"""Files that cannot be read: one clear line each, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checking.whole import check_folder
from config.marked import MAX_BYTES
from tests.unit.bot.checking.conftest import CONFIG, TODAY, Plant, faults


def test_the_shipped_config_has_no_fault() -> None:
    found = check_folder(CONFIG, TODAY).of("error", "gap")
    assert found == (), "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("version: 1\nrules: [\n", 2, 8, "a list in [ ] is not closed"),
        ("version: 1\n\trules: 2\n", 2, 1, "indent with blanks, not with tabs"),
        ("version: 1\nrules: a: b\n", 2, 9, "put the text in quotation marks"),
        ("version: 1\nrules: 'x\n", 2, 8, "a quotation mark is not closed"),
        ("version: 1\nversion: 2\n", 2, 1, "the key version stands here twice"),
        ("version: &a [*a]\n", 1, 10, "endless"),
        ("version: \x00\n", 1, 10, "not allowed in YAML"),
        ("version: 1\n? [a]\n: b\n", 2, 3, "a key must be a word"),
        ("rules: 2026-13-45\n", 1, 8, "cannot be read; put it in quotation marks"),
    ],
)
def test_broken_yaml_is_told_where_it_breaks(folder: Path, text: str, line: int, column: int, words: str) -> None:
    (folder / "routing.yaml").write_text(text, encoding="utf-8")
    found = [fault for fault in faults(folder) if fault.file == "routing.yaml"]
    assert [(fault.line, fault.column) for fault in found] == [(line, column)] and words in found[0].text


def test_a_missing_file_a_folder_bytes_and_a_huge_file_are_one_line_each(folder: Path) -> None:
    for name in ("routing.yaml", "services.yaml", "texts/km/web.po"):
        (folder / name).unlink()
    (folder / "services.yaml").mkdir()
    (folder / "texts" / "web.yaml").write_bytes(b"title: Message\nlead: caf\xe9\n")
    (folder / "flows" / "tip.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    (folder / "texts" / "km" / "web.po").mkdir()
    told = {fault.file: (fault.line, fault.column, fault.text) for fault in faults(folder)}
    assert told["routing.yaml"][2].startswith("this file is missing; put it back")
    assert told["services.yaml"][2].startswith("this is a folder where a file should be")
    assert told["texts/web.yaml"] == (2, 10, "this is no UTF-8 text; save the file as UTF-8")
    assert told["flows/tip.yaml"][2].startswith("this file is larger than 4 MB")
    assert told["texts/km/web.po"][2].startswith("this is a folder where a file should be")


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert len(faults(tmp_path / "nowhere")) == 1


def test_deep_nesting_and_many_aliases_end_quickly(folder: Path) -> None:
    (folder / "routing.yaml").write_text("[" * 50_000, encoding="utf-8")
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
    (folder / "services.yaml").write_text("\n".join(lines), encoding="utf-8")
    told = {fault.file for fault in faults(folder)}
    assert {"routing.yaml", "services.yaml"} <= told


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "42\n"])
def test_a_file_with_something_else_in_it_never_breaks_the_check(folder: Path, text: str) -> None:
    files = ["flows/blocks.yaml", "flows/keywords.yaml", "flows/tip.yaml", "texts/phrases.yaml", "texts/web.yaml", "urgency.yaml"]
    files += ["routing.yaml", "focal_points.yaml", "services.yaml", "sms.yaml", "denied.yaml", "signals/km.yaml"]
    for file in files:
        (folder / file).write_text(text, encoding="utf-8")
    assert set(files) <= {fault.file for fault in faults(folder)}


@pytest.mark.parametrize("file", ["flows/blocks.yaml", "flows/tip.yaml", "texts/phrases.yaml", "focal_points.yaml", "signals/km.yaml"])
def test_a_file_that_cannot_be_read_is_the_only_fault(folder: Path, file: str) -> None:
    (folder / file).write_text("a: [\n", encoding="utf-8")
    assert [fault.file for fault in faults(folder)] == [file]


def test_a_yml_file_is_told_because_nobody_would_read_it(folder: Path) -> None:
    (folder / "flows" / "new.yml").write_text("flow: new\n", encoding="utf-8")
    assert any("rename it to flows/new.yaml" in fault.text for fault in faults(folder))


def test_an_unknown_key_of_a_number_or_a_cap_is_told_once(folder: Path, plant: Plant) -> None:
    plant("channels.yaml", "per_day: 5000\n  per_week: 1", old="per_day: 5000")
    assert [fault.text.split(";")[0] for fault in faults(folder)] == ["per_week means nothing here"]
