"""The model beside the rules: the same answer always, no opinion without weights, and words for what it says."""

from pathlib import Path

import pytest

from benchmarks.labelled import read
from tests.unit.triage.samples import triage
from triage.model import Model, agreed, pieces, raised
from triage.spoken import spoken
from triage.traits import Seen
from triage.values import rank

RAW = {
    "kinds": ["tip", "help_self"],
    "thresholds": [0.5, 0.5, 0.5],
    "bias": [-1.0, -1.0, -3.0, 0.0, 0.0],
    "scale": 1,
    "traits": {"locked": [3, 3, 1, 0, 2], "=T99": [-9, -9, -9, 3, 0]},
    "pairs": {"child locked": [0, 0, 9, 0, 0]},
    "pieces": {"help": [0, 0, 60, 0, 9], "elp": [0, 0, 9, 0, 0]},
}


def test_it_weighs_facts_and_pieces() -> None:
    model = Model(RAW)
    nothing, held, crying = (model.judge(text, Seen(facts)) for text, facts in (("abc", set()), ("abc", {"locked"}), ("help", {"locked"})))
    assert nothing and held and crying
    assert (nothing.level, held.level, crying.level) == (None, "high", "emergency")
    assert held.kind == "help_self" and crying.words == ("help",)


def test_without_weights_it_has_no_opinion() -> None:
    assert Model({}).judge("help", Seen({"locked"})) is None


def test_two_facts_together_may_weigh_more_than_each() -> None:
    model = Model(RAW)
    alone, both = (model.judge("abc", Seen(facts)) for facts in ({"child"}, {"child", "locked"}))
    assert alone and both and (alone.level, both.level) == (None, "emergency")


def test_it_says_how_far_it_agrees() -> None:
    held, doubted = (Model(RAW).judge("abc", Seen({"locked"}, rules)) for rules in ((), ("T99",)))
    assert held and doubted
    assert [agreed(held.chances, rank(said), 0.35) for said in ("emergency", "high", "medium")] == [2, 2, 1]
    assert agreed(held.chances, rank("emergency"), 0.1) == rank("emergency")
    assert agreed(doubted.chances, rank("emergency"), 0.35) == rank("low") and doubted.kind == "tip"


def test_what_rules_call_medium_is_no_riddle() -> None:
    assert [raised((0.9, 0.4, 0.6), rank(said), (0.5, 0.5, 0.5)) for said in ("low", "medium", "high")] == [3, 1, 3]
    assert raised((0.9, 0.4, 0.71), rank("medium"), (0.5, 0.5, 0.5)) == rank("emergency")


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


def test_the_messages_that_only_the_model_raises_show_its_words() -> None:
    texts = [row["text"] for row in read([Path(__file__).parent / "messages" / "wide-w8-en.jsonl"])]
    raised = [(text, one) for text in texts for one in triage().assess(text).reasons if one.rule == "M01" and one.words]
    assert len(raised) > 3
    for text, reason in raised:
        assert {text[start:end].lower() for start, end in reason.spans} == {word.lower() for word in reason.words}, text


def test_wages_alone_are_no_emergency_though_the_model_might_think_so() -> None:
    assert triage().assess("my boss does not pay me, I am in Bangkok").urgency == "medium"
