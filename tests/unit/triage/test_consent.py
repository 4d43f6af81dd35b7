"""Whom a case may be told to: every stop at the moment of sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.desks import read_routing, read_services
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG
from triage import accounts, desk, participants, referrals, wishes
from triage.consent import Asked, Recipient, asked_of, blocked, needs_supervisor, recipients
from triage.referrals import Wanted
from triage.routing import CaseFacts
from triage.scope import Scope
from triage.values import NotAllowed, NotYours

ROUTING = read_routing(CONFIG)
ALL = {to.key: to for to in recipients(ROUTING, read_services(CONFIG, True), date(2026, 11, 24), "TH", "th")}
VN, EMBASSY, IOM = ALL["desk:vn"], ALL["embassy:VN"], ALL["body:un_or_iom"]
FACTS = CaseFacts("TH", "high", "help_self", "vi")
YES = Asked(FACTS, ("police", "my_embassy", "un_or_iom"), nationality="VN", fear_own_state="no")


def stop(asked: Asked, to: Recipient, basis: str = "consent", scope: str = "summary") -> str | None:
    found = blocked(ROUTING, asked, to, basis, scope)
    return found.id if found else None


def test_whom_the_person_chose_may_be_told() -> None:
    assert [stop(YES, to) for to in (VN, EMBASSY, IOM)] == [None, None, None]
    assert stop(replace(YES, share=("un_or_iom",)), VN) == "consent"


@pytest.mark.parametrize("share", [(), ("nobody_yet",)])
def test_nobody_chosen_means_nobody_told(share: tuple[str, ...]) -> None:
    assert {stop(replace(YES, share=share), to) for to in ALL.values()} == {"S6"}


def test_an_adults_never_is_absolute_on_every_ground() -> None:
    never = replace(
        YES, facts=replace(FACTS, no_authorities=True, level="emergency"), statements=("life_at_risk", "cannot_be_asked"), child=False
    )
    for to in ALL.values():
        for basis in ("consent", "third_party", "life_override", "child_override"):
            for scope in ("summary", "whole"):
                if to.authority:
                    assert stop(never, to, basis, scope) == "S1", (to.key, basis, scope)


def test_a_third_partys_never_protects_them_and_does_not_block_help() -> None:
    facts = replace(FACTS, no_authorities=True, level="emergency", kind="help_other")
    asked = replace(YES, facts=facts, statements=("life_at_risk", "cannot_be_asked"))
    assert stop(asked, VN, "consent", "whole") == "S2" and stop(asked, VN, "life_override", "whole") == "S2"
    assert stop(asked, VN, "life_override", "summary") is None


def test_officials_who_take_part_are_never_told() -> None:
    asked = replace(YES, facts=replace(FACTS, implicated=("police",)), share=("police", "social_ministry"))
    authorities = [to for to in ALL.values() if to.authority and to.country == "TH" and to.key.startswith("service:")]
    assert authorities and {stop(asked, to) for to in authorities} == {"S3"}
    assert stop(replace(asked, facts=replace(FACTS, implicated=("desk:vn",))), VN) == "S3"


@pytest.mark.parametrize("fear", ["yes", "not_sure"])
def test_fear_of_the_own_state_closes_its_embassy_and_its_desk_and_leaves_iom(fear: str) -> None:
    asked = replace(YES, fear_own_state=fear)
    assert (stop(asked, EMBASSY), stop(asked, VN), stop(asked, IOM)) == ("S4", "S4", None)


@pytest.mark.parametrize("nation", ["none", "unknown"])
def test_who_has_no_papers_is_told_to_no_embassy(nation: str) -> None:
    assert stop(replace(YES, nationality=nation), EMBASSY) == "S4"


def test_a_life_at_risk_allows_a_summary_alone() -> None:
    asked = replace(YES, share=(), facts=replace(FACTS, level="emergency"), statements=("life_at_risk", "cannot_be_asked"))
    assert stop(asked, VN, "life_override") is None and stop(asked, VN, "life_override", "whole") == "least data"
    assert stop(replace(asked, statements=()), VN, "life_override") == "life" and stop(asked, VN, "child_override") == "child"


def test_a_supervisor_stands_before_authorities_in_four_countries() -> None:
    needs = {
        c: needs_supervisor(ROUTING, replace(YES, facts=replace(FACTS, country=c)), VN, "consent")
        for c in ("KH", "CN", "LA", "MM", "TH", "VN")
    }
    assert needs == {"KH": True, "CN": True, "LA": True, "MM": True, "TH": False, "VN": False}
    assert not needs_supervisor(ROUTING, YES, IOM, "consent")


def tell(house: House, who: Scope, ref: str, asked: Asked, basis: str = "consent", scope: str = "summary", to: Recipient = VN) -> str:
    with house.database.writing() as tx:
        return referrals.ask(tx, house.keys.opening(), house.routing, who, ref, asked, Wanted(to, basis, scope, "read; said yes"), NOW)


VIETNAM = Scope(99, "vn")


def test_a_summary_shows_no_whole_case_and_a_recall_ends_it(house: House) -> None:
    made = house.report()
    assert tell(house, house.kh, made.ref, YES) == "sent"
    with house.database.writing() as tx:
        assert desk.find_summary(tx, VIETNAM, made.ref, NOW).ref == made.ref
        with pytest.raises(NotYours):
            desk.find(tx, VIETNAM, made.ref)
        with pytest.raises(NotYours):
            desk.find_summary(tx, house.th, made.ref, NOW)
        found = referrals.for_desk(tx, made.case_id, "vn")
        assert found is not None
        referrals.recall(tx, house.kh, made.ref, found.id, NOW)
    with house.database.writing() as tx, pytest.raises(NotYours):
        desk.find_summary(tx, VIETNAM, made.ref, NOW)


def test_a_whole_case_is_seen_until_the_person_says_never(house: House) -> None:
    made = house.report()
    tell(house, house.kh, made.ref, YES, scope="whole")
    with house.database.writing() as tx:
        assert desk.find(tx, VIETNAM, made.ref).queue == "kh"
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
        wishes.route_again(tx, house.routing, made.case_id, NOW)
        with pytest.raises(NotYours):
            desk.find(tx, VIETNAM, made.ref)


def test_a_stop_that_began_to_hold_stops_the_second_person(house: House) -> None:
    made = house.report()
    careful = replace(YES, facts=replace(FACTS, country="KH"))
    assert tell(house, house.kh, made.ref, careful) == "asked"
    with house.database.writing() as tx:
        number = referrals.of_case(tx, house.keys.opening(), made.case_id)[0].id
    boss = Scope(house.kh2.responder_id, "kh", "supervisor")
    for who, asked in ((house.kh2, careful), (boss, replace(careful, facts=replace(careful.facts, no_authorities=True)))):
        with pytest.raises(NotAllowed), house.database.writing() as tx:
            referrals.confirm(tx, house.keys.opening(), house.routing, who, made.ref, number, asked, VN, NOW)
    with house.database.writing() as tx:
        referrals.confirm(tx, house.keys.opening(), house.routing, boss, made.ref, number, careful, VN, NOW)
        assert participants.access_of(tx, made.case_id, "vn") == "summary"


def test_a_life_override_needs_two_and_one_of_them_a_supervisor(house: House) -> None:
    made = house.report()
    asked = replace(YES, share=(), facts=replace(FACTS, level="emergency"), statements=("life_at_risk", "cannot_be_asked"))
    with house.database.writing() as tx:
        boss = Scope(
            accounts.add(tx, "boss@demo.invalid", "Sample Boss", "supervisor", "kh", "a long sample password", NOW), "kh", "supervisor"
        )
    assert tell(house, boss, made.ref, asked, "life_override") == "asked"
    with house.database.writing() as tx:
        number = referrals.of_case(tx, house.keys.opening(), made.case_id)[0].id
        with pytest.raises(NotAllowed):
            referrals.confirm(tx, house.keys.opening(), house.routing, boss, made.ref, number, asked, VN, NOW)
        referrals.confirm(tx, house.keys.opening(), house.routing, house.kh, made.ref, number, asked, VN, NOW)


def test_a_withdrawal_by_the_person_ends_what_others_see_and_stands_until_they_choose_anew(house: House) -> None:
    made = house.report()
    tell(house, house.kh, made.ref, YES, scope="whole")
    with house.database.writing() as tx:
        wishes.withdraw_sharing(tx, made.case_id, NOW)
        with pytest.raises(NotYours):
            desk.find(tx, VIETNAM, made.ref)
        assert desk.find(tx, house.kh, made.ref).share_withdrawn_at == NOW
        assert [r.state for r in referrals.of_case(tx, house.keys.opening(), made.case_id)] == ["recalled"]
        wishes.choose_sharing(tx, house.routing, made.case_id, ("police",), NOW)
        assert desk.find(tx, house.kh, made.ref).share_withdrawn_at is None
    answers = {"answers": {"share": ["police"]}}
    assert asked_of(FACTS, answers, False).share == ("police",) and asked_of(FACTS, answers, False, withdrawn=True).share == ()
