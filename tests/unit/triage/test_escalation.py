"""A case that nobody takes in hand: reminded, passed on, told to the operator; each step once, never to a desk that a stop forbids."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from config.alerts import AlertPlan, BadDuty, read_alerts
from config.hours import read_hours
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG
from triage import cases, desk, escalation, events, wishes
from triage.intake import FirstLook
from triage.scope import COMMAND_LINE, Scope
from triage.values import NotYours

MINUTE = 60_000
REGIONAL = Scope(None, "regional")
EMERGENCY = FirstLook("km", "help_self", "emergency", "KH", "KH-12")
PLAN = read_alerts(CONFIG, "kh sms +85500000009\nregional webhook https://duty.invalid/a\noperator sms +85500000008")


def tick(house: House, now: int, plan: AlertPlan = PLAN, routing: Any = None) -> int:
    """One tick of a clock; how many alarms it queued."""
    rung = 0
    with house.database.writing() as tx:
        for case_id in escalation.asleep(tx, routing or house.routing, now):
            rung += len(escalation.pass_to_duty(tx, routing or house.routing, plan, case_id, now))
        for case_id in escalation.waiting(tx, now):
            rung += len(escalation.advance(tx, routing or house.routing, plan, case_id, now))
        rung += len(escalation.unread(tx, house.routing, plan, now))
    return rung


def row(house: House, ref: str) -> desk.CaseRow:
    with house.database.reading() as tx:
        return desk.find(tx, COMMAND_LINE, ref)


def verbs(house: House, case_id: int) -> list[str]:
    with house.database.reading() as tx:
        return [e.verb for e in events.history(tx, case_id) if e.actor == "system"]


def test_an_untouched_emergency_goes_from_step_to_step(house: House) -> None:
    made = house.report(look=EMERGENCY)
    assert tick(house, NOW) == 1 and tick(house, NOW) == 0, "told once as it comes"
    assert tick(house, NOW + 5 * MINUTE) == 1 and row(house, made.ref).queue == "kh"
    assert tick(house, NOW + 9 * MINUTE) == 0
    assert tick(house, NOW + 10 * MINUTE) == 2 and row(house, made.ref).queue == "regional"
    assert tick(house, NOW + 24 * MINUTE) == 0
    assert [tick(house, NOW + (25 + 15 * turn) * MINUTE) for turn in range(5)] == [2, 2, 2, 0, 0], "the operator, three times"
    assert (
        verbs(house, made.case_id)[1:]
        == ["alarmed", "reminded", "alarmed", "passed_on", "alarmed", "alarmed"] + ["nobody_left", "alarmed", "alarmed"] * 3
    )


def test_the_desk_that_had_it_may_still_take_it_back(house: House) -> None:
    made = house.report(look=EMERGENCY)
    for minute in (0, 5, 10):
        tick(house, NOW + minute * MINUTE)
    with house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW + 11 * MINUTE)
    assert row(house, made.ref).queue == "kh" and tick(house, NOW + 60 * MINUTE) == 0


def test_once_another_desk_has_it_in_hand_the_first_sees_it_no_more(house: House) -> None:
    made = house.report(look=EMERGENCY)
    for minute in (0, 5, 10):
        tick(house, NOW + minute * MINUTE)
    with house.database.writing() as tx:
        cases.claim(tx, REGIONAL, made.ref, NOW + 11 * MINUTE)
    with pytest.raises(NotYours), house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW + 12 * MINUTE)


def test_a_case_in_hand_is_left_alone_and_one_put_back_is_not(house: House) -> None:
    made = house.report(look=EMERGENCY)
    with house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW)
    assert tick(house, NOW + 600 * MINUTE) == 0
    with house.database.writing() as tx:
        cases.release(tx, house.kh, made.ref, NOW + 600 * MINUTE)
    tick(house, NOW + 600 * MINUTE)
    assert row(house, made.ref).due_at == NOW + 610 * MINUTE and tick(house, NOW + 601 * MINUTE) == 1


def test_two_clocks_at_once_do_each_step_once(house: House) -> None:
    made = house.report(look=EMERGENCY)
    threads = [threading.Thread(target=tick, args=(house, NOW + 5 * MINUTE)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verbs(house, made.case_id)
    assert found.count("alarmed") <= 2 and found.count("reminded") <= 1 and found.count("passed_on") == 0


def test_a_clock_that_jumped_ahead_still_gives_the_desk_its_time(house: House) -> None:
    made = house.report(look=EMERGENCY)
    jumped = NOW + 120 * MINUTE
    tick(house, jumped)
    tick(house, jumped + 1)
    assert row(house, made.ref).queue == "kh" and tick(house, jumped + 4 * MINUTE) == 0
    tick(house, jumped + 6 * MINUTE)
    assert row(house, made.ref).queue == "regional"


def test_a_case_from_a_clock_that_was_set_right_waits_no_longer_than_one_of_now(house: House) -> None:
    early, now = house.report(look=EMERGENCY, now=NOW + 60 * MINUTE), house.report(look=EMERGENCY, sender="+2", now=NOW)
    tick(house, NOW + 60 * MINUTE)
    with house.database.writing() as tx:
        assert set(escalation.ahead(tx, house.routing, NOW)) == {early.case_id, now.case_id}
        assert all(escalation.pull_back(tx, house.routing, case_id, NOW) for case_id in (early.case_id, now.case_id))
        assert escalation.ahead(tx, house.routing, NOW) == ()
    assert tick(house, NOW + 4 * MINUTE) == 0 and tick(house, NOW + 5 * MINUTE) == 2
    assert tick(house, NOW + 10 * MINUTE) == 4 and {row(house, made.ref).queue for made in (early, now)} == {"regional"}


def test_no_case_of_our_own_time_is_pulled_back(house: House) -> None:
    for at, level in enumerate(("emergency", "high", "medium", "low")):
        house.report(sender=f"+{at}", look=FirstLook("km", "help_self", level, "KH", "KH-12"))
    for hour in range(0, 24 * 8, 5):
        with house.database.writing() as tx:
            assert escalation.ahead(tx, house.routing, NOW + hour * 60 * MINUTE) == ()
        tick(house, NOW + hour * 60 * MINUTE)


def test_it_never_goes_to_a_desk_that_a_stop_forbids(house: House) -> None:
    chain = replace(house.routing.desks["regional"], passes_to=("kh", "th"))
    routing = replace(house.routing, desks={**house.routing.desks, "regional": chain})
    made = house.report(look=replace(EMERGENCY, no_authorities=True))
    for minute in (0, 5, 10, 25, 40):
        tick(house, NOW + minute * MINUTE, routing=routing)
    assert row(house, made.ref).queue == "regional"


def test_a_refusal_ends_the_sight_of_a_desk_that_had_it(house: House) -> None:
    made = house.report(look=EMERGENCY)
    for minute in (0, 5, 10):
        tick(house, NOW + minute * MINUTE)
    with house.database.writing() as tx:
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
        wishes.route_again(tx, house.routing, made.case_id, NOW)
    with house.database.reading() as tx, pytest.raises(NotYours):
        desk.find(tx, house.kh, made.ref)


def test_an_emergency_leaves_a_desk_whose_hours_end(house: House) -> None:
    made = house.report(look=EMERGENCY)
    shut = replace(house.routing.desks["kh"], hours=read_hours("+07:00", {"mon": "00:00-00:01"}, []))
    routing = replace(house.routing, desks={**house.routing.desks, "kh": shut})
    tick(house, NOW, routing=routing)
    assert row(house, made.ref).queue == "regional" and "routed" in verbs(house, made.case_id)


def test_unread_words_of_an_emergency_in_hand_are_told_once(house: House) -> None:
    from triage import intake

    made = house.report(look=EMERGENCY)
    with house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW)
        intake.add_word(tx, house.routing, made.case_id, {"text": "again"}, NOW + MINUTE)
    assert [tick(house, NOW + minute * MINUTE) for minute in (5, 11, 12)] == [0, 1, 0]


def test_without_addresses_nothing_leaves_the_house(house: House) -> None:
    made = house.report(look=EMERGENCY)
    assert sum(tick(house, NOW + minute * MINUTE, AlertPlan()) for minute in (0, 5, 10, 25)) == 0
    assert row(house, made.ref).queue == "regional"


def test_a_wrong_line_of_addresses_is_named_without_the_address() -> None:
    with pytest.raises(BadDuty, match="line 2") as caught:
        read_alerts(CONFIG, "kh sms +85500000009\nkh pigeon secret-address")
    assert "secret" not in str(caught.value)
