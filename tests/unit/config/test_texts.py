from __future__ import annotations

from pathlib import Path

import pytest

from config.marked import Unreadable
from config.texts import read_texts

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


def test_a_translation_of_an_english_that_has_changed_is_not_said(folder: Path) -> None:
    text = PO.replace('msgctxt "option"\nmsgid "Yes"', '#| msgid "Yes?"\nmsgctxt "option"\nmsgid "Yes"')
    (folder / "km" / "messages.po").write_text(text, encoding="utf-8")
    assert read_texts(folder).translate("km", "option", "Yes") == "Yes"
    assert read_texts(folder).languages == ("km",)


def test_a_broken_catalogue_is_refused(folder: Path) -> None:
    (folder / "km" / "bad.po").write_text('msgid "a\nmsgstr', encoding="utf-8")
    with pytest.raises(Unreadable):
        read_texts(folder)
