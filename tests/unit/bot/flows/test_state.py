from __future__ import annotations

import pytest

from bot.flows.state import State


def test_it_is_the_same_after_json() -> None:
    state = State("tip", "topic", "km", 7, {"country": "KH", "share": "a,b"}, ("country",), ("cover",), 1, ("x",), 2, "", True)
    assert State.loads(state.dumps()) == state


def test_it_knows_whether_a_question_is_open() -> None:
    assert not State().talking
    assert State("tip", "topic").talking
    assert not State("tip", "", end="end").talking


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1,2]", "null", "5", '["a"]', "[[", State().dumps() + "1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        State.loads(text)
