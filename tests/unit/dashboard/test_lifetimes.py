"""How long a session and a password last, and that each sign-in begins anew."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.unit.dashboard.test_desk import Clock, app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import PASSWORD, house  # noqa: F401 (fixture)

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def test_a_session_ends_after_eight_hours_however_much_is_done_in_it(app: Flask, clock: Clock) -> None:  # noqa: F811
    client = sign_in(app)
    for _ in range(48):
        assert client.get("/queue").status_code == 200
        clock.now += 600_000
    assert client.get("/queue").status_code == 200
    clock.now += 60_000
    assert client.get("/queue").status_code == 302


def test_a_password_lasts_until_its_owner_changes_it(app: Flask, clock: Clock) -> None:  # noqa: F811
    clock.now += 3 * 366 * 86_400_000
    assert sign_in(app).get("/queue").status_code == 200


def test_who_signs_in_again_gets_a_new_token_and_the_old_one_is_worth_nothing(app: Flask, clock: Clock) -> None:  # noqa: F811
    client = sign_in(app)
    old = client.get_cookie("session")
    client.post("/login", data={"csrf": csrf(client, "/account"), "email": "a@demo.invalid", "password": PASSWORD})
    new = client.get_cookie("session")
    assert old is not None and new is not None and old.value != new.value and client.get("/queue").status_code == 200
    again = app.test_client()
    again.set_cookie("session", old.value)
    assert again.get("/queue").status_code == 302


@pytest.mark.parametrize("near", [PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], PASSWORD + "x"])
def test_a_password_is_taken_exactly_as_it_is_typed(app: Flask, near: str) -> None:  # noqa: F811
    assert sign_in(app, password=near).get("/queue").status_code == 302
