from __future__ import annotations

import pytest

from bot.flows.answers import read_many, read_one, without_outruled
from bot.flows.keywords import normalise

SHOWN = (("a", "Apple"), ("b", "Boat"), ("c", "Car, bus"), ("d", "Door"), ("e", "Egg"))
WORDS = {"apple": "a", "boat": "b", "car, bus": "c", "door": "d", "egg": "e", "เรือ": "b", "có": "a", "co": "a"}
JOINERS = ("and", "និង", "và", "和")


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("1", "a"),
        ("٣", "c"),
        ("5.", "e"),
        ("6", None),
        ("0", None),
        ("123456789123", None),
        ("Boat", "b"),
        ("เรือ", "b"),
        ("CÓ", "a"),
        ("1 apple", "a"),
    ]
    + [("2) Boat", "b"), ("1 boat", None), ("a boat comes", None), ("1 2", None), ("", None)],
)
def test_one_answer(text: str, option: str | None) -> None:
    assert read_one(normalise(text), SHOWN, WORDS) == option


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("1", "a"),
        ("1 3 5", "ace"),
        ("1,3", "ac"),
        ("135", "ace"),
        ("531", "ace"),
        ("1;3", "ac"),
        ("1、3", "ac"),
        ("1.3.5", "ace"),
        ("1 1 1", "a"),
        ("1 and 3", "ac"),
    ]
    + [("១ និង ៣", "ac"), ("1và3", "ac"), ("1和3", "ac"), ("apple, boat", "ab"), ("car, bus", "c"), ("boat and 1", "ab"), ("1\n2", "ab")],
)
def test_several_answers(text: str, options: str) -> None:
    assert read_many(normalise(text), SHOWN, WORDS, JOINERS) == tuple(options)


@pytest.mark.parametrize(
    "text", ["6", "16", "1 7", "they took 3 of us", "1 and then they hit me", "10:30", "boat, then fire", "0812345678"]
)
def test_what_is_no_answer_is_left_as_it_is(text: str) -> None:
    assert read_many(normalise(text), SHOWN, WORDS, JOINERS) is None


def test_the_careful_choice_takes_back_the_others() -> None:
    assert without_outruled(("police", "doctor", "never"), {"never": ("police",)}) == ("doctor", "never")
    assert without_outruled(("police",), {}) == ("police",)
