from __future__ import annotations

from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from config.texts import Counts, read_texts, write_template

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "option"
msgid "Yes"
msgstr "បាទ"

#, fuzzy
msgctxt "option"
msgid "No"
msgstr "ទេ"

msgctxt "option"
msgid "Other"
msgstr ""

#~ msgctxt "option"
#~ msgid "Old"
#~ msgstr "ចាស់"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "km").mkdir()
    (tmp_path / "km" / "messages.po").write_text(PO, encoding="utf-8")
    (tmp_path / "km" / "more.po").write_text('msgctxt "web"\nmsgid "Send"\nmsgstr "ផ្ញើ"\n', encoding="utf-8")
    return tmp_path


def test_a_text_is_found_by_context_and_english(folder: Path) -> None:
    texts = read_texts(folder)
    assert texts.translate("km", "option", "Yes") == "បាទ"
    assert texts.translate("km", "web", "Send") == "ផ្ញើ"
    assert texts.translate("km", "other", "Yes") == "Yes"


def test_drafts_are_used(folder: Path) -> None:
    assert read_texts(folder).translate("km", "option", "No") == "ទេ"


@pytest.mark.parametrize(("lang", "english"), [("km", "Other"), ("km", "Old"), ("xx", "Yes"), ("en", "Yes")])
def test_without_a_translation_it_is_english(folder: Path, lang: str, english: str) -> None:
    assert read_texts(folder).translate(lang, "option", english) == english


def test_it_counts_drafts_and_what_is_missing(folder: Path) -> None:
    wanted = [("option", "Yes"), ("option", "No"), ("option", "Other")]
    assert read_texts(folder).counts("km", wanted) == Counts(3, 2, 1, 1)
    assert read_texts(folder).counts("th", wanted) == Counts(3, 0, 0, 3)
    assert read_texts(folder).languages == ("km",)


def test_a_broken_catalogue_is_refused(folder: Path) -> None:
    (folder / "km" / "bad.po").write_text('msgid "a\nmsgstr', encoding="utf-8")
    with pytest.raises(OSError):
        read_texts(folder)


def test_the_template_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "messages.pot"
    assert write_template(path, [("option", "Yes", "Answers: Safe?"), ("phrase.code", "Code {code}.", "")]) == 2
    pot = polib.pofile(str(path))
    assert [(entry.msgctxt, entry.msgid, entry.comment) for entry in pot] == [
        ("option", "Yes", "Answers: Safe?"),
        ("phrase.code", "Code {code}.", ""),
    ]
    assert "braces" in pot.header
