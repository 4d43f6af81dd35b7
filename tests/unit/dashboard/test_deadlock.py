"""A responder whose transaction the server chose as the victim of a deadlock notices nothing."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import text

from tests.fixtures.hotline import wait_for
from tests.unit.dashboard.test_desk import Clock, act, app, clock, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)
from triage.tables import cases

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_note_is_written_though_the_first_try_was_the_victim(app: Flask, house: House) -> None:  # noqa: F811
    ref, client = house.report().ref, sign_in(app)
    answers: list[int] = []
    desk = threading.Thread(target=lambda: answers.append(act(client, ref, "note", text="seen by a sample").status_code))
    with house.database.writing() as rival:
        # The desk's mark first, then the case: the other way round than a view, which so waits first and is chosen.
        rival.execute(text("UPDATE desk_mark SET mark = mark WHERE queue = 'kh'"))
        desk.start()
        wait_for(lambda: _count(house, WAITING) == 1)
        rival.execute(cases.update().where(cases.c.ref == ref).values(version=cases.c.version))
    desk.join(10)
    assert answers == [303] and "seen by a sample" in client.get(f"/cases/{ref}").text
    wait_for(lambda: _count(house, DEADLOCKS) == 1, 15)  # counted some time later


def _count(house: House, query: object) -> int:  # noqa: F811
    with house.database.reading() as tx:
        return int(tx.execute(query).scalar_one())  # type: ignore[call-overload]
