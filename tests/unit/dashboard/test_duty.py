"""The desk's page says when alarms fail, the clock is away or nobody is on duty; the case lists verified numbers and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from config import settings as settings_module
from config.desks import Service, Services
from config.hours import read_hours
from config.live import Fixed
from dashboard.app import create_app
from dashboard.parts import Parts
from dashboard.wiring import read_rules
from tests.unit.dashboard.test_desk import Clock, sign_in
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG
from triage import accounts, correcting, heartbeats, outbox
from triage.correcting import Place
from triage.tables import outbox as parcels


def line(name: str, country: str, evidence: str, **more: object) -> Service:
    known = {"authority": "ngo", "use": ("worker",), "languages": ("en",), "tells_police": False, "verified_on": date(2026, 9, 1)}
    return Service(id=name, country=country, subdivision=None, name=name, number=f"000 {name}", evidence=evidence, **known | more)  # type: ignore[arg-type]


LINES = (
    line("good", "KH", "V"),
    line("once", "KH", "S"),
    line("never", "KH", "U"),
    line("far", "MY", "V"),
    line("old", "KH", "V", verified_on=date(2025, 1, 1)),
)


@pytest.fixture
def app(house: House) -> Flask:  # noqa: F811
    settings = settings_module.read({"HOTLINE_CONFIG": str(CONFIG.absolute())})
    rules = replace(read_rules(CONFIG, True), services=Services(LINES, 90, demo=False))
    shut = replace(rules.routing.desks["th"], hours=read_hours("+07:00", {"mon": "08:00-08:01"}, []))
    rules = replace(rules, routing=replace(rules.routing, desks={**rules.routing.desks, "th": shut}))
    return create_app(Parts(settings, house.database, house.keys, Fixed(rules), lambda *ring: True, Clock()))


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_only_verified_numbers_of_the_country_are_listed_also_far_away(app: Flask, house: House) -> None:  # noqa: F811
    made, client = house.report(), sign_in(app)
    page = client.get(f"/cases/{made.ref}").text
    assert "000 good" in page and not [name for name in ("once", "never", "old", "far") if f"000 {name}" in page]
    with house.database.writing() as tx:
        correcting.set_place(tx, house.keys.opening(), house.routing, house.kh, made.ref, Place("TH"), NOW)
    there = sign_in(app, "c@demo.invalid").get(f"/cases/{made.ref}").text
    assert "No number was verified for Thailand" in there and "Nobody is on duty here until" in there
    abroad = house.report()
    with house.database.writing() as tx:
        correcting.set_place(tx, house.keys.opening(), house.routing, house.kh, abroad.ref, Place("MY"), NOW)

        accounts.add(tx, "r@demo.invalid", "Sample R", "responder", "regional", PASSWORD, NOW)
    far = sign_in(app, "r@demo.invalid").get(f"/cases/{abroad.ref}").text
    assert "Numbers for Malaysia" in far and "000 far" in far and "000 good" not in far


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_desk_says_that_alarms_fail_and_that_the_clock_is_away(app: Flask, house: House) -> None:  # noqa: F811
    made, client = house.report(), sign_in(app)
    assert "could not be sent" not in client.get("/queue").text and "clock has been away" not in client.get("/queue").text
    with house.database.writing() as tx:
        outbox.put(tx, "alert", "sms", b"{}", NOW - 1000, case_id=made.case_id)
        tx.execute(parcels.update().values(state="failed"))
        heartbeats.beat(tx, "clock", "sample", NOW - 300_000)
    page = client.get("/queue").text
    assert "1 alarm of the last day could not be sent" in page and "The clock has been away for 5 min" in page
    assert "Nobody is on duty here until" in sign_in(app, "c@demo.invalid").get("/queue").text
