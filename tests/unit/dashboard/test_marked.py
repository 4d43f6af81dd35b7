"""What decided is highlighted in the message: by its places, safely escaped."""

from dashboard.shown import marked, spans_in


def test_places_are_marked_and_all_is_escaped() -> None:
    text = "<b>they beat</b> me & my sister"
    assert marked(text, ["zzz"], [(3, 12), (8, 19)]) == "&lt;b&gt;<mark>they beat&lt;/b&gt; me</mark> &amp; my sister"


def test_places_outside_of_the_message_are_left_out() -> None:
    assert marked("abc", [], [(-1, 2), (1, 99), (5, 7), (2, 2)]) == "a<mark>bc</mark>"


def test_without_places_the_words_are_looked_for() -> None:
    assert marked("He BEATS her.", ["beats"]) == "He <mark>BEATS</mark> her."
    assert marked("nothing", []) == "nothing"


def test_a_reason_marks_its_own_message_alone() -> None:
    reasons = [
        {"level": "high", "message": 7, "spans": [[0, 2]]},
        {"level": None, "message": 7, "spans": [[3, 4]]},
        {"level": "high", "words": ["x"]},
    ]
    assert spans_in({"reasons": reasons}, 7) == [(0, 2)] and spans_in({"reasons": reasons}, 8) == []


def test_the_words_that_the_model_weighed_are_marked_like_those_of_a_rule() -> None:
    reasons = [
        {"rule": "M01", "level": "emergency", "message": 7, "spans": [[4, 9]]},
        {"rule": "T21", "level": "high", "message": 7, "spans": [[0, 2]]},
    ]
    assert sorted(spans_in({"reasons": reasons}, 7)) == [(0, 2), (4, 9)]


def test_signs_of_a_pattern_in_a_word_are_only_signs() -> None:
    assert marked("a.b (x axb", ["a.b", "(x"]) == "<mark>a.b</mark> <mark>(x</mark> axb"
