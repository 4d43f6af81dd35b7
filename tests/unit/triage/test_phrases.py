"""Phrases in lists: gaps, lists in lists, endings, borders of words, and scripts without spaces."""

import pytest

from triage.phrases import BadPhrase, Phrasebook
from triage.readings import sounds, unspaced, words


def book(lists: dict[str, list[str]], joint: int = 1) -> Phrasebook:
    return Phrasebook(lists, lambda word: word, 26, joint)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("beat us", "they beat us daily", "beat us"),
        ("beat us", "they beat used cars", None),
        ("not let~go", "does not let any of us go out", "not let any of us go"),
        ("not let~go", "does not let us. we go out", None),
        ("<hit> <who>", "he hits her", "hits her"),
        ("<hit> <who>", "he hits a table, her table", None),
        ("<hit> <adverb>? <who>", "he hits often her", "hits often her"),
        ("tortur*", "the torturers came", "torturers"),
        ("demand* money", "he demanded money", "demanded money"),
        ("aged <age>", "aged 14", "aged 14"),
        ("aged <age>", "aged 140", None),
    ],
)
def test_a_phrase_is_found_where_it_is_written(phrase: str, text: str, found: str | None) -> None:
    lists = {"_hit": ["hit", "hits"], "_who": ["her", "him"], "_adverb": ["often"], "_age": ["14"], "x": [phrase]}
    spans = book(lists).find(words(text, folded=True)).get("x", [])
    assert [text[a:b] for a, b in spans] == ([found] if found else [])


def test_blanks_in_a_script_without_spaces_mean_nothing() -> None:
    text = "โดน ขัง ไว้"
    reading = unspaced(text, chinese=False)
    (span,) = book({"x": ["โดนขัง"]}, joint=0).find(reading)["x"]
    assert text[slice(*reading.span(*span))] == "โดน ขัง"


def test_a_word_does_not_end_before_a_vowel_sign() -> None:
    assert book({"x": ["กา"]}).find(unspaced("การ กาีก", chinese=False)).get("x") == [(0, 2)]


@pytest.mark.parametrize("typed", ["chuoy phong", "chuoyphong", "Chuoy  pong"])
def test_romanised_words_are_found_by_sound(typed: str) -> None:
    from triage.readings import sound_of

    found = Phrasebook({"x": ["chuoy phong"]}, lambda w: "".join(sound_of(part) for part in w.split()), 26, 0)
    assert found.find(sounds(typed)).keys() >= {"x"}


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(BadPhrase, match="<nobody>"):
        book({"x": ["<nobody> came"]})
    with pytest.raises(BadPhrase, match="ring"):
        book({"_a": ["<b>"], "_b": ["<a>"]})
