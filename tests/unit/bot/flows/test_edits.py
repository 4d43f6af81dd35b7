"""An operator edits the flows while people talk: answers stay, and no number or button answers another question."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.flows import engine
from bot.flows import turns as t
from bot.flows.build import build
from bot.flows.definition import Book
from bot.flows.state import State


def test_a_step_that_an_edit_removed_resumes_at_the_nearest_one_still_there(book: Book) -> None:
    state = State("help_self", "gone", "en", 9, {"phone_safe": "yes", "danger_now": "no", "country": "KH"}, ("phone_safe", "gone"))
    turn = engine.advance(book, state, t.Text("Sihanoukville, a casino"), {"subdivision": "KH-18"})
    assert (turn.state.step, turn.events[0]) == ("age_band", t.TextGiven("place", True))
    lost = engine.advance(book, State("no_flow", "gone", "en", 3), t.Text("1"))
    assert lost.state.step == "menu" and [say.kind for say in lost.says] == ["menu"]


def test_a_button_of_a_step_that_an_edit_removed_is_answered_by_the_nearest_one(book: Book) -> None:
    state = State("help_self", "gone", "en", 9, {"phone_safe": "yes", "danger_now": "no", "country": "KH"}, ("phone_safe", "gone"))
    turn = engine.advance(book, state, t.Press("v9:gone:yes"))
    assert (turn.state.step, turn.says[-1].step, turn.events) == ("place", "place", ())
    assert engine.advance(book, state, t.Press("v9:lang:km")).state.lang == "km"


@pytest.mark.parametrize(
    ("trail", "step", "there"),
    [
        (("topic",), "saw_job", ("tip", "saw_job")),
        (("topic", "saw_job"), "gone", ("tip", "source")),  # own_words was asked next, and this answers it
        ((), "phone_safe", ("help_self", "phone_safe")),
        (("country",), "place", ("", "menu")),
        ((), "country", ("", "menu")),
    ],
)
def test_a_talk_goes_on_in_a_flow_that_was_renamed_where_only_one_can_be_it(
    book: Book, trail: tuple[str, ...], step: str, there: tuple[str, str]
) -> None:
    given = {"topic": "broker", "saw_job": "no_contract"}
    state = State("before", step, "en", 5, {name: given[name] for name in trail if name in given}, trail)
    turn = engine.advance(book, state, t.Text("how"))
    assert (turn.state.flow, turn.state.step) == there
    assert turn.state.answers.get("topic") == ("broker" if "topic" in trail else None)


def test_a_number_of_a_list_that_was_edited_since_answers_no_other_option(raw: dict[str, Any]) -> None:
    state = engine.advance(build(raw), engine.advance(build(raw), engine.start("en", small=True), t.Text("3")).state, t.Text("2")).state
    assert state.step == "saw_job" and state.answers["topic"] == "broker"
    flows = copy.deepcopy(raw["flows"])
    del next(step for step in flows["tip"]["steps"] if step.get("id") == "saw_job")["options"]["pay_too_high"]
    edited = build(raw | {"flows": flows})
    for digits in ("1", "1 3"):
        turn = engine.advance(edited, state, t.Text(digits))
        assert turn.state.step == "saw_job" and "saw_job" not in turn.state.answers and turn.events == ()
        assert [say.context for say in turn.says] == ["phrase.past", "tip.saw_job"]
        assert engine.advance(edited, turn.state, t.Text("1")).state.picked or engine.advance(edited, turn.state, t.Text("1")).events
    assert engine.advance(edited, state, t.Text("99")).events[0] == t.UrgentAsked()
    assert engine.advance(edited, state._replace(listed=0), t.Text("1")).says[0].context != "phrase.past"
