from __future__ import annotations

import re

import polib  # type: ignore[import-untyped]
import pytest

from bot.flows.definition import Book
from bot.flows.extract import messages
from config.texts import Texts
from tests.unit.bot.flows.conftest import CONFIG

# Whoever holds the phone must not read from it what the talk is about.
DENIED = {
    "en": ("traffick", "slave", "victim", "smuggl", "prostitut", "exploit", "rescue", "hotline", "crime"),
    "km": ("ជួញដូរ", "ទាសករ", "ជនរងគ្រោះ"),
    "lo": ("ຄ້າມະນຸດ", "ຂ້າທາດ", "ຜູ້ເຄາະຮ້າຍ"),
    "my": ("လူကုန်ကူး", "ကျွန်ပြု", "သားကောင်"),
    "th": ("ค้ามนุษย์", "ทาส", "เหยื่อ"),
    "vi": ("buôn người", "mua bán người", "nô lệ", "nạn nhân"),
    "zh": ("人口贩", "贩运", "拐卖", "奴隶", "受害人", "受害者"),
}


def test_the_template_holds_every_text_of_the_flows(book: Book) -> None:
    pot = polib.pofile(str(CONFIG / "texts" / "messages.pot"))
    assert [(entry.msgctxt, entry.msgid) for entry in pot] == [(context, text) for context, text, _ in messages(book)]


def test_a_text_stands_there_once_and_there_are_not_too_many(book: Book) -> None:
    keys = [(context, text) for context, text, _ in messages(book)]
    assert len(keys) == len(set(keys)) <= 400


@pytest.mark.parametrize("lang", DENIED)
def test_no_text_names_the_subject(book: Book, texts: Texts, lang: str) -> None:
    for context, text, _ in messages(book):
        shown = texts.translate(lang, context, text).casefold()
        assert not [word for word in DENIED[lang] if word in shown], f"{context}: {shown}"


def test_a_translation_keeps_the_names_in_braces(book: Book, texts: Texts) -> None:
    for lang in texts.languages:
        for context, text, _ in messages(book):
            shown = texts.translate(lang, context, text)
            assert set(re.findall(r"\{\w*\}", shown)) == set(re.findall(r"\{\w*\}", text)), f"{lang} {context}: {shown}"
