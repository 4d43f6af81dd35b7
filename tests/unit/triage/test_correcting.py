"""A responder sets right what the machine read: the place routes again, the machine leaves it, no stop is passed over; facts only raise."""

from __future__ import annotations

import pytest

from config.triage_rules import read_fact_rules
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG, triage
from triage import cases, correcting, corrections, desk, events, inbox, intake, noting, wishes
from triage.correcting import Place
from triage.intake import FirstLook
from triage.judge import Judge
from triage.path import path
from triage.scope import COMMAND_LINE, Scope
from triage.urgency import Urgency
from triage.values import NotAllowed, NotYours
from triage.work import Desk, triage_message

RULES = read_fact_rules(CONFIG)
URGENCY = Urgency(RULES, Judge(RULES))
REGIONAL = Scope(None, "regional")


def row(house: House, ref: str) -> desk.CaseRow:
    with house.database.reading() as tx:
        return desk.find(tx, COMMAND_LINE, ref)


def say(house: House, case_id: int, text: str, now: int = NOW + 1000) -> None:
    with house.database.writing() as tx:
        word = intake.add_word(tx, house.routing, case_id, {"text": text}, now)
        made = inbox.add(tx, "sms", f"y{case_id}{now}", now, conversation_id=None, message_id=word, answer=None)
    assert triage_message(Desk(house.database, house.keys, triage(), house.routing), made, now)


def set_place(house: House, scope: Scope, ref: str, place: Place) -> bool:
    with house.database.writing() as tx:
        return correcting.set_place(tx, house.keys.opening(), house.routing, scope, ref, place, NOW + 500)


def test_the_place_that_a_responder_sets_routes_the_case_and_stands(house: House) -> None:
    made = house.report("sample words", look=FirstLook("en", "help_self", "high"))
    assert row(house, made.ref).queue == "regional"
    assert set_place(house, REGIONAL, made.ref, Place("TH", "TH-63"))
    assert (row(house, made.ref).queue, row(house, made.ref).subdivision) == ("th", "TH-63")
    say(house, made.case_id, "we are in Phnom Penh now")
    assert (row(house, made.ref).queue, row(house, made.ref).country) == ("th", "TH"), "the machine leaves it"
    with house.database.reading() as tx:
        told = path(house.routing, events.history(tx, made.case_id), "kh")
        kept = [(c.field, c.was, c.became) for c in corrections.of_case(tx, made.case_id)]
    assert "a responder set the place: the person is in Thailand" in told and kept == [("place", "unknown", "TH-63")]


def test_no_place_passes_over_the_persons_never(house: House) -> None:
    made = house.report(look=FirstLook("en", "help_self", "high", no_authorities=True))
    with house.database.writing() as tx:
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
    assert not set_place(house, REGIONAL, made.ref, Place("TH", "TH-63"))
    assert row(house, made.ref).queue == "regional" and row(house, made.ref).country == "TH"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_at_sea_and_nowhere_are_places_too(house: House) -> None:
    made = house.report()
    assert set_place(house, house.kh, made.ref, Place(at_sea=True))
    with house.database.reading() as tx:
        assert "at sea and no port is known" in path(house.routing, events.history(tx, made.case_id), "kh")
    with pytest.raises(NotAllowed, match="stands so"):
        set_place(house, REGIONAL, made.ref, Place(at_sea=True))
    with pytest.raises(NotYours):
        set_place(house, house.th, made.ref, Place("TH"))


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_kind_and_language_stand_as_a_responder_set_them(house: House) -> None:
    made = house.report(look=FirstLook("en", "other", "low", "KH"))
    with house.database.writing() as tx:
        correcting.set_kind(tx, house.kh, made.ref, "tip", NOW)
        correcting.set_lang(tx, house.kh, made.ref, "km", NOW)
        for wrong in ("", "murder"):
            with pytest.raises(NotAllowed):
                correcting.set_kind(tx, house.kh, made.ref, wrong, NOW)
    say(house, made.case_id, "please help me, they beat me")
    assert (row(house, made.ref).kind, row(house, made.ref).lang) == ("tip", "km")


def note(house: House, ref: str, facts: tuple[str, ...] = (), signs: tuple[str, ...] = ()) -> str:
    with house.database.writing() as tx:
        return noting.note_facts(tx, house.keys.opening(), house.routing, URGENCY, house.kh, ref, facts, signs, "she told me", NOW + 1)


def test_facts_that_a_responder_notes_raise_the_case_and_say_why(house: House) -> None:
    made = house.report(look=FirstLook("km", "help_self", "low", "KH"))
    assert note(house, made.ref, signs=("debt", "papers_taken", "not_paid")) == "high"
    assert note(house, made.ref, facts=("moved_within_24h",)) == "emergency" and row(house, made.ref).level == "emergency"
    with house.database.writing() as tx:
        file = desk.open_case(tx, house.keys.opening(), house.kh, made.ref, NOW + 2)
    texts = [str(reason["text"]) for reason in file.facts["reasons"]]
    assert "to be moved within a day (noted by a responder)" in texts and "three or more signs (noted by a responder)" in texts
    assert set(file.facts["indicators"]) == {"debt", "papers_taken", "not_paid"}
    assert [m.extra.get("noted") for m in file.conversation if m.direction == "note"] == [[], ["moved_within_24h"]]
    assert {"U15", "N02"} <= {rule for e in file.history if e.verb == "raised" for rule in e.data["rules"]}


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_facts_never_lower_and_unknown_ones_are_refused(house: House) -> None:
    made = house.report(look=FirstLook("km", "help_self", "emergency", "KH"))
    assert note(house, made.ref, signs=("not_paid",)) == "emergency"
    for facts, signs in (((), ()), (("rich",), ()), ((), ("rich",))):
        with pytest.raises(NotAllowed):
            note(house, made.ref, facts, signs)
    with house.database.writing() as tx:
        cases.close(tx, house.kh, made.ref, "helped", "", NOW)
    with pytest.raises(NotAllowed, match="closed"):
        note(house, made.ref, ("moved_within_24h",))


def test_the_same_name_of_two_places_is_kept_as_a_question(house: House) -> None:
    made = house.report("sample words", look=FirstLook("en", "help_self", "high"))
    say(house, made.case_id, "we are at the Golden Triangle on a boat named Sample Star, help")
    with house.database.reading() as tx:
        spot = desk.facts_of(tx, house.keys.opening(), made.case_id)["place"]
    assert len(spot["candidates"]) > 1 and spot.get("vessel")
    say(house, made.case_id, "we are in Ton Pheung, Bokeo", NOW + 2000)
    with house.database.reading() as tx:
        assert "candidates" not in desk.facts_of(tx, house.keys.opening(), made.case_id)["place"]
