"""The model beside the rules: the same answer always, no opinion without weights, and words for what it says."""

from triage.model import Model, pieces

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
