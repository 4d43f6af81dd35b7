"""The people of a desk: invited by a code, let in by who can open its cases, withdrawn with a new key; nobody else's business."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.unit.dashboard.test_desk import Clock, app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import NOW, PASSWORD, House, house  # noqa: F401 (fixture)
from triage import accounts, desk_log, events, heads, holders, invitations, retention, rotation
from triage.key_tables import key_wrap
from triage.tables import responder
from triage.values import NotAllowed

CODE = re.compile(r"Or the code alone: <code>([a-z0-9-]+)</code>")
OWN = "lantern otter tuesday gravel"
LEAD = "lead@demo.invalid"


@pytest.fixture
def lead(house: House, app: Flask) -> Iterator[FlaskClient]:  # noqa: F811
    """A supervisor of the Cambodian desk who can open its cases, signed in."""
    with house.database.writing() as tx:
        accounts.add(tx, LEAD, "Lead", "supervisor", "kh", PASSWORD, NOW, house.keys.opening())
    yield sign_in(app, LEAD)


def send(client: FlaskClient, path: str, **fields: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={"csrf": csrf(client, "/account"), **fields})


def invited(lead: FlaskClient, email: str = "new@demo.invalid", role: str = "responder") -> str:
    answer = send(lead, "/colleagues/invite", email=email, role=role, password=PASSWORD)
    found = CODE.search(answer.text)
    assert answer.status_code == 200 and found is not None, answer.text
    return found[1]


def join(app: Flask, code: str, clock: Clock, password: str = OWN, name: str = "Newcomer", six: str | None = None) -> tuple[int, str]:  # noqa: F811
    client = app.test_client()
    text = client.post("/join", data={"csrf": csrf(client, "/join"), "code": code}).text
    offered = re.search(r'name="nonce" value="(\w+)"', text), re.search(r"type this key: <code>(\w+)<", text)
    if offered[0] is None or offered[1] is None:
        return 0, text
    digits = six or pyotp.TOTP(offered[1][1]).at(clock.now // 1000)
    answer = client.post("/join", data={"csrf": csrf(client, "/join"), "code": code, "nonce": offered[0][1], "six": digits, "name": name, "password": password})
    return answer.status_code, offered[1][1]


def enter(app: Flask, email: str, secret: str, clock: Clock) -> FlaskClient:  # noqa: F811
    clock.now += 60_000
    client = sign_in(app, email, OWN)
    assert client.post("/second", data={"csrf": csrf(client, "/second"), "code": pyotp.TOTP(secret).at(clock.now // 1000)}).status_code == 303
    return client


def number(house: House, email: str) -> int:  # noqa: F811
    with house.database.reading() as tx:
        found = accounts.by_email(tx, email)
    assert found is not None
    return found.id


def verbs(house: House, queue: str = "kh") -> list[str]:  # noqa: F811
    with house.database.reading() as tx:
        assert events.broken_at(tx, desk_log.number(queue)) is None
        return [line.verb for line in reversed(desk_log.latest(tx, queue))]


def test_a_colleague_is_invited_joins_is_let_in_and_withdrawn(app: Flask, house: House, lead: FlaskClient, clock: Clock) -> None:  # noqa: F811
    made = house.report(text="words of this desk")
    code = invited(lead)
    page = lead.get("/colleagues").text
    assert code not in page and "new@demo.invalid" in page
    status, secret = join(app, code, clock)
    assert status == 303
    fresh = enter(app, "new@demo.invalid", secret, clock)
    # Their account is good, and opens nothing before they were let in.
    assert "You were not let in" in fresh.get("/queue").text and "words of this desk" not in fresh.get(f"/cases/{made.ref}").text
    who = number(house, "new@demo.invalid")
    assert "waits to be let in" in lead.get("/colleagues").text
    assert send(lead, f"/colleagues/{who}/let-in").headers["Location"] == "/colleagues?done=let_in"
    assert "words of this desk" in fresh.get(f"/cases/{made.ref}").text and "You were not let in" not in fresh.get("/queue").text
    with house.database.reading() as tx:
        before = {row.key_id for row in holders.published(tx) if row.holder == "kh"}
    assert send(lead, f"/colleagues/{who}/withdraw").headers["Location"] == "/colleagues?done=key_renewed"
    assert fresh.get("/queue").headers["Location"] == "/login" and sign_in(app, "new@demo.invalid", OWN).get("/queue").status_code == 302
    with house.database.reading() as tx:
        after = {row.key_id for row in holders.published(tx) if row.holder == "kh"}
        left = tx.execute(select(key_wrap).where(key_wrap.c.holder == str(who))).all()
    assert len(after) == 1 and not before & after and left == [] and not rotation.begun(house.database, "kh")
    # Those who stay go on reading, the old cases under the new key.
    later = house.report(text="words after that", sender="+85500000002")
    for client in (lead, sign_in(app)):
        assert "words of this desk" in client.get(f"/cases/{made.ref}").text and "words after that" in client.get(f"/cases/{later.ref}").text
    assert verbs(house) == ["invited", "joined", "let_in", "withdrawn", "key_renewed"]


def test_a_code_works_once_within_a_day_and_never_after_it_was_taken_back(app: Flask, house: House, lead: FlaskClient, clock: Clock) -> None:  # noqa: F811
    used = invited(lead, "one@demo.invalid")
    assert join(app, used.upper().replace("-", " "), clock)[0] == 303 and join(app, used, clock)[0] == 0
    old = invited(lead, "two@demo.invalid")
    newer = invited(lead, "two@demo.invalid")
    assert join(app, old, clock)[0] == 0, "a second invitation for the same address ends the first"
    taken = re.search(r"/colleagues/invitations/(\d+)/take-back", lead.get("/colleagues").text)
    assert taken is not None and send(lead, taken[0]).status_code == 303 and join(app, newer, clock)[0] == 0
    late = invited(lead, "three@demo.invalid")
    clock.now += 24 * 3_600_000 + 1
    assert join(app, late, clock)[0] == 0


def test_guesses_at_codes_are_slowed_and_a_wrong_form_uses_nothing_up(app: Flask, house: House, lead: FlaskClient, clock: Clock) -> None:  # noqa: F811
    code = invited(lead)
    for password, name, six in (("password1234", "New", None), ("short", "New", None), ("newcomer demo", "New", None), (OWN, " ", None), (OWN, "New", "000000")):
        assert join(app, code, clock, password, name, six)[0] == 400, (password, name, six)
    assert join(app, code, clock)[0] == 303
    client = app.test_client()
    statuses = [client.post("/join", data={"csrf": csrf(client, "/join"), "code": f"guess{n}"}).status_code for n in range(12)]
    assert statuses[0] == 404 and statuses[-1] == 429


def test_a_lead_sees_and_changes_nothing_of_another_desk_or_above_their_rank(app: Flask, house: House, lead: FlaskClient) -> None:  # noqa: F811
    with house.database.writing() as tx:
        boss = accounts.add(tx, "boss@demo.invalid", "Boss", "operator", "kh", PASSWORD, NOW, house.keys.opening())
    foreign, mine = house.th.responder_id, number(house, LEAD)
    assert "c@demo.invalid" not in lead.get("/colleagues").text
    answers = {send(lead, f"/colleagues/{who}/{verb}").text for who in (foreign, 999_999) for verb in ("withdraw", "let-in")}
    assert len(answers) == 1 and send(lead, f"/colleagues/{foreign}/withdraw").status_code == 404
    for who in (mine, boss):
        assert send(lead, f"/colleagues/{who}/withdraw").status_code == 409
    assert send(lead, "/colleagues/invite", email="x@demo.invalid", role="operator", password=PASSWORD).status_code == 400
    assert send(lead, "/colleagues/invite", email="x@demo.invalid", role="responder", password="a wrong one").status_code == 400
    assert send(lead, "/colleagues/invite", email="c@demo.invalid", role="responder", password=PASSWORD).status_code == 400
    # To a responder there is no such page.
    plain = sign_in(app)
    assert plain.get("/colleagues").status_code == 404 and send(plain, f"/colleagues/{mine}/withdraw").status_code == 404
    assert verbs(house) == []


def test_who_cannot_open_the_cases_cannot_let_anybody_in_and_withdraws_all_the_same(app: Flask, house: House, clock: Clock) -> None:  # noqa: F811
    with house.database.writing() as tx:
        accounts.add(tx, LEAD, "Lead", "supervisor", "kh", PASSWORD, NOW)
    lead = sign_in(app, LEAD)
    status, _ = join(app, invited(lead), clock)
    assert status == 303 and send(lead, f"/colleagues/{number(house, 'new@demo.invalid')}/let-in").status_code == 409
    assert send(lead, f"/colleagues/{house.kh2.responder_id}/withdraw").headers["Location"] == "/colleagues?done=withdrawn"
    with house.database.reading() as tx:
        assert house.kh2.responder_id not in holders.members(tx, "kh")
        current = [row for row in holders.published(tx) if row.holder == "kh" and row.retired_at is None]
    # a@ and b@: only the first of a desk has its key here, so b's leaving needs no new one.
    assert len(current) == 1
    assert send(lead, f"/colleagues/{house.kh.responder_id}/withdraw").headers["Location"] == "/colleagues?done=key_kept"
    assert "hotline keys rotate" in lead.get("/colleagues?done=key_kept").text and verbs(house)[-1] == "key_kept"


def test_a_desks_history_is_anchored_and_outlives_retention(house: House, lead: FlaskClient) -> None:  # noqa: F811
    invited(lead)
    with house.database.writing() as tx:
        heads.note(tx, b"k" * 32, NOW, 1)
    retention.run(house.database, NOW + 4_000 * retention.DAY_MS)
    with house.database.reading() as tx:
        assert list(heads.faults(tx, b"k" * 32)) == []
    with house.database.writing() as tx:
        tx.exec_driver_sql(f"DELETE FROM event WHERE case_id = {desk_log.number('kh')}")
    with house.database.reading() as tx:
        assert any("whole history is gone" in fault for fault in heads.faults(tx, b"k" * 32))


def test_two_who_use_one_code_at_once_are_one(app: Flask, house: House, lead: FlaskClient, clock: Clock) -> None:  # noqa: F811
    code = invited(lead)
    with house.database.reading() as tx:
        found = invitations.find(tx, code, clock.now)
    assert found is not None
    with house.database.writing() as tx:
        invitations.accept(tx, found, "One", OWN, (pyotp.random_base32(), 0), clock.now)
    with pytest.raises(NotAllowed, match="used before"), house.database.writing() as tx:
        invitations.accept(tx, found, "Two", OWN, (pyotp.random_base32(), 0), clock.now)
    with house.database.reading() as tx:
        assert len(tx.execute(select(responder).where(responder.c.email == "new@demo.invalid")).all()) == 1


def test_the_link_is_made_of_the_configured_address_and_its_code_is_in_no_request(app: Flask, lead: FlaskClient) -> None:  # noqa: F811
    answer = lead.post(
        "/colleagues/invite",
        data={"csrf": csrf(lead, "/account"), "email": "l@demo.invalid", "role": "responder", "password": PASSWORD},
        headers={"X-Forwarded-Host": "evil.example", "Host": "localhost:9"},
    )
    link = re.search(r'id="link" readonly value="([^"]+)"', answer.text)
    assert link is not None and link[1].startswith("http://127.0.0.1:8001/join#") and "evil" not in answer.text
