"""Chinese typed without Chinese characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.triage_rules import read_triage_rules
from triage.language import detect
from triage.pinyin import lists_in_pinyin, syllables, syllables_of
from triage.signals import Lexicon

CONFIG = Path(__file__).parents[3] / "config"


@pytest.mark.parametrize(
    "text",
    [
        "jiu ming wo bei guan zai yuan qu li",
        "jiuming wo bei guanzai fangjian li bu rang chuqu",
        "qing wen da zhe ge dian hua yao qian ma",
        "lao ban kou le wo de hu zhao, wo zai KK",
    ],
)
def test_pinyin_is_chinese(text: str) -> None:
    assert detect(text).code == "zh"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("can you ban me", "en"),
        ("he can sell me to a gang man", "en"),
        ("em bi nhot o hai phong, ho lay dien thoai cua em", "vi"),
        ("khoi yu bo ten, khao bo hai ork pai sai", "lo"),
        ("chan yu mae sai, nai chang mai hai pai", "th"),
        ("kyama ko yaung sar mal, ku nyi par", "my"),
        ("chuoy phong khnhom nov bavet", "km"),
    ],
)
def test_other_languages_in_latin_letters_are_not_taken_for_pinyin(text: str, lang: str) -> None:
    assert detect(text).code == lang


def test_a_word_is_cut_into_its_syllables_and_what_is_none_is_left_alone() -> None:
    assert syllables_of("miaowadi") == ("miao", "wa", "di")
    assert syllables_of("phnom") == ()


def test_syllables_lead_back_to_the_text_and_tone_numbers_go() -> None:
    text = "wo3 bei4 guanzai fangjian"
    reading = syllables(text)
    assert reading.text == "wo bei guan zai fang jian"
    at = reading.text.index("guan zai")
    first, end = reading.span(at, at + len("guan zai"))
    assert text[first:end] == "guanzai"


def test_lists_leave_out_what_a_single_syllable_cannot_tell() -> None:
    lists = lists_in_pinyin({"debt": ("欠", "欠债"), "held": ("不让<go>", "要~万"), "_go": ("走",)})
    assert lists == {"debt": ("qian zhai",), "held": ("bu rang<go>",), "_go": ("zou",)}


def test_pinyin_is_read_by_the_chinese_lists() -> None:
    signals = Lexicon(read_triage_rules(CONFIG)).read("jiu ming, wo men bei guan zai shan li, hu zhao bei mo shou le", "zh")
    assert {"cry", "we", "locked", "papers_taken"} <= signals.found.keys()
