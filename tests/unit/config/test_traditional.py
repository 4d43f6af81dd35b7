"""Traditional Chinese: every text there is in simplified, converted, and never over a reviewer's word."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib  # type: ignore[import-untyped]

from config.traditional import derive

TEXTS = Path(__file__).parents[3] / "config" / "texts"


def test_the_committed_drafts_are_what_the_converter_makes_of_the_simplified_texts(tmp_path: Path) -> None:
    for name in ("zh", "zh-Hant"):
        shutil.copytree(TEXTS / name, tmp_path / name)
    derive(tmp_path)
    for path in (TEXTS / "zh-Hant").glob("*.po"):
        assert path.read_text(encoding="utf-8") == (tmp_path / "zh-Hant" / path.name).read_text(encoding="utf-8"), (
            "run `python -m config.traditional config/texts`"
        )


def test_a_reviewed_text_stays(tmp_path: Path) -> None:
    for name in ("zh", "zh-Hant"):
        shutil.copytree(TEXTS / name, tmp_path / name)
    path = tmp_path / "zh-Hant" / "flows.po"
    po = polib.pofile(str(path), encoding="utf-8")
    po[0].msgstr, po[0].flags = "校對過的文字", []
    po.save(str(path))
    assert derive(tmp_path) > 300
    assert polib.pofile(str(path), encoding="utf-8")[0].msgstr == "校對過的文字"
