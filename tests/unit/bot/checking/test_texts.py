"""Faults planted in translations, each found at its line of the .po file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bot.checking.conftest import Plant, faults, only

KM = "texts/km/flows.po"
STOPPED = '#, fuzzy\nmsgctxt "phrase.stopped"\nmsgid "OK. No more messages."\nmsgstr'
CODE = 'msgctxt "phrase.code"\nmsgid "Your code: {code}."\nmsgstr '
URGENT = 'msgctxt "phrase.urgent"\nmsgid "We tell the team now."\nmsgstr '


@pytest.fixture
def entry(folder: Path) -> Plant:
    """Puts another translation for the one of an entry; where the entry begins."""

    def put(head: str, text: str, file: str = KM) -> tuple[int, int]:
        path = folder / file
        whole = path.read_text(encoding="utf-8")
        at = whole.index(head)
        end = whole.index("\n\n", at)
        whole = whole[:at] + head + text + whole[end:]
        path.write_text(whole, encoding="utf-8")
        return whole[: whole.index("msgid", whole.index(head))].count("\n") + 1, 1

    return put


def test_a_text_that_is_not_translated(folder: Path, entry: Plant) -> None:
    only(folder, KM, entry(URGENT, '""'), "is not translated; translate it", "gap")


def test_a_text_that_the_catalogue_does_not_have(folder: Path, plant: Plant) -> None:
    plant("texts/phrases.yaml", "urgent: We tell them now.", old='urgent: "We tell the team now."')
    found = faults(folder, "gap")
    assert faults(folder) == [] and len(found) == 14
    assert {(fault.file, fault.line) for fault in found if "there is no" in fault.text} == {
        (f"texts/{lang}/flows.po", 1) for lang in ("km", "lo", "my", "th", "vi", "zh", "zh-Hant")
    }
    assert sum("nothing says 'We tell the team now.'" in fault.text and fault.line > 1 for fault in found) == 7


def test_a_translation_of_an_english_that_has_changed(folder: Path, entry: Plant) -> None:
    text = (folder / KM).read_text(encoding="utf-8")
    (folder / KM).write_text(text.replace("\n" + URGENT, '\n#| msgid "We told them."\n' + URGENT, 1), encoding="utf-8")
    found = faults(folder, "gap")
    assert len(found) == 1 and "was translated from an English that has changed" in found[0].text
    assert "take away `fuzzy` and the lines that begin with `#|`" in found[0].text
    lines = (folder / KM).read_text(encoding="utf-8").splitlines()
    assert lines[found[0].line - 1] == 'msgid "We tell the team now."'


def test_a_language_without_a_catalogue(folder: Path) -> None:
    (folder / "texts" / "th" / "web.po").unlink()
    assert any("the language th has no catalogue web.po; run `hotline texts update th`" in fault.text for fault in faults(folder, "gap"))


def test_names_in_braces_that_were_changed(folder: Path, entry: Plant) -> None:
    only(folder, KM, entry(CODE, '"{kode}"'), "the names in braces are {kode} and must be {code}")


def test_keys_that_were_changed(folder: Path, entry: Plant) -> None:
    head = 'msgctxt "phrase.delete"\nmsgid "DELETE removes this talk here."\nmsgstr '
    only(folder, KM, entry(head, '"លុប"'), "the keys are none and must be DELETE")


def test_a_denied_word_in_a_translation(folder: Path, entry: Plant) -> None:
    only(folder, "texts/th/flows.po", entry(URGENT, '"ช่วยเหยื่อ"', "texts/th/flows.po"), "a screen may show 'เหยื่อ'")


def test_a_translation_that_is_too_long_for_an_sms(folder: Path, entry: Plant) -> None:
    only(folder, KM, entry(URGENT, '"' + "ក" * 202 + '"'), "202 characters, 4 SMS in km, and may be 3")


def test_a_text_twice_in_a_language(folder: Path, plant: Plant) -> None:
    text = (folder / "texts/km/web.po").read_text(encoding="utf-8")
    line = text.rstrip("\n").count("\n") + 4
    (folder / "texts/km/web.po").write_text(text.rstrip("\n") + f'\n\n{URGENT}"x"\n', encoding="utf-8")
    only(folder, "texts/km/web.po", (line, 1), "stands also in texts/km/flows.po:")


def test_a_broken_catalogue_names_its_line(folder: Path, plant: Plant) -> None:
    line, _ = plant(KM, 'msgctxt "phrase.urgent\n', old='msgctxt "phrase.urgent"\n')
    found = [fault for fault in faults(folder) if fault.file == KM]
    assert [fault.line for fault in found] == [line] and "missing quotation mark" in found[0].text


def test_an_answer_that_becomes_a_command_in_one_language(folder: Path, entry: Plant) -> None:
    place = entry('msgctxt "option"\nmsgid "Not sure"\nmsgstr ', '"ឈប់"')
    only(folder, KM, place, "'ឈប់' is the command stop everywhere")


def test_two_answers_that_are_the_same_in_one_language(folder: Path, entry: Plant) -> None:
    place = entry('msgctxt "option"\nmsgid "Not sure"\nmsgstr ', '"បាទ"')
    entry('msgctxt "option"\nmsgid "Yes"\nmsgstr ', '"បាទ"')
    found = faults(folder)
    assert found and all("are both 'បាទ' in km" in fault.text and fault.file == KM for fault in found)
    assert any(fault.line == place[0] or "not_sure" in fault.text for fault in found)


def test_drafts_are_counted_and_no_fault(folder: Path) -> None:
    drafts = [fault for fault in faults(folder, "draft") if fault.file.endswith(".po")]
    lines = (folder / KM).read_text(encoding="utf-8").splitlines()
    assert drafts and all(lines[fault.line - 1].startswith(("#", "msg")) for fault in drafts if fault.file == KM)
