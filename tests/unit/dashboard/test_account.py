"""My account: sessions and who ends them, the log of sign-ins, the second factor and its recovery codes, the password."""

from __future__ import annotations

import re
from dataclasses import replace

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from config.gazetteer import read_places, read_roles
from config.live import Fixed
from dashboard import cli
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from dashboard.tries import ANYWHERE
from tests.unit.dashboard.test_desk import Clock, app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import PASSWORD, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG
from triage import accounts, recovery, signins
from triage.accounts import totp_secret
from triage.places import Gazetteer
from triage.vault import Opener

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A055F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36"
NEW = "lantern otter tuesday gravel"


def post(client: FlaskClient, path: str, **fields: str) -> object:
    return client.post(path, data={"csrf": csrf(client, "/account"), **fields})


def page(client: FlaskClient) -> str:
    return client.get("/account").text


def set_up(client: FlaskClient, now: int, **more: str) -> tuple[str, list[str], str]:
    """Sets up a second factor as its page offers it; the secret, the recovery codes, the answer."""
    text = page(client)
    nonce, secret = (re.search(pattern, text)[1] for pattern in (r'name="nonce" value="(\w+)"', r"type this key: <code>(\w+)<"))  # type: ignore[index]
    answer = client.post("/account/second", data={"csrf": csrf(client, "/account"), "nonce": nonce, "six": pyotp.TOTP(secret).at(now // 1000), **more})
    return secret, re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", answer.text), answer.text


def owing(app: Flask, password: str = PASSWORD) -> FlaskClient:  # noqa: F811
    client = sign_in(app, password=password)
    assert client.get("/queue").headers["Location"] == "/second"
    return client


def test_sessions_are_told_in_plain_words_and_ended_one_by_one_or_together(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    here, there, third = (sign_in(app) for _ in range(3))
    phone = app.test_client()
    phone.post("/login", data={"csrf": csrf(phone, "/login"), "email": "a@demo.invalid", "password": PASSWORD}, headers={"User-Agent": PHONE})
    other = sign_in(app, "b@demo.invalid")
    text = page(here)
    assert text.count('class="fresh">this one<') == 1 and "Samsung Internet on an Android phone" in text and text.count("last seen") == 4
    cookie = phone.get_cookie("session")
    assert cookie is not None and cookie.value not in text
    name = re.search(r'name="name" value="(\w{16})"><button type="submit" aria-label="End the session: Samsung', text)
    assert name is not None and here.post("/account/sessions", data={"csrf": csrf(here, "/account"), "name": name[1]}).status_code == 303
    assert phone.get("/queue").status_code == 302 and there.get("/queue").status_code == 200
    # Another's session is not ended by its name.
    theirs = re.search(r'name="name" value="(\w{16})"', page(there))
    assert theirs is not None
    post(other, "/account/sessions", name=theirs[1])
    assert here.get("/queue").status_code == 200 and there.get("/queue").status_code == 200
    post(here, "/account/sessions", name="others")
    assert [client.get("/queue").status_code for client in (here, there, third, other)] == [200, 302, 302, 200]
    again = sign_in(app)
    post(again, "/logout/everywhere")
    assert [client.get("/queue").status_code for client in (here, again, other)] == [302, 302, 200]


def test_failed_tries_since_the_last_time_are_told_until_they_were_seen(app: Flask, clock: Clock) -> None:  # noqa: F811
    assert "went wrong since" not in sign_in(app).get("/queue").text
    for _ in range(3):
        sign_in(app, password="a wrong sample password")
    client = sign_in(app)
    assert "3 tries to sign in as you went wrong since" in client.get("/queue").text
    text = page(client)
    assert text.count("Did not get in:") == 3 and text.count("Signed in with the password") == 2 and "choose a new password" in text
    post(client, "/account/seen")
    assert "went wrong since" not in client.get("/queue").text
    assert "went wrong since" not in sign_in(app).get("/queue").text


def test_the_log_shows_the_last_twenty_and_forgets_after_ninety_days(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    for _ in range(23):
        client = sign_in(app)
    assert page(client).count("Signed in with the password") == 20
    with house.database.writing() as tx:
        assert signins.purge(tx, clock.now + 91 * 86_400_000) == 23


def test_a_right_password_without_the_second_factor_is_shown_as_just_that(app: Flask, clock: Clock) -> None:  # noqa: F811
    secret, codes, _ = set_up(sign_in(app), clock.now)
    owing(app)
    clock.now += 60_000
    client = owing(app)
    client.post("/second", data={"csrf": csrf(client, "/second"), "code": pyotp.TOTP(secret).at(clock.now // 1000)})
    assert "1 try to sign in as you went wrong" in client.get("/queue").text
    text = page(client)
    assert "the password was right, the second step was not" in text and "with password and six digits" in text


def test_the_code_that_set_it_up_is_used_and_the_other_sessions_end(app: Flask, clock: Clock) -> None:  # noqa: F811
    old, client = sign_in(app), sign_in(app)
    secret, codes, text = set_up(client, clock.now)
    assert "It is set up. 10 recovery codes are left" in text and "with password and six digits" not in text
    assert len(set(codes)) == recovery.COUNT and "every other session has ended" in text and client.get("/queue").status_code == 200
    assert old.get("/queue").status_code == 302 and codes[0] not in page(client)
    again = owing(app)
    answer = again.post("/second", data={"csrf": csrf(again, "/second"), "code": pyotp.TOTP(secret).at(clock.now // 1000)})
    assert answer.status_code == 401


def test_a_recovery_code_lets_in_once_and_the_rest_are_counted(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    _, codes, _ = set_up(sign_in(app), clock.now)
    client = owing(app)
    typed = {"csrf": csrf(client, "/second"), "code": f" {codes[3].upper().replace('-', ' ')} "}
    assert client.post("/second", data=typed).headers["Location"] == "/account#codes"
    assert "9 recovery codes are left" in page(client) and "and a recovery code" in page(client)
    again = owing(app)
    assert again.post("/second", data={"csrf": csrf(again, "/second"), "code": codes[3]}).status_code == 401
    assert again.post("/second", data={"csrf": csrf(again, "/second"), "code": codes[4]}).status_code == 303
    with house.database.reading() as tx:
        row = tx.exec_driver_sql("SELECT recovery FROM responder WHERE email = 'a@demo.invalid'").scalar_one()
    assert not any(code.encode() in row or code.replace("-", "").encode() in row for code in codes)


def test_renewing_the_second_factor_or_the_codes_needs_the_password(app: Flask, clock: Clock) -> None:  # noqa: F811
    client = sign_in(app)
    _, first, _ = set_up(client, clock.now)
    assert set_up(client, clock.now, password="a wrong sample password")[1] == []
    assert client.post("/account/codes", data={"csrf": csrf(client, "/account"), "password": "a wrong one"}).status_code == 400
    fresh = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", post(client, "/account/codes", password=PASSWORD).text)  # type: ignore[attr-defined]
    assert len(fresh) == 10 and not set(fresh) & set(first)
    again = owing(app)
    assert again.post("/second", data={"csrf": csrf(again, "/second"), "code": first[0]}).status_code == 401
    _, renewed, _ = set_up(client, clock.now, password=PASSWORD)
    assert len(renewed) == 10


def test_nobody_chooses_the_secret_of_a_second_factor_but_the_server(app: Flask, clock: Clock) -> None:  # noqa: F811
    client, secret = sign_in(app), pyotp.random_base32()
    form = {"csrf": csrf(client, "/account"), "secret": secret, "nonce": "", "six": pyotp.TOTP(secret).at(clock.now // 1000)}
    assert client.post("/account/second", data=form).status_code == 400
    assert totp_secret("one", "n") != totp_secret("two", "n") and len(totp_secret("one", "n")) == 32


def test_a_new_password_keeps_this_session_and_its_cases_and_ends_all_others(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    made = house.report(text="words that must stay readable")
    old, client = sign_in(app), sign_in(app)
    before = client.get_cookie("session")
    for wrong in ({"old": "x" * 12, "new": NEW}, {"old": PASSWORD, "new": "short"}, {"old": PASSWORD, "new": "Cambodia desk 1"}, {"old": PASSWORD, "new": "password1234"}):
        assert client.post("/account/password", data={"csrf": csrf(client, "/account"), **wrong}).status_code == 400, wrong
    assert old.get("/queue").status_code == 200
    answer = client.post("/account/password", data={"csrf": csrf(client, "/account"), "old": PASSWORD, "new": NEW}, follow_redirects=True)
    assert "every other session has ended" in answer.text
    after = client.get_cookie("session")
    assert before is not None and after is not None and before.value != after.value
    assert old.get("/queue").status_code == 302 and "words that must stay" in client.get(f"/cases/{made.ref}").text
    assert sign_in(app).get("/queue").status_code == 302
    assert "words that must stay" in sign_in(app, password=NEW).get(f"/cases/{made.ref}").text


def test_in_production_nothing_is_open_before_the_second_factor_is_set_up(house: House, clock: Clock, app: Flask) -> None:  # noqa: F811
    gazetteer = Gazetteer(read_places(CONFIG / "places"), read_roles(CONFIG / "places"))
    settings = replace(house.settings, env="production", desk_url="https://desk.example.org")
    strict = create_app(Parts(settings, house.database, house.keys, Fixed(Rules(house.routing, gazetteer)), lambda name, row: None, clock))
    client = strict.test_client()
    base = "https://desk.example.org"
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login", base_url=base).text)
    assert token is not None
    answer = client.post("/login", base_url=base, data={"csrf": token[1], "email": "a@demo.invalid", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert answer.headers["Location"] == "/account"
    assert cookie.startswith("__Host-session=") and all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/")) and "Domain" not in cookie
    for path in ("/queue", "/queue/live", "/cases/AAAA-AAAA", "/simulator", "/colleagues"):
        assert client.get(path, base_url=base).headers.get("Location") == "/account", path
    assert client.get("/account", base_url=base).status_code == 200


def test_a_reset_takes_the_recovery_codes_too(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    _, codes, _ = set_up(sign_in(app), clock.now)
    with house.database.writing() as tx:
        accounts.remove_totp(tx, house.kh.responder_id or 0)
        found = accounts.unlock(tx, "a@demo.invalid", PASSWORD)
        assert found is not None and found.private is not None
        assert not recovery.use(tx, Opener(found.private), house.kh.responder_id or 0, codes[0])


def test_the_second_factor_changes_the_token_and_the_old_one_opens_nothing(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    made = house.report()
    secret, _, _ = set_up(sign_in(app), clock.now)
    clock.now += 60_000
    client = owing(app)
    half = client.get_cookie("session")
    client.post("/second", data={"csrf": csrf(client, "/second"), "code": pyotp.TOTP(secret).at(clock.now // 1000)})
    whole = client.get_cookie("session")
    assert half and whole and half.value != whole.value
    assert client.get(f"/cases/{made.ref}").status_code == 200, "and still opens its cases"
    thief = app.test_client()
    thief.set_cookie("session", half.value)
    assert thief.get("/queue").headers["Location"] == "/login"


def test_codes_guessed_from_many_addresses_are_slowed_and_the_owner_still_has_a_try(app: Flask, clock: Clock) -> None:  # noqa: F811
    secret, _, _ = set_up(sign_in(app), clock.now)
    clock.now += 60_000

    def guess(number: int, code: str) -> int:
        client = owing(app)
        return client.post("/second", data={"csrf": csrf(client, "/second"), "code": code}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code

    assert {guess(number, "000000") for number in range(ANYWHERE)} == {401}
    assert guess(1, "000000") == 429, "tried from there before"
    assert guess(99, pyotp.TOTP(secret).at(clock.now // 1000)) == 303


def test_an_operator_ends_sessions_of_one_or_of_all(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(cli, "_open", lambda: (house.settings, house.database))
    here, there = sign_in(app), sign_in(app, "b@demo.invalid")
    assert "ended: 1" in CliRunner().invoke(cli.user, ["sign-out", "a@demo.invalid"]).output
    assert (here.get("/queue").status_code, there.get("/queue").status_code) == (302, 200)
    assert "ended: 1" in CliRunner().invoke(cli.user, ["sign-out", "--all"]).output
    assert there.get("/queue").status_code == 302
    for wrong in ([], ["nobody@demo.invalid"], ["a@demo.invalid", "--all"]):
        assert CliRunner().invoke(cli.user, ["sign-out", *wrong]).exit_code == 1
