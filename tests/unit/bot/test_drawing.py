"""Pictures of flows."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bot.checking.outline import outlines
from bot.checking.sources import read_sources
from bot.cli import main
from bot.drawing import COLUMNS, wrap

CONFIG = Path("config").absolute()


@pytest.mark.parametrize("lang", ["en", "km"])
def test_every_flow_becomes_a_picture_with_all_its_steps(tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    done = CliRunner().invoke(main, ["flows", "draw", "--lang", lang, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for flow in outlines(read_sources(CONFIG)):
        text = (tmp_path / f"{flow.id}{'' if lang == 'en' else '-km'}.svg").read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        shown = [node.text or "" for node in root.iter() if node.tag.endswith("text")]
        assert {item.id for item in flow.items} <= {line.split(" · ")[0] for line in shown}
        assert {f"end: {end}" for end in flow.ends} <= set(shown)
        assert len([node for node in root.iter() if node.tag.endswith("rect")]) == len(flow.items) + len(flow.ends)


def test_an_unknown_flow_or_language_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    for words in (["nowhere"], ["tip", "--lang", "xx"]):
        done = CliRunner().invoke(main, ["flows", "draw", *words, "--out", str(tmp_path)])
        assert done.exit_code == 1 and "there is no" in done.output


def test_texts_are_cut_at_blanks_and_between_letters_of_scripts_without_them() -> None:
    assert wrap("one two") == ["one two"]
    assert all(len(line) <= COLUMNS for line in wrap("word " * 40))
    assert "".join(wrap("中" * 60)) == "中" * 60 and max(map(len, wrap("中" * 60))) == COLUMNS // 2
    assert not any(line[0] in "\u17d2\u17b6" for line in wrap("កា" * 80))
