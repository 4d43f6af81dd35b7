"""What the desk refuses leaves a line that names route, reason and responder, and nothing of what was asked for."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from config.logs import ClassOnly
from tests.unit.dashboard.test_desk import app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)
from triage import desk

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [ClassOnly("%(message)s").format(record) for record in caplog.records if record.name == "hotline.dashboard"]


def test_a_foreign_case_and_a_page_for_leads_are_refused_and_noted(app: Flask, house: House, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    made, client = house.report(), sign_in(app, "c@demo.invalid")
    with caplog.at_level(logging.WARNING):
        assert [client.get(path).status_code for path in (f"/cases/{made.ref}", f"/queue?ref={made.ref}", "/colleagues")] == [404] * 3
    said = lines(caplog)
    assert len(said) == 3 and [line.split(",")[0] for line in said] == ["refused: case.show", "refused: queue.show", "refused: colleagues.show"]
    assert "not for this role" in said[2] and all(line[-1].isdigit() and not line.endswith("responder 0") for line in said)
    assert made.ref not in caplog.text


def test_wrong_sign_ins_and_forged_forms_are_noted_without_name_or_address(app: Flask, house: House, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    client = sign_in(app)
    form = {"csrf": csrf(client, "/account")}
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            sign_in(app, "nobody@demo.invalid", "a wrong sample password")
        client.post("/logout", data={"csrf": "wrong"})
        client.post("/logout", data=form, headers={"Origin": "https://evil.example"})
    said = lines(caplog)
    for why in ("wrong name or password, or an ended one", "too many tries", "a form without its token", "a form from elsewhere"):
        assert any(why in line for line in said), why
    assert not [word for word in ("nobody", "demo.invalid", "sample", "127.0.0.1", "evil") if word in "\n".join(said)]


def test_a_failure_is_a_class_in_the_log_and_a_plain_page(
    app: Flask,  # noqa: F811
    house: House,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = sign_in(app)

    def fails(*_: object) -> None:
        raise ValueError("a sample secret")

    monkeypatch.setattr(desk, "beside", fails)
    with caplog.at_level(logging.WARNING):
        answer = client.get("/queue")
    assert answer.status_code == 503 and "Nothing was changed" in answer.text and not any(word in answer.text for word in ("Traceback", "ValueError", "sample secret"))
    assert lines(caplog) == ["queue.show: ValueError"]
