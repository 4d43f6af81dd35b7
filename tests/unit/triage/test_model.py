"""The model beside the rules: the same answer always, no opinion without weights, and words for what it says."""

import pytest

from tests.unit.triage.samples import triage
from triage.model import Model, pieces
from triage.spoken import spoken

RAW = {
    "levels": ["high", "emergency"],
    "kinds": ["tip", "help_self"],
    "thresholds": [0.5, 0.5],
    "bias": [-1.0, -3.0, 0.0, 0.0],
    "scale": 1,
    "facts": {"locked": [3, 1, 0, 2]},
    "pieces": {"help": [0, 60, 0, 9], "elp": [0, 9, 0, 0]},
}


def test_it_weighs_facts_and_pieces() -> None:
    model = Model(RAW)
    nothing, held, crying = (model.judge(text, facts) for text, facts in (("abc", set()), ("abc", {"locked"}), ("help", {"locked"})))
    assert nothing and held and crying
    assert (nothing.level, held.level, crying.level) == (None, "high", "emergency")
    assert held.kind == "help_self" and held.sure > 0.8 and crying.words == ("help",)


def test_without_weights_it_has_no_opinion() -> None:
    assert Model({}).judge("help", {"locked"}) is None


def test_digits_are_all_alike() -> None:
    assert pieces("room 12") == pieces("room 97")


def test_what_it_shows_are_whole_words_and_where_they_stand() -> None:
    weights = {"sel": 40, "ell": 40, "ll": 10, " on": 12, "sis": -30, "fri": 20, "rid": 20}
    text = "They will SELL my sister on friday"
    assert [text[start:end] for start, end in spoken(text, weights)] == ["SELL", "friday"]


@pytest.mark.parametrize(
    ("text", "weights", "shown"),
    [
        ("ຢ້ານເຂົາເອົາໄປຂາຍ", {"ຂາຍ": 50, "ປຂ": 20}, ["ປຂາຍ"]),
        ("他发的最后一条是别报警", {"报警": 30, "别报": 10}, ["别报警"]),
        ("ยาม ถือปืนหน้าห้อง", {"ปืน": 40, "ห้": -9}, ["ปืน"]),
        ("\0\0\0 sold her", {" s": 5, "sol": 30}, ["sold"]),
        ("nothing of it", {"xyz": 9}, []),
    ],
)
def test_scripts_without_blanks_show_the_whole_stretch(text: str, weights: dict[str, int], shown: list[str]) -> None:
    assert [text[start:end] for start, end in spoken(text, weights)] == shown


def test_a_real_message_that_only_the_model_raises_names_its_words() -> None:
    seen = triage().assess("they will sell my sister on friday")
    (reason,) = [one for one in seen.reasons if one.rule == "M01"]
    assert reason.words and all(len(word) >= 3 for word in reason.words)
    assert {"they will sell my sister on friday"[start:end] for start, end in reason.spans} == set(reason.words)
