"""The simulator: who may open it, what it answers, and that nothing stays."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.unit.dashboard.test_desk import app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import PASSWORD, House, house  # noqa: F401 (fixture)
from triage import accounts
from triage.tables import cases, message

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def operator(app: Flask, house: House) -> Iterator[FlaskClient]:  # noqa: F811
    with house.database.writing() as tx:
        accounts.add(tx, "tuner@demo.invalid", "Tuner", "operator", "regional", PASSWORD, 1)
    yield sign_in(app, "tuner@demo.invalid")


def post(client: FlaskClient, page: str = "", **fields: str) -> str:
    talk = re.search(r'name="talk" value="([^"]*)"', page)
    data = {"csrf": csrf(client, "/account"), "talk": html.unescape(talk.group(1)) if talk else "[]", "channel": "sms", "lang": "en"} | fields
    answer = client.post("/simulator", data=data)
    assert answer.status_code == 200
    return answer.text


def test_an_operator_sees_the_answer_the_cost_and_the_path(operator: FlaskClient, house: House) -> None:  # noqa: F811
    page = post(operator, text="They locked us in and beat us, we are in Poipet")
    assert "We have your message" in page and "SMS (GSM-7)" in page and "an example" in page
    assert 'class="level emergency"' in page and "Cambodia desk" in page and "Banteay Meanchey" in page
    page = post(operator, page, text="1")
    assert page.count('class="bubble mine"') == 2
    with house.database.reading() as tx:
        assert [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (cases, message)] == [0, 0]


def test_channel_and_language_are_switched_for_the_same_talk(operator: FlaskClient) -> None:
    page = post(operator, text="1")
    chat = post(operator, page, channel="telegram", lang="km", do="show")
    assert 'name="press" value="v' in chat and "ឥឡូវ" in chat and chat.count('class="bubble mine"') == 1
    pressed = re.search(r'name="press" value="([^"]+)"', chat)
    assert pressed is not None
    assert post(operator, chat, channel="telegram", lang="km", press=pressed.group(1)).count('class="bubble mine"') == 2
    web = post(operator, page, channel="web", do="show")
    assert 'name="press" value="yes"' in web
    assert "The first message is yours" in post(operator, page, do="again")


@pytest.mark.parametrize(
    "talk",
    ["", "{", "[1]", '[{"say": 1}]', '[{"press": "v99999:x:y"}]', '[{"form": ["nothing"]}]', '[{"pin": [1, 2]}]', json.dumps([{"say": "x"}] * 99)],
)
def test_a_forged_talk_breaks_nothing(operator: FlaskClient, talk: str) -> None:
    assert "Simulator" in post(operator, talk=talk, text="hello <script>")
    assert "<script>alert" not in post(operator, talk=talk, text="<script>alert(1)</script>")


def test_to_a_responder_there_is_no_such_page(app: Flask, house: House) -> None:  # noqa: F811
    client = sign_in(app)
    with house.database.reading() as tx:
        role = accounts.by_email(tx, "a@demo.invalid").role  # type: ignore[union-attr]
    wanted = 404 if role == "responder" else 200
    assert client.get("/simulator").status_code == wanted
    assert (">Simulator<" in client.get("/queue").text) is (wanted == 200)
    assert app.test_client().get("/simulator").headers["Location"] == "/login"


