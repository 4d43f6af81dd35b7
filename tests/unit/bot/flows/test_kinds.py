"""Every kind of step, on a flow of its own, on SMS, Telegram and the web."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.flows import engine
from bot.flows import turns as t
from bot.flows.build import build
from bot.flows.definition import Book, FlowError
from bot.flows.render import sms, telegram, web
from bot.flows.review import review
from bot.flows.state import State

TODAY = date(2026, 11, 24)
REGIONS = {"TH": {"en": tuple((f"TH-{n}", f"Town {n}") for n in range(10, 30))}, "LA": {"en": (("LA-VT", "Vientiane"),)}}


def as_is(lang: str, context: str, english: str) -> str:
    return english


@pytest.fixture(scope="module")
def parts(raw: dict[str, Any]) -> dict[str, Any]:
    flow = {
        "flow": "all",
        "title": "All kinds",
        "opening": "Hello.",
        "steps": [
            {"id": "people", "ask": "number", "text": "How many?", "optional": True, "min": 1, "max": 500},
            {"id": "day", "ask": "date", "text": "Which day?", "optional": True},
            {"id": "country", "ask": "one", "text": "Country?", "options": {"TH": "Thailand", "LA": "Laos", "other": "Other"}},
            {"id": "area", "ask": "subdivision", "text": "Province?", "optional": True},
            {"id": "which", "branch": [{"when": "people >= 6", "goto": "many"}, {"when": "country == LA", "goto": "photo"}]},
            {"id": "few", "say": "A few.", "cover": "OK."},
            {"goto": "photo"},
            {"id": "many", "say": "Many."},
            {"id": "photo", "ask": "media", "text": "A photo?", "optional": True},
            {"id": "inner", "call": "called", "when": "country != other"},
            {"id": "phone", "ask": "contact", "text": "Your number?", "optional": True},
            {"goto": "end"},
        ],
        "ends": {"end": ["Bye."]},
    }
    called = {
        "flow": "called",
        "title": "Called",
        "steps": [
            {"id": "why", "ask": "text", "text": "Why?", "optional": True},
            {"id": "sure", "ask": "one", "text": "Sure?", "options": "yes_no"},
            {"goto": "back"},
        ],
        "ends": {"back": ["Noted."]},
    }
    return raw | {"flows": raw["flows"] | {"all": flow, "called": called}}


@pytest.fixture(scope="module")
def kinds(parts: dict[str, Any]) -> Book:
    return build(parts, regions=REGIONS)


def walk(book: Book, given: list[Any], small: bool = True) -> tuple[State, list[t.Turn]]:
    turn = engine.begin(book, engine.start("en", small), "all", ack=False)
    turns = [turn]
    for one in given:
        turn = engine.advance(book, State.loads(turn.state.dumps()), t.Text(one) if isinstance(one, str) else one, today=TODAY)
        turns.append(turn)
    return turn.state, turns


def test_number_date_list_branch_call_and_contact_lead_to_the_end(kinds: Book) -> None:
    state, turns = walk(
        kinds,
        [
            "about 7",
            "ម្សិលមិញ",
            "1",
            "9",
            "town 18",
            "for work",
            "1",
            "៨៨ ១២ ៣៤",
        ],
    )
    assert state.end == "end" and [say.text for say in turns[-1].says] == ["Bye."]
    events = [event for turn in turns for event in turn.events]
    assert (
        t.Answered("people", ("7",)) in events and t.Answered("day", ("2026-11-23",)) in events and t.Answered("area", ("TH-18",)) in events
    )
    assert "Many." in [say.text for turn in turns for say in turn.says] and "Noted." in [say.text for say in turns[-2].says]
    assert t.TextGiven("phone", True) in events


def test_a_branch_goes_where_its_first_true_condition_leads(kinds: Book) -> None:
    few, _ = walk(kinds, ["2", "0", "1", "1"])
    lao, turns = walk(kinds, ["2", "0", "2", "1"])
    assert few.step == lao.step == "why" and "A few." not in [say.text for turn in turns for say in turn.says]


def test_an_unclear_number_or_day_is_asked_once_more_and_then_left_open(kinds: Book) -> None:
    once, turns = walk(kinds, ["9999"])
    assert once.step == "people" and t.TextGiven("people", False) in turns[-1].events
    assert walk(kinds, ["lots", "very many"])[0].step == "day"
    assert walk(kinds, ["0", "when it rained"])[0].step == "day"
    assert walk(kinds, ["0", "when it rained", "I said"])[0].step == "country"


def test_a_long_list_comes_in_pages_on_sms_and_telegram_and_whole_on_the_web(kinds: Book) -> None:
    state, turns = walk(kinds, ["1", "0", "1"])
    assert sms(turns[-1].says, "en", as_is).startswith("Province? 1 Town 10 2 Town 11") and "8 Town 17. 9 more 0 skip" in sms(
        turns[-1].says, "en", as_is
    )
    assert walk(kinds, ["1", "0", "1", "9", "9", "4"])[1][-1].events[0] == t.Answered("area", ("TH-29",))
    assert walk(kinds, ["1", "0", "1", "9", "9", "9"])[0].page == 0
    state, turns = walk(kinds, ["1", "0", "1"], small=False)
    buttons = telegram(turns[-1].says, "en", as_is).buttons
    assert [label for _, label in buttons[-2:]] == ["More", "Skip"] and len(buttons) == 10 and all(len(data) <= 64 for data, _ in buttons)
    turn = engine.advance(kinds, state, t.Press(buttons[-2][0]))
    assert telegram(turn.says, "en", as_is).buttons[0][1] == "Town 18"
    assert engine.advance(kinds, turn.state, t.Press(f"v{turn.state.version}:area:TH-29")).state.step == "photo"
    field = web(turns[-1].says, "en", as_is).field
    assert field is not None and field.kind == "select" and len(field.choices) == 20
    assert engine.advance(kinds, state, t.Form(field.data, ("TH-29",))).events[0] == t.Answered("area", ("TH-29",))


def test_a_photo_is_not_asked_for_by_sms_and_taken_elsewhere(kinds: Book) -> None:
    assert walk(kinds, ["1", "0", "2", "1"])[0].step == "why"
    state, turns = walk(kinds, ["1", "0", "2", t.Press("v4:area:LA-VT")], small=False)
    assert state.step == "photo" and web(turns[-1].says, "en", as_is).field.kind == "media"  # type: ignore[union-attr]
    turn = engine.advance(kinds, state, t.Media(("voice",)))
    assert turn.state.step == "why" and t.MediaGiven("photo") in turn.events


def test_back_walks_out_of_a_called_flow_and_into_it_again(kinds: Book) -> None:
    state, _ = walk(kinds, ["1", "0", "2", "1", "why not", "1"])
    assert (state.flow, state.step, state.calls) == ("all", "phone", ())
    places = []
    for _ in range(7):
        state = engine.advance(kinds, state, t.Text("00")).state
        places.append((state.flow, state.step))
    assert places == [("called", "sure"), ("called", "why"), *(("all", step) for step in ("area", "country", "day", "people", "people"))]


def test_99_and_the_menu_leave_a_called_flow(kinds: Book) -> None:
    inside, _ = walk(kinds, ["1", "0", "2", "1"])
    assert engine.advance(kinds, inside, t.Text("000")).state.calls == ()
    urgent = engine.advance(kinds, inside, t.Text("99")).state
    assert urgent.flow == "help_self" and urgent.calls == ()


def test_the_review_names_what_was_told_and_a_change_keeps_the_rest(kinds: Book) -> None:
    state, _ = walk(kinds, ["7", "0", "1", "1", "because", "1"], small=False)
    lines = {line.step: line.labels for line in review(kinds, state, as_is)}
    assert lines == {"people": ("7",), "country": ("Thailand",), "area": ("Town 10",)} | {"photo": ()} | {"why": ()}
    turn = engine.advance(kinds, state, t.Form("", ("change:country",)))
    assert turn.state.step == "country" and turn.state.answers["people"] == "7"
    again = engine.advance(kinds, turn.state, t.Form(f"v{turn.state.version}:country", ("LA",)))
    assert again.state.step == state.step
    assert engine.advance(kinds, state, t.Form("", ("change:nothing",))).state.step == state.step


def test_a_talk_inside_a_called_flow_survives_its_removal(kinds: Book, parts: dict[str, Any]) -> None:
    inside, _ = walk(kinds, ["1", "0", "2", "1"])
    raw_all = parts["flows"]["all"]
    steps = [step for step in raw_all["steps"] if "call" not in step]
    edited = build(
        parts | {"flows": {name: flow for name, flow in parts["flows"].items() if name != "called"} | {"all": raw_all | {"steps": steps}}},
        regions=REGIONS,
    )
    turn = engine.advance(edited, inside, t.Text("00"))
    assert (turn.state.flow, turn.state.step, turn.state.answers["people"]) == ("all", "area", "1")
    assert t.TextGiven("phone", True) in engine.advance(edited, inside, t.Text("hello")).events


def test_a_number_meant_for_a_question_that_is_gone_answers_no_other(kinds: Book) -> None:
    lost = State("help_self", "gone", "en", 9, {"phone_safe": "yes"}, ("phone_safe",))
    turn = engine.advance(kinds, lost, t.Text("1"))
    assert turn.state.step == "danger_now" and "danger_now" not in turn.state.answers and turn.says[-1].step == "danger_now"
    assert engine.advance(kinds, lost, t.Text("99")).events[0] == t.UrgentAsked()
    assert t.TextGiven("danger_now", False) in engine.advance(kinds, lost, t.Text("they come")).events


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ({"id": "x", "call": "nowhere"}, "there is no flow nowhere"),
        ({"id": "x", "call": "all"}, "calls itself"),
        ({"id": "x", "branch": [{"when": "a ==", "goto": "end"}]}, "when:"),
        ({"id": "x", "branch": [{"when": "people >= 2", "goto": "gone"}]}, "leads to gone"),
    ],
)
def test_a_broken_branch_or_call_is_told(parts: dict[str, Any], step: dict[str, Any], fault: str) -> None:
    flow = parts["flows"]["all"]
    broken = flow | {"steps": [*flow["steps"][:-1], step, {"goto": "end"}]}
    with pytest.raises(FlowError, match=fault):
        build(parts | {"flows": parts["flows"] | {"all": broken}})
