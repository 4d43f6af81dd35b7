"""The case page tells others with the person's yes, and shows another desk a summary without words."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.unit.dashboard.test_desk import act, app, clock, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from triage import accounts, findings
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
def test_a_case_is_set_apart_and_put_back_with_a_reason(app: Flask, house: House) -> None:  # noqa: F811
    from triage.intake import FirstLook

    client = sign_in(app)
    made = house.report(look=FirstLook("km", "other", "low", "KH"))
    assert act(client, made.ref, "apart", reason="").status_code == 409
    assert act(client, made.ref, "apart", reason="an advert").status_code == 303
    assert made.ref not in client.get("/queue").text and made.ref in client.get("/queue?state=apart").text
    assert act(client, made.ref, "back", reason="a real person").status_code == 303
    assert made.ref in client.get("/queue").text
