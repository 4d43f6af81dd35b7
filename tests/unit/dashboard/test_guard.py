"""What stands at the door of every view."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from config import settings as settings_module
from config.live import Fixed
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from tests.unit.dashboard.test_desk import app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG, gazetteer

PRODUCTION = {"HOTLINE_ENV": "production", "HOTLINE_PUBLIC_URL": "https://hotline.example.org", "HOTLINE_DESK_URL": "https://localhost"}


@pytest.mark.parametrize("origin", ["http://[::1", "http://evil.example", "x"])
def test_a_form_from_elsewhere_is_refused_however_its_origin_is_written(app: Flask, origin: str) -> None:  # noqa: F811
    client = sign_in(app)
    form = {"csrf": csrf(client, "/account")}
    assert client.post("/logout", data=form, headers={"Origin": origin}).status_code == 403
    assert client.post("/logout", data=form).status_code == 303


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_in_production_each_cookie_is_bound_to_https_to_this_host_and_to_no_script(house: House) -> None:  # noqa: F811
    settings = settings_module.read(PRODUCTION | {"HOTLINE_CONFIG": str(CONFIG.absolute())})
    parts = Parts(settings, house.database, house.keys, Fixed(Rules(house.routing, gazetteer())), lambda *ring: None, lambda: NOW)
    client = create_app(parts).test_client()
    with client:
        first = client.get("/login", base_url="https://localhost")
        form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', first.text)[0], "email": "a@demo.invalid", "password": PASSWORD}
        second = client.post("/login", data=form, base_url="https://localhost")
    cookies = [line for answer in (first, second) for line in answer.headers.getlist("Set-Cookie")]
    assert [line.partition("=")[0] for line in cookies] == ["__Host-before", "__Host-session"]
    for line in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= {part.strip() for part in line.split(";")} and "Domain" not in line
