"""Burmese writing by syllables: spellings of one foreign name meet, everyday words stay apart."""

from __future__ import annotations

import pytest

from triage.place_syllables import SyllableIndex, syllables


def _sounds(text: str) -> list[str]:
    return [sound for sound, _, _ in syllables(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("ဆမွတ်ဆာခွန်း", "စမွတ်ဆခွန်"), ("မယ်ရမတ်", "မဲရမတ်"), ("ဗန်ကောက်", "ဘန်ကောက်"), ("မင်းလက်ပန်း", "မင်းလက်ပံ")],
)
def test_two_writings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert _sounds(one) == _sounds(other)


def test_names_that_sound_otherwise_are_told_apart() -> None:
    assert _sounds("မယ်ရမတ်") != _sounds("မဲဆောက်")


def _index() -> SyllableIndex[str]:
    index: SyllableIndex[str] = SyllableIndex()
    index.add("ဆမွတ်ဆာခွန်", "TH-74")
    index.add("ဘန်ခဲ", "TH-10")
    return index


def test_a_long_name_is_surely_found_inside_a_sentence() -> None:
    found = list(_index().find("အခုစမွတ်ဆာခွန်းမှာ", lambda _: False))
    assert [(bearer, sure) for bearer, _, _, sure in found] == [("TH-74", True)]


def test_a_short_name_is_found_where_a_phrase_starts_with_it_and_a_particle_follows() -> None:
    assert [bearer for bearer, _, _, _ in _index().find("ဗန်ခဲက ဆိုင်မှာ", lambda _: False)] == ["TH-10"]


def test_a_short_name_inside_another_word_is_none() -> None:
    assert list(_index().find("သူဗန်ခဲမှာ", lambda _: False)) == []


def test_a_name_of_myanmar_itself_is_not_guessed_from_two_syllables() -> None:
    assert list(_index().find("ဗန်ခဲက ဆိုင်မှာ", lambda bearer: bearer == "TH-10")) == []
