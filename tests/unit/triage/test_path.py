"""The path of a case in one sentence, and the command that prints it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.desks import read_routing
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG
from triage import cases, escalation, events, wishes
from triage.cli_route import route
from triage.intake import FirstLook
from triage.path import path

MINUTE = 60_000


def told(house: House, case_id: int) -> str:
    with house.database.reading() as tx:
        return path(house.routing, events.history(tx, case_id), "kh")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_each_turn_of_the_path_is_told_in_one_sentence(house: House) -> None:
    from config.alerts import AlertPlan

    made = house.report(look=FirstLook("km", "help_self", "emergency", "KH", "KH-12"))
    assert told(house, made.case_id) == "Cambodia desk: the person is in Cambodia."
    with house.database.writing() as tx:
        for minute in (0, 5, 10):
            escalation.advance(tx, house.routing, AlertPlan(), made.case_id, NOW + minute * MINUTE)
        cases.transfer(tx, house.keys.opening(), house.routing, house.kh, made.ref, "th", "there now", NOW + 11 * MINUTE)
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
        wishes.route_again(tx, house.routing, made.case_id, NOW + 12 * MINUTE)
    words = told(house, made.case_id)
    assert "Regional desk: nobody took it in hand in time" in words and "Thailand desk: a responder handed it over" in words
    assert words.endswith("Regional desk: the person is in Cambodia, but the person said never police or government.")
    assert words.count(".") == 1


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_command_explains_and_is_kind_about_a_case_that_is_not_there(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = house.report()
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG.absolute()))
    good = CliRunner().invoke(route, ["--explain", made.ref.lower()])
    assert (good.exit_code, good.output) == (0, "Cambodia desk: the person is in Cambodia.\n")
    assert CliRunner().invoke(route, [made.ref]).output == "kh\n"
    lost = CliRunner().invoke(route, ["--explain", "AAAA-AAAA"])
    assert lost.exit_code == 1 and "there is no case AAAA-AAAA" in lost.output


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_no_branch_of_the_path_names_an_internal_code(house: House) -> None:
    from config.alerts import AlertPlan

    made = house.report(look=FirstLook("km", "other", "low", "KH", "KH-12"))
    with house.database.writing() as tx:
        cases.set_lane(tx, house.routing, house.kh, made.ref, "apart", "an advert", NOW)
    assert told(house, made.case_id).endswith("; then it is set apart there: a responder decided so.")
    with house.database.writing() as tx:
        cases.set_lane(tx, house.routing, house.kh, made.ref, "desk", "a person after all", NOW)
        cases.set_level(tx, house.routing, house.kh, made.ref, "emergency", "she called", NOW)
        for minute in (0, 5, 10, 25, 40):
            escalation.advance(tx, house.routing, AlertPlan(), made.case_id, NOW + minute * MINUTE)
        cases.claim(tx, house.kh, made.ref, NOW + 41 * MINUTE)
    words = told(house, made.case_id)
    assert "no desk is left: the operator is told" in words and "set apart" not in words
    assert words.endswith("Cambodia desk: the desk that had it before took it back.")
    assert re.search(r"\b[A-Z]\d", words) is None, words


@pytest.mark.parametrize("stop", ["S1", "S2", "S3", "S4", "S5", "S6"])
def test_every_stop_has_plain_words(stop: str) -> None:
    words = read_routing(CONFIG).stop(stop)
    assert len(words.split()) >= 4 and re.search(r"[_:]|\b[A-Z]\d", words) is None
