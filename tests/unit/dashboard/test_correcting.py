"""The case page: which of two places, the place set right, and what a responder learnt."""

from __future__ import annotations

import pytest
from flask import Flask

from config import settings as settings_module
from config.live import Fixed
from dashboard.app import create_app
from dashboard.parts import Parts
from dashboard.shown import place
from dashboard.wiring import read_rules
from tests.unit.dashboard.test_desk import Clock, act, sign_in
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG
from triage import findings
from triage.facts import Facts


@pytest.fixture
def parts(house: House) -> Parts:  # noqa: F811
    settings = settings_module.read({"HOTLINE_CONFIG": str(CONFIG.absolute())})
    return Parts(settings, house.database, house.keys, Fixed(read_rules(CONFIG, True)), lambda *ring: True, Clock())


@pytest.fixture
def app(parts: Parts) -> Flask:
    return create_app(parts)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_or_b_is_asked_on_the_page_and_one_press_moves_the_case(app: Flask, house: House) -> None:  # noqa: F811
    made, client = house.report(), sign_in(app)
    spot = {"country": "KH", "subdivision": "KH-12", "candidates": ["KH-12", "TH-63"], "vessel": ["name: Sample Star"], "unknown": False}
    with house.database.writing() as tx:
        findings.keep(tx, made.case_id, Facts(place=spot))
    page = client.get(f"/cases/{made.ref}").text
    assert "Which place?" in page and "Tak province, Thailand" in page and "Sample Star" in page
    moved = act(client, made.ref, "place", place="TH-63")
    assert moved.status_code == 303 and moved.headers["Location"] == "/queue"
    assert client.get(f"/cases/{made.ref}").status_code == 404
    there = sign_in(app, "c@demo.invalid").get(f"/cases/{made.ref}").text
    assert "Which place?" not in there and "a responder set the place: the person is in Thailand" in there
    assert act(sign_in(app, "c@demo.invalid"), made.ref, "place", place="ZZ-99").status_code == 409


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_a_responder_learnt_is_ticked_and_raises_the_case(app: Flask, house: House) -> None:  # noqa: F811
    made, client = house.report(), sign_in(app)
    assert "escaped and searched for" in client.get(f"/cases/{made.ref}").text
    noted = act(client, made.ref, "facts", fact="escaped_and_searched_for", sign="papers_taken", text="she said so on the phone")
    assert noted.status_code == 303
    page = client.get(f"/cases/{made.ref}").text
    assert 'class="level emergency"' in page and "escaped and searched for (noted by a responder)" in page
    assert "she said so on the phone" in page and "Urgency raised from high to emergency: escaped and searched for" in page
    assert act(client, made.ref, "facts", fact="rich").status_code == 409


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_joined_province_is_shown_by_both_names_and_a_far_country_by_its_own(parts: Parts) -> None:
    assert place(parts, "VN", "VN-06") == "Lào Cai (until June 2025 Yên Bái), Viet Nam"
    assert place(parts, "VN", "VN-04") == "Cao Bằng, Viet Nam"
    assert (place(parts, "MY", None), place(parts, None, None, True)) == ("Malaysia", "at sea")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_the_clock_raised_stands_among_the_reasons(app: Flask, house: House) -> None:  # noqa: F811
    from tests.unit.triage.test_silence import listen
    from triage import pulses
    from triage.intake import FirstLook

    made, client = house.report(look=FirstLook("km", "help_self", "medium", "KH")), sign_in(app)
    with house.database.writing() as tx:
        pulses.found(tx, made.case_id, True, None, NOW)
        pulses.heard(tx, made.case_id, True, NOW)
    listen(house, NOW + 30 * 60_000)
    page = client.get(f"/cases/{made.ref}").text
    assert 'class="level high">high</span> the talk broke off after a sign' in page
