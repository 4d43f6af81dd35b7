"""The desk: who gets in, who sees what, and what no form can do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import settings as settings_module
from config.live import Fixed
from dashboard import policy
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG, gazetteer
from triage import accounts, desk, wishes
from triage.intake import FirstLook
from triage.vault import Opener


class Clock:
    """A clock that stands until it is moved."""

    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rung() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def app(house: House, clock: Clock, rung: list[tuple[str, int]]) -> Flask:  # noqa: F811
    settings = settings_module.read({"HOTLINE_CONFIG": str(CONFIG.absolute())})
    return create_app(Parts(settings, house.database, house.keys, Fixed(Rules(house.routing, gazetteer())), lambda *ring: rung.append(ring), clock))  # type: ignore[func-returns-value, arg-type, return-value]


def csrf(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def sign_in(app: Flask, email: str = "a@demo.invalid", password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    client.post("/login", data={"csrf": csrf(client, "/login"), "email": email, "password": password})
    return client


def act(client: FlaskClient, ref: str, verb: str, **fields: str) -> Any:
    return client.post(f"/cases/{ref}/{verb}", data={"csrf": csrf(client, "/account"), **fields})


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
class TestDesk:
    def test_every_route_has_a_policy_and_a_new_one_without_fails(self, app: Flask) -> None:
        app.add_url_rule("/open-door", "open_door", lambda: "")
        with pytest.raises(policy.NoPolicy):
            policy.check(app)

    def test_only_the_right_password_opens(self, app: Flask) -> None:
        assert sign_in(app, password="a wrong sample password").get("/queue").status_code == 302
        assert sign_in(app, email="nobody@demo.invalid").get("/queue").status_code == 302
        assert sign_in(app).get("/queue").status_code == 200

    def test_guessing_is_slowed_for_this_address_and_not_for_others(self, app: Flask, clock: Clock) -> None:
        client = app.test_client()
        token = csrf(client, "/login")
        form = {"csrf": token, "email": "a@demo.invalid", "password": "x" * 20}
        codes = [client.post("/login", data=form).status_code for _ in range(10)]
        assert codes[0] == 401 and codes[-1] == 429
        other = client.post("/login", data=form | {"password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.0.0.9"})
        assert other.status_code == 303
        clock.now += 16 * 60_000
        assert client.post("/login", data=form | {"password": PASSWORD}).status_code == 303

    def test_an_old_cookie_is_worth_nothing(self, app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
        for end in ("logout", "disable", "password", "idle"):
            client = sign_in(app, "b@demo.invalid") if end != "logout" else sign_in(app)
            cookie = client.get_cookie("session")
            assert cookie is not None and client.get("/queue").status_code == 200, end
            if end == "logout":
                client.post("/logout", data={"csrf": csrf(client, "/account")})
            with house.database.writing() as tx:
                if end == "disable":
                    accounts.disable(tx, house.kh.responder_id or 0, clock.now)
                    accounts.disable(tx, 999, clock.now)
                if end == "password":
                    accounts.set_password(tx, house.kh2.responder_id or 0, PASSWORD, clock.now)
            if end == "idle":
                clock.now += 16 * 60_000
            again = app.test_client()
            again.set_cookie("session", cookie.value)
            assert again.get("/queue").status_code == (200 if end == "disable" else 302), end

    def test_a_second_factor_is_owed_and_used_once(self, app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
        secret = pyotp.random_base32()
        with house.database.writing() as tx:
            found = accounts.unlock(tx, "a@demo.invalid", PASSWORD)
            assert found is not None and found.private is not None
            accounts.set_totp(tx, Opener(found.private).sealer, house.kh.responder_id or 0, secret)
        client = sign_in(app)
        assert client.get("/queue").headers["Location"] == "/second"
        code = pyotp.TOTP(secret).at(clock.now // 1000)
        assert client.post("/second", data={"csrf": csrf(client, "/second"), "code": "000000"}).status_code == 401
        assert client.post("/second", data={"csrf": csrf(client, "/second"), "code": code}).status_code == 303
        assert client.get("/queue").status_code == 200
        again = sign_in(app)
        assert again.post("/second", data={"csrf": csrf(again, "/second"), "code": code}).status_code == 401

    def test_a_form_without_its_token_does_nothing(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        for token in ("", "wrong", "é"):
            assert client.post(f"/cases/{made.ref}/claim", data={"csrf": token}).status_code == 403
        assert (
            client.post(
                f"/cases/{made.ref}/claim", data={"csrf": csrf(client, "/account")}, headers={"Origin": "https://evil.example"}
            ).status_code
            == 403
        )
        assert "nobody" in client.get(f"/cases/{made.ref}").text

    def test_a_foreign_case_and_no_case_are_the_same_404_on_every_route(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app, "c@demo.invalid")
        token = csrf(client, "/account")
        fields = {"csrf": token, "text": "x", "queue": "th", "urgency": "low", "reason": "x", "outcome": "helped"}
        for verb in ("claim", "release", "reply", "note", "transfer", "urgency", "close", "reopen", "nonsense"):
            there, nowhere = (client.post(f"/cases/{ref}/{verb}", data=fields) for ref in (made.ref, "AAAA-AAAA"))
            assert (there.status_code, nowhere.status_code) == (404, 404) and there.text == nowhere.text, verb
        for path in ("", "/live"):
            there, nowhere = (client.get(f"/cases/{ref}{path}") for ref in (made.ref, "AAAA-AAAA"))
            assert (there.status_code, nowhere.status_code) == (404, 404) and there.text == nowhere.text
        assert client.get(f"/queue?ref={made.ref}").status_code == 404
        assert made.ref not in client.get("/queue?state=open&queue=kh").text

    @pytest.mark.parametrize("odd", ["%00", "AAAA%00AAAA", "AAAA-AAAA%0a", "%1b[2J"])
    def test_an_address_with_a_control_character_is_not_there(self, app: Flask, house: House, odd: str) -> None:  # noqa: F811
        house.report()
        client = sign_in(app)
        token = csrf(client, "/account")
        for path in (f"/cases/{odd}", f"/cases/{odd}/live", f"/cases/{odd}/files/1", f"/static/{odd}"):
            assert client.get(path).status_code == 404, path
        for verb in ("claim", "reply", "transfer", "close"):
            assert client.post(f"/cases/{odd}/{verb}", data={"csrf": token, "text": "x"}).status_code == 404, verb

    def test_claim_reply_note_and_close(self, app: Flask, house: House, rung: list[tuple[str, int]]) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        assert act(client, made.ref, "reply", text="we are here").status_code == 303
        assert [name for name, _ in rung] == ["deliver"]
        assert act(client, made.ref, "note", text="call at six").status_code == 303
        page = client.get(f"/cases/{made.ref}").text
        assert "we are here" in page and "call at six" in page and "waits to be sent" in page
        lost = act(sign_in(app, "b@demo.invalid"), made.ref, "claim")
        assert lost.status_code == 409 and "Another responder has this case" in lost.text
        assert act(client, made.ref, "close", outcome="helped").status_code == 303
        kept = act(client, made.ref, "reply", text="kept words")
        assert kept.status_code == 409 and "The case is closed" in kept.text
        assert act(client, made.ref, "reopen").status_code == 303

    def test_what_was_typed_is_kept_when_it_cannot_be_sent(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        act(sign_in(app, "b@demo.invalid"), made.ref, "claim")
        answer = act(client, made.ref, "reply", text="my long answer")
        assert answer.status_code == 409 and "my long answer" in answer.text

    def test_an_unsafe_phone_offers_no_reply(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        with house.database.writing() as tx:
            wishes.set_wishes(tx, made.case_id, NOW, no_outbound=True)
        assert "nothing may be sent to it" in client.get(f"/cases/{made.ref}").text
        assert act(client, made.ref, "reply", text="x").status_code == 409

    def test_no_form_field_changes_queue_or_role(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        act(client, made.ref, "claim", queue="th", role="operator", claimed_by="3", level="0")
        assert client.get(f"/cases/{made.ref}").status_code == 200
        with house.database.reading() as tx:
            who = accounts.by_email(tx, "a@demo.invalid")
        assert who is not None and (who.queue, who.role) == ("kh", "responder")

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", "{{7*7}}", "=HYPERLINK(1)", "\x1b[31mred", "[x](javascript:alert(1))", "' OR 1=1--"]
    )
    def test_hostile_words_are_only_words(self, app: Flask, house: House, text: str) -> None:  # noqa: F811
        made, client = house.report(text=text), sign_in(app)
        page = client.get(f"/cases/{made.ref}")
        assert (
            page.status_code == 200 and "<script>alert" not in page.text and ">49<" not in page.text and 'href="javascript' not in page.text
        )

    def test_headers_forbid_what_a_page_must_not_do(self, app: Flask) -> None:
        answer = sign_in(app).get("/queue")
        assert (
            "unsafe" not in answer.headers["Content-Security-Policy"] and "default-src 'none'" in answer.headers["Content-Security-Policy"]
        )
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_odd_methods_and_sizes_get_a_clear_answer(self, app: Flask) -> None:
        client = sign_in(app)
        assert [client.open("/queue", method=method).status_code for method in ("PUT", "DELETE", "TRACE", "PATCH")] == [405] * 4
        assert client.post("/login", data={"password": "x" * 1_000_000}).status_code == 413
        assert client.get("/cases/%00").status_code == 404

    def test_the_live_answer_is_empty_until_something_changes(self, app: Flask, house: House) -> None:  # noqa: F811
        client = sign_in(app)
        mark = re.search(r'data-mark="(\d+)"', client.get("/queue").text)
        assert mark is not None and client.get(f"/queue/live?mark={mark.group(1)}").status_code == 204
        made = house.report(look=replace(LOOK))
        news = client.get(f"/queue/live?mark={mark.group(1)}").json
        assert news is not None and made.ref in news["html"] and news["emergencies"] == 1

    def test_polling_does_not_keep_a_session_alive(self, app: Flask, clock: Clock) -> None:
        client = sign_in(app)
        for _ in range(20):
            clock.now += 60_000
            client.get("/queue/live?mark=0")
        assert client.get("/queue").status_code == 302


LOOK = FirstLook("km", "help_self", "emergency", "KH", "KH-12")


def test_closed_cases_are_counted_up_to_a_thousand(house: House, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(desk, "MANY", 3)
    client, shown = sign_in(app), []
    for _ in range(4):
        ref = house.report().ref
        act(client, ref, "claim")
        act(client, ref, "close", outcome="advice_given", reason="a sample")
        shown.append(re.search(r"closed <b>([^<]*)</b>", client.get("/queue").text))
    assert [found and found.group(1) for found in shown] == ["1", "2", "2+", "2+"]
