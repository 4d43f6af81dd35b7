"""STOP in seven languages and more than a thousand spellings; and what only speaks of stopping is none."""

from __future__ import annotations

from itertools import product

import pytest

from bot.flows import engine
from bot.flows import turns as t
from bot.flows.definition import Book
from bot.flows.keywords import toneless

WORDS = (
    ["stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "stop messages", "/stop"]
    + ["ឈប់", "បញ្ឈប់", "សូមឈប់", "ឈប់ផ្ញើ", "ຢຸດ", "ຢຸດສົ່ງ", "ກະລຸນາຢຸດ", "ရပ်", "ရပ်ပါ", "ရပ်တန့်", "ရပ္", "ရပ္ပါ"]
    + ["หยุด", "หยุดส่ง", "หยุดครับ", "หยุดค่ะ", "dừng", "dừng lại", "ngừng", "ngưng", "hủy tin", "停止", "停", "停止发送", "停止發送", "退订", "退訂", "不要发了"]
)  # fmt: skip
AROUND = ("{}", " {} ", "{}.", "{}!", "{}!!!", "{}?", '"{}"', "({})", "...{}", "{}…", "{}。", "*{}*", "-{}-", "\n{}\n", "\u200b{}", "{}\ufeff", "{} 🙏", "{} {}")  # fmt: skip
CASES = (
    str.lower,
    str.upper,
    str.title,
    lambda word: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word),
    toneless,
)


def spellings() -> list[str]:
    found = [shape.replace("{}", change(word)) for word, shape, change in product(WORDS, AROUND, CASES)]
    found += ["S T O P", "s.t.o.p", "S-T-O-P", "stooop", "STOPPP", "stop stop stop", "ＳＴＯＰ．", "s t o p !", "หยุด หยุด", "停止停止"[:2]]
    return list(dict.fromkeys(found))


def is_stop(book: Book, text: str, state: engine.State) -> bool:
    return any(isinstance(event, t.Stopped) for event in engine.advance(book, state, t.Text(text)).events)


def test_a_thousand_spellings_are_heard_at_the_menu_at_a_choice_and_where_words_are_asked_for(book: Book) -> None:
    start = engine.start("en", small=True)
    choice = engine.advance(book, start, t.Text("1")).state
    words = engine.advance(book, engine.advance(book, choice, t.Text("1")).state, t.Text("1")).state
    words = engine.advance(book, words, t.Text("1")).state
    assert (choice.step, words.step) == ("phone_safe", "short_place")
    found = spellings()
    assert len(found) >= 1000
    deaf = {text for state in (start, choice, words) for text in found if not is_stop(book, text, state)}
    assert deaf == set()


@pytest.mark.parametrize(
    "text",
    ["please stop him", "stop him he beats me", "make them stop", "I want to stop working but cannot", "bus stop", "the car stopped", "non stop", "don't stop writing"]
    + ["ជួយឱ្យគេឈប់វាយខ្ញុំ", "ຊ່ວຍໃຫ້ເຂົາຢຸດຕີຂ້ອຍ", "သူ့ကို ရိုက်တာ ရပ်ခိုင်းပေးပါ", "ช่วยให้เขาหยุดตีฉัน", "ไม่มีวันหยุด", "làm ơn bảo họ dừng đánh em", "xe dừng ở Móng Cái", "让他们停止打人", "车停在路边"]
    + ["YES", "START", "UNSTOP"],
)  # fmt: skip
def test_what_only_speaks_of_stopping_is_no_stop(book: Book, text: str) -> None:
    choice = engine.advance(book, engine.start("en", small=True), t.Text("1")).state
    assert not is_stop(book, text, engine.start("en", small=True)) and not is_stop(book, text, choice)
