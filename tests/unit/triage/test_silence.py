"""What the clock hears in a silence: a talk that broke off after a sign, a named time that passed, a child at night; only ever raised."""

from __future__ import annotations

import pytest

from config.triage_rules import read_fact_rules, read_triage_rules
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG, triage
from triage import cases, desk, events, inbox, pulses, silence, wishes
from triage.intake import FirstLook
from triage.judge import Judge
from triage.scope import COMMAND_LINE
from triage.urgency import Urgency
from triage.work import Desk, triage_message

MINUTE = 60_000
RULES = read_fact_rules(CONFIG)
URGENCY = Urgency(RULES, Judge(RULES))
# 16:13 in Cambodia; the night begins at 22:00.
NIGHT = NOW + 6 * 60 * MINUTE


def listen(house: House, now: int) -> None:
    with house.database.writing() as tx:
        for case_id in pulses.due(tx, now):
            silence.listen(tx, house.routing, URGENCY, case_id, now)


def level(house: House, ref: str) -> str:
    with house.database.reading() as tx:
        return desk.find(tx, COMMAND_LINE, ref).level


def talk(house: House, level: str = "medium", signs: bool = True, unfinished: bool = True, child: bool = False, at: int = NOW) -> tuple[str, int]:
    made = house.report(look=FirstLook("km", "help_self", level, "KH", "KH-12"))
    with house.database.writing() as tx:
        pulses.found(tx, made.case_id, signs, None, at)
        pulses.heard(tx, made.case_id, unfinished, at)
        if child:
            wishes.set_wishes(tx, made.case_id, at, child=True)
    return made.ref, made.case_id


def test_a_talk_that_breaks_off_after_a_sign_becomes_more_urgent_and_says_why(house: House) -> None:
    ref, case_id = talk(house)
    listen(house, NOW + 19 * MINUTE)
    assert level(house, ref) == "medium"
    for minute in (20, 21, 31, 60):
        listen(house, NOW + minute * MINUTE)
    assert level(house, ref) == "high"
    with house.database.reading() as tx:
        raised = [e.data for e in events.history(tx, case_id) if e.verb == "raised"]
    assert raised == [{"from": "medium", "to": "high", "rules": ["C01"], "why": ["the talk broke off after a sign"]}]


@pytest.mark.parametrize(("signs", "unfinished"), [(False, True), (True, False)])
def test_no_sign_or_a_talk_that_came_to_its_end_raises_nothing(house: House, signs: bool, unfinished: bool) -> None:
    ref, _ = talk(house, signs=signs, unfinished=unfinished)
    for minute in range(0, 2000, 50):
        listen(house, NOW + minute * MINUTE)
    assert level(house, ref) == "medium"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_child_with_a_sign_who_falls_silent_at_night_is_an_emergency(house: House) -> None:
    by_day, _ = talk(house, child=True)
    listen(house, NOW + 30 * MINUTE)
    assert level(house, by_day) == "high"
    by_night, _ = talk(house, child=True, at=NIGHT)
    listen(house, NIGHT + 21 * MINUTE)
    assert level(house, by_night) == "emergency"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_word_of_the_person_ends_the_silence(house: House) -> None:
    ref, case_id = talk(house)
    with house.database.writing() as tx:
        pulses.heard(tx, case_id, True, NOW + 15 * MINUTE)
    listen(house, NOW + 30 * MINUTE)
    assert level(house, ref) == "medium"
    listen(house, NOW + 36 * MINUTE)
    assert level(house, ref) == "high"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_a_responder_decided_stands_until_the_person_says_something_new(house: House) -> None:
    ref, case_id = talk(house, "high")
    with house.database.writing() as tx:
        cases.set_level(tx, house.routing, house.kh, ref, "low", "we spoke, all is well", NOW + 5 * MINUTE)
    listen(house, NOW + 60 * MINUTE)
    assert level(house, ref) == "low"
    with house.database.writing() as tx:
        pulses.heard(tx, case_id, True, NOW + 70 * MINUTE)
    listen(house, NOW + 100 * MINUTE)
    assert level(house, ref) == "high"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_closed_case_is_left_alone(house: House) -> None:
    ref, _ = talk(house)
    with house.database.writing() as tx:
        cases.close(tx, house.kh, ref, "helped", "", NOW + MINUTE)
    listen(house, NOW + 60 * MINUTE)
    assert level(house, ref) == "medium"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_named_time_that_passed_is_an_emergency(house: House) -> None:
    made = house.report("they will sell me on friday", look=FirstLook("en", "help_self", "low", "KH"))
    with house.database.reading() as tx:
        (row,) = inbox.waiting(tx, NOW)
    assert triage_message(Desk(house.database, house.keys, triage(), house.routing), row, NOW)
    with house.database.writing() as tx:
        found = pulses.read(tx, made.case_id)
        assert found is not None and found.signs and found.deadline_at == NOW + 72 * 60 * MINUTE
        pulses.heard(tx, made.case_id, False, NOW + MINUTE)
    listen(house, NOW + 71 * 60 * MINUTE)
    assert level(house, made.ref) == "high"
    listen(house, NOW + 73 * 60 * MINUTE)
    assert level(house, made.ref) == "emergency"
    with house.database.reading() as tx:
        told = [e.data["why"] for e in events.history(tx, made.case_id) if e.data.get("why")]
    assert told == [["the time that they named has passed"]]


def test_every_deadline_names_a_concept_or_an_answer() -> None:
    rules = read_triage_rules(CONFIG)
    concepts = {name for words in rules.words.values() for name in words}
    answers = (CONFIG / "flows" / "blocks.yaml").read_text()
    assert [name for name in rules.deadlines if name not in concepts and f"{name}:" not in answers] == []
    assert pulses.deadline_of(rules.deadlines, ("soon", "days"), {"deadline": "within_week"}, NOW) == NOW + 720 * MINUTE
    assert pulses.deadline_of(rules.deadlines, ("locked",), {"deadline": "none_given"}, NOW) is None
