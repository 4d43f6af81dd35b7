"""`hotline texts`: extract, update and status, on a copy of the shipped config."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from bot.cli import main
from config.catalogues import read_catalogue, reviewed_by

CONFIG = Path("config").absolute()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = Path(shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas")))
    monkeypatch.setenv("HOTLINE_CONFIG", str(path))
    return path


def texts(*words: str) -> str:
    done = CliRunner().invoke(main, ["texts", *words])
    assert done.exit_code == 0, done.output
    return done.output


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_extract_writes_both_templates_with_headers(folder: Path) -> None:
    texts("extract")
    for name, at_least in (("messages.pot", 300), ("web.pot", 40)):
        pot = polib.pofile(str(folder / "texts" / name))
        assert len(pot) >= at_least and pot.metadata["Content-Type"] == "text/plain; charset=UTF-8" and "braces" in pot.header
        assert all(entry.msgctxt and not entry.msgstr for entry in pot)


def test_the_shipped_templates_are_up_to_date(folder: Path) -> None:
    texts("extract")
    for name in ("messages.pot", "web.pot"):
        fresh, shipped = (polib.pofile(str(path / "texts" / name)) for path in (folder, CONFIG))
        assert [(e.msgctxt, e.msgid) for e in shipped] == [(e.msgctxt, e.msgid) for e in fresh]


def test_update_keeps_translations_and_remarks_and_is_idempotent(folder: Path) -> None:
    po = folder / "texts" / "km" / "flows.po"
    edit(po, '#, fuzzy\nmsgctxt "phrase.urgent"', '# reviewed: ab 2026-11-20\nmsgctxt "phrase.urgent"')
    before = {entry.key: (entry.text, entry.reviewed) for entry in read_catalogue(po)}
    texts("update", "km")
    once = po.read_bytes()
    assert {entry.key: (entry.text, entry.reviewed) for entry in read_catalogue(po)} == before
    assert ": 0 new, 0 obsolete" in texts("update", "km") and po.read_bytes() == once
    assert before[("phrase.urgent", "We tell the team now.")][1] == ("ab", date(2026, 11, 20))


def test_a_new_text_comes_empty_and_an_old_one_stays_as_obsolete(folder: Path) -> None:
    edit(folder / "texts" / "web.yaml", "title: Message to the team", "sample: A new text\ntitle: Message to the team")
    edit(folder / "texts" / "web.yaml", "\nsend: Send\n", "\n")
    texts("update", "th")
    po = polib.pofile(str(folder / "texts" / "th" / "web.po"))
    assert po.find("A new text").msgstr == "" and not po.find("A new text").fuzzy
    assert [entry.msgid for entry in po.obsolete_entries()] == ["Send"] and po.obsolete_entries()[0].msgstr


def test_a_changed_text_keeps_its_old_translation_for_the_translator_and_is_not_said(folder: Path) -> None:
    edit(folder / "texts" / "web.yaml", "title: Message to the team", "title: Message for the team")
    texts("update", "th")
    entry = polib.pofile(str(folder / "texts" / "th" / "web.po")).find("Message for the team")
    assert entry.fuzzy and entry.previous_msgid == "Message to the team" and entry.msgstr
    rows = [json.loads(line) for line in texts("status", "--json").splitlines()]
    row = next(row for row in rows if (row["lang"], row["catalogue"]) == ("th", "web.po"))
    assert row["missing"] == 1


def test_a_new_language_gets_catalogues_that_editors_open(folder: Path) -> None:
    texts("update", "shn")
    for name in ("flows.po", "web.po"):
        po = polib.pofile(str(folder / "texts" / "shn" / name))
        assert po.metadata["Language"] == "shn" and len(po) > 40 and po.percent_translated() == 0


def test_status_counts_drafts_missing_and_who_reviewed(folder: Path) -> None:
    po = folder / "texts" / "km" / "flows.po"
    edit(po, '#, fuzzy\nmsgctxt "phrase.urgent"', '# reviewed: ab 2026-11-20\nmsgctxt "phrase.urgent"')
    rows = [json.loads(line) for line in texts("status", "--json").splitlines()]
    row = next(row for row in rows if (row["lang"], row["catalogue"]) == ("km", "flows.po"))
    assert row["total"] == row["translated"] + row["fuzzy"] + row["missing"]
    assert (row["translated"], row["reviewed"], row["readers"]) == (1, 1, {"ab": "2026-11-20"})
    assert "ab 2026-11-20" in texts("status")


@pytest.mark.parametrize(
    ("remark", "found"),
    [
        ("reviewed: ab 2026-11-20", ("ab", date(2026, 11, 20))),
        ("a note\nreviewed: c.d. 2026-01-02", ("c.d.", date(2026, 1, 2))),
        ("reviewed: ab yesterday", None),
        ("reviewed: ab 2026-13-40", None),
        ("", None),
    ],
)
def test_who_reviewed_is_read_from_the_remark(remark: str, found: object) -> None:
    assert reviewed_by(remark) == found
