"""A password that an administrator chose: for three days it opens its own change, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask

from config.clock import now_ms
from dashboard import cli
from tests.unit.dashboard.test_account import NEW, page, post
from tests.unit.dashboard.test_desk import Clock, app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import PASSWORD, House, house  # noqa: F401 (fixture)
from triage import accounts

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
HOUR = 3_600_000


@pytest.fixture
def first(house: House, clock: Clock) -> House:  # noqa: F811
    """Somebody else chose the password of a@demo.invalid."""
    with house.database.writing() as tx:
        who = accounts.by_email(tx, "a@demo.invalid")
        assert who is not None
        accounts.make_first(tx, who.id, clock.now)
    return house


def test_it_opens_nothing_until_its_owner_has_chosen_their_own(app: Flask, first: House, clock: Clock) -> None:  # noqa: F811
    ref = first.report("sealed words").ref
    client = sign_in(app)
    for path in ("/queue", f"/cases/{ref}", "/queue/live", "/simulator"):
        answer = client.get(path)
        assert answer.status_code in (302, 404) and "sealed words" not in answer.text and answer.headers.get("Location", "/account") == "/account", path
    assert client.post(f"/cases/{ref}/claim", data={"csrf": csrf(client, "/account")}).headers["Location"] == "/account"
    assert client.post("/account/codes", data={"csrf": csrf(client, "/account")}).headers["Location"] == "/account"
    assert "Somebody else chose your password" in page(client)
    assert "choose another one" in post(client, "/account/password", old=PASSWORD, new=PASSWORD).text  # type: ignore[attr-defined]
    assert client.get("/queue").status_code == 302
    post(client, "/account/password", old=PASSWORD, new=NEW)
    assert client.get("/queue").status_code == 200 and "sealed words" in client.get(f"/cases/{ref}").text
    assert "Somebody else" not in page(client)
    clock.now += 100 * HOUR
    assert sign_in(app, password=NEW).get("/queue").status_code == 200, "their own does not end"


def test_it_ends_after_three_days_and_nobody_gets_in_by_it(app: Flask, first: House, clock: Clock) -> None:  # noqa: F811
    clock.now += accounts.FIRST_HOURS * HOUR
    assert sign_in(app).get("/account").status_code == 200
    clock.now += 1
    client = app.test_client()
    form = {"csrf": csrf(client, "/login"), "email": "a@demo.invalid", "password": PASSWORD}
    answer = client.post("/login", data=form)
    assert answer.status_code == 401 and "has ended" in answer.text
    assert client.get("/account").headers["Location"] == "/login"
    assert "has ended" not in client.post("/login", data=form | {"password": "another wrong one"}).text


def test_the_command_line_makes_first_passwords_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    settings = replace(house.settings, env="production")
    monkeypatch.setattr(cli, "_open", lambda: (settings, house.database))
    monkeypatch.setattr(cli, "_recovery", lambda settings: house.keys.opening())
    words = {"new@demo.invalid": ["add", "new@demo.invalid", "--role", "responder", "--queue", "kh"], "b@demo.invalid": ["reset", "b@demo.invalid"]}
    for email, line in words.items():
        done = CliRunner().invoke(cli.user, line)
        assert done.exit_code == 0 and "72 hours" in done.output, done.output
        with house.database.reading() as tx:
            who = accounts.by_email(tx, email)
            one = accounts.by_email(tx, "a@demo.invalid")
        assert who is not None and who.first_until is not None and abs(who.first_until - now_ms() - 72 * HOUR) < HOUR
        assert one is not None and one.first_until is None
    assert '"must_change_password": true' in CliRunner().invoke(cli.user, ["list", "--json"]).output


def test_a_log_in_of_a_demo_works_at_once(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(cli, "_open", lambda: (house.settings, house.database))
    monkeypatch.setattr(cli, "_recovery", lambda settings: house.keys.opening())
    done = CliRunner().invoke(cli.user, ["add", "new@demo.invalid", "--role", "responder", "--queue", "kh", "--password-stdin"], input=f"{NEW}\n")
    assert done.exit_code == 0 and "hours" not in done.output
    assert sign_in(app, "new@demo.invalid", password=NEW).get("/queue").status_code == 200
