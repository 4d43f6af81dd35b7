"""The case page tells others with the person's yes, and shows another desk a summary without words."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.unit.dashboard.test_desk import act, app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from triage import accounts, findings
from triage.bonds import referral
from triage.facts import Facts


def answered(house: House, case_id: int, **answers: object) -> None:  # noqa: F811
    with house.database.writing() as tx:
        findings.keep(tx, case_id, Facts(answers=answers))


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_summary_goes_to_one_desk_by_the_persons_yes_and_shows_no_word(app: Flask, house: House) -> None:  # noqa: F811
    client = sign_in(app)
    made = house.report("secret sample words")
    fields = {"to": "desk:regional", "scope": "summary", "basis": "consent", "read_out": "I read: the regional desk. She said yes."}
    refused = act(client, made.ref, "refer", **fields)
    assert refused.status_code == 409 and "nobody chosen means nobody told" in refused.text
    answered(house, made.case_id, share=["helper_organisation"])
    assert act(client, made.ref, "refer", **fields).status_code == 303
    page = client.get(f"/cases/{made.ref}").text
    assert "She said yes" in page and "summary without identity" in page
    with house.database.writing() as tx:
        accounts.add(tx, "r@demo.invalid", "Sample R", "responder", "regional", PASSWORD, NOW)
    other = sign_in(app, "r@demo.invalid")
    told = other.get(f"/cases/{made.ref}")
    assert told.status_code == 200 and "secret sample words" not in told.text and "12000001" not in told.text
    assert made.ref in other.get("/queue?state=shared").text and made.ref not in other.get("/queue").text
    assert other.get(f"/cases/{made.ref}/live").status_code == 404 and act(other, made.ref, "claim").status_code == 404
    number = re.search(r'name="referral" value="(\d+)"', told.text)
    assert number is not None and act(other, made.ref, "receipt", referral=number.group(1), answer="accepted").status_code == 303
    assert "accepted" in client.get(f"/cases/{made.ref}").text
    assert sign_in(app, "c@demo.invalid").get(f"/cases/{made.ref}").status_code == 404


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_case_is_set_apart_with_a_reason_and_put_back_by_a_click(app: Flask, house: House) -> None:  # noqa: F811
    from triage.intake import FirstLook

    client = sign_in(app)
    made = house.report(look=FirstLook("km", "other", "low", "KH"))
    assert act(client, made.ref, "apart", reason="").status_code == 409
    assert act(client, made.ref, "apart", reason="an advert").status_code == 303
    assert made.ref not in client.get("/queue").text and made.ref in client.get("/queue?state=apart").text
    lane = client.get("/queue?state=apart").text
    assert "a responder decided so" in lane and "Put on the desk" in lane
    released = act(client, made.ref, "back", **{"from": "apart"})
    assert released.status_code == 303 and released.headers["Location"] == "/queue?state=apart", "by one click"
    assert made.ref in client.get("/queue").text


def consent(client: FlaskClient, ref: str, *who: str, **more: str) -> int:
    fields = {"csrf": csrf(client, f"/cases/{ref}"), "who": list(who), "read_out": "I asked her again; she said so.", **more}
    return client.post(f"/cases/{ref}/consent", data=fields).status_code


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_no_contact_a_summary_and_the_whole_case_go_from_desk_to_desk_as_the_person_chose(app: Flask, house: House) -> None:  # noqa: F811
    with house.database.writing() as tx:
        accounts.add(tx, "r@demo.invalid", "Sample R", "responder", "regional", PASSWORD, NOW)
    client, other = sign_in(app), sign_in(app, "r@demo.invalid")
    made = house.report("secret sample words")

    def tell(scope: str) -> int:
        fields = {"to": "desk:regional", "scope": scope, "basis": "consent", "read_out": "I read it out. She said so."}
        return act(client, made.ref, "refer", **fields).status_code

    def seen() -> tuple[int, bool, bool]:
        page = other.get(f"/cases/{made.ref}")
        return page.status_code, made.ref in other.get("/queue?state=shared").text, "secret sample words" in page.text

    assert (tell("no_contact"), seen()) == (303, (404, False, False))
    assert consent(client, made.ref) == 409, "nothing was chosen"
    assert tell("summary") == 409, "she said: do not contact them"
    assert consent(client, made.ref, "helper_organisation") == 303
    assert (tell("summary"), seen()) == (303, (200, True, False))
    assert (tell("whole"), seen()) == (303, (200, True, True))
    assert consent(client, made.ref, "doctor") == 303 and seen() == (404, False, False), "no longer chosen, no longer seen"
    assert consent(client, made.ref, "helper_organisation") == 303 and tell("whole") == 303 and seen()[0] == 200
    assert consent(client, made.ref, nobody="1") == 303 and seen() == (404, False, False)
    page = client.get(f"/cases/{made.ref}").text
    assert "The person took back whom may be told: nobody." in page and "nobody may be told" in page
    assert tell("summary") == 409


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_never_that_a_responder_hears_moves_the_case_at_once(app: Flask, house: House) -> None:  # noqa: F811
    client, made = sign_in(app), house.report()
    assert consent(client, made.ref, "police", "never_police_or_government") == 409
    assert consent(client, made.ref, "never_police_or_government") == 303
    assert client.get(f"/cases/{made.ref}").status_code == 404, "the Cambodian desk is run by a government body"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_for_a_child_their_own_view_is_asked_kept_and_shown(app: Flask, house: House) -> None:  # noqa: F811
    client, made = sign_in(app), house.report()
    answered(house, made.case_id, share=["helper_organisation"], age_band="under_18")
    fields = {"to": "desk:regional", "scope": "summary", "basis": "consent", "read_out": "I read it out. Yes."}
    refused = act(client, made.ref, "refer", **fields)
    assert refused.status_code == 409 and "what the child themself says" in refused.text
    assert act(client, made.ref, "refer", **fields, child_view="I want to go to my aunt").status_code == 303
    assert "I want to go to my aunt" in client.get(f"/cases/{made.ref}").text
    with house.database.reading() as tx:
        assert b"aunt" not in b"".join(bytes(row.child_view or b"") for row in tx.execute(referral.select()))
