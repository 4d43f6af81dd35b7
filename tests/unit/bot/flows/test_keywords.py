from __future__ import annotations

import itertools

import pytest

from bot.flows.definition import Book
from bot.flows.engine import command_of
from bot.flows.keywords import join_letters, normalise, toneless
from config.texts import Texts

STOPS = [
    "stop",
    "STOPALL",
    "unsubscribe",
    "OptOut",
    "ឈប់",
    "បញ្ឈប់",
    "ຢຸດ",
    "ရပ်",
    "ရပ်ပါ",
    "ရပ္",
    "หยุด",
    "หยุดค่ะ",
    "dừng",
    "DỪNG",
    "dung",
    "ngừng",
    "ngung",
    "停止",
    "停",
    "退订",
    "退訂",
    "ｓｔｏｐ",
    "ＳＴＯＰ",
]
BEFORE = ("", " ", "\n", "«", "(", "...", "'", "\u200b")
AFTER = ("", ".", "!", "!!!", " !", "…", "。", "！", "។", "။", ")", "\r\n", "\u200b", " \ufeff")


def test_a_thousand_spellings_of_stop_are_stop(book: Book) -> None:
    spellings = ["".join(pieces) for pieces in itertools.product(BEFORE, STOPS, AFTER)]
    assert len(spellings) > 1000
    assert [text for text in spellings if command_of(book, text) != "stop"] == []


@pytest.mark.parametrize(
    "text",
    [
        "S T O P",
        "s.t.o.p.",
        "S-T-O-P",
        "D Ừ N G",
        "ห ยุ ด",
        "停 止",
        "stop stop",
        "STOP, STOP, STOP!",
        "stoppp",
        "/stop",
        "/stop@some_bot",
        "Stop\nStop",
    ],
)
def test_stop_is_heard_through_blanks_and_repeats(book: Book, text: str) -> None:
    assert command_of(book, text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "please stop him",
        "stop him",
        "they do not stop",
        "stop it please",
        "đúng",
        "Đúng rồi",
        "không dừng được",
        "停电了",
        "停止打我",
        "หยุดเขาที",
        "yes",
        "start",
        "tops",
        "s top sign",
        "bus stop 4",
        "",
    ],
)
def test_what_only_holds_the_word_is_no_stop(book: Book, text: str) -> None:
    assert command_of(book, text) != "stop"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("0", "skip"),
        ("០", "skip"),
        ("００", "back"),
        ("๐๐๐", "menu"),
        ("၈၈", "human"),
        ("໙໙", "urgent"),
        ("႙႙", "urgent"),
        ("x", "exit"),
        ("Ｘ", "exit"),
    ]
    + [
        ("X.", "exit"),
        ("Delete", "delete"),
        ("ลบ", "delete"),
        ("xoá", "delete"),
        ("xoa", "delete"),
        ("删除", "delete"),
        ("/start 4kB", "menu"),
        ("?", "help"),
    ],
)
def test_commands_in_every_script(book: Book, text: str, command: str) -> None:
    assert command_of(book, text) == command


def test_native_digits_are_digits() -> None:
    for digits in ("០១២៣៤៥៦៧៨៩", "໐໑໒໓໔໕໖໗໘໙", "၀၁၂၃၄၅၆၇၈၉", "๐๑๒๓๔๕๖๗๘๙", "႐႑႒႓႔႕႖႗႘႙", "０１２３４５６７８９"):
        assert normalise(digits) == "0123456789"


@pytest.mark.parametrize(
    ("text", "plain"), [("(1)", "1"), ("1.", "1"), ("  ①  ", "1"), ("\u200b2\ufeff", "2"), ("«Yes»!", "yes"), ("...", "..."), ("", "")]
)
def test_punctuation_around_does_not_matter(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_only_single_letters_are_joined() -> None:
    assert join_letters("s t o p") == "stop"
    assert join_letters("1 3 5") is None
    assert join_letters("st op") is None


def test_tone_marks_go_only_from_latin_letters() -> None:
    assert toneless("dừng") == "dung"
    assert toneless("หยุด") == "หยุด"


def test_no_word_is_two_commands(raw: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    seen: dict[str, str] = {}
    for name, words in raw["keywords"]["always"].items():
        for word in words:
            assert seen.setdefault(normalise(str(word)), name) == name, word


@pytest.mark.parametrize("lang", ["en", "km", "lo", "my", "th", "vi", "zh"])
def test_no_answer_is_called_like_a_command(book: Book, texts: Texts, lang: str) -> None:
    """Whoever chooses an answer by its label must not stop or leave."""
    for flow in book.flows.values():
        for step in (*flow.steps.values(), book.menu):
            labels = [texts.translate(lang, step.labels, label) for _, label in step.options]
            assert not [label for label in labels if command_of(book, label) not in (None, "delete")], f"{flow.id}/{step.id}"


@pytest.mark.parametrize("lang", ["en", "km", "lo", "my", "th", "vi", "zh"])
def test_no_two_answers_of_a_question_are_called_the_same(book: Book, texts: Texts, lang: str) -> None:
    for flow in book.flows.values():
        for step in flow.steps.values():
            labels = [normalise(texts.translate(lang, step.labels, label)) for _, label in step.options]
            assert len(labels) == len(set(labels)), f"{flow.id}/{step.id}: {labels}"
