"""Ready means that a message would be stored: not only that the database answers."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.fixtures.hotline import wait_for
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from triage import heartbeats, ready
from triage.db import open_database
from triage.ready import Readiness


def look(house: House, home: Path) -> tuple[bool, dict[str, bool]]:  # noqa: F811
    """A first look by a process that holds no connection yet."""
    database = open_database(house.settings)
    readiness = Readiness(database, home, "web")
    found = readiness.ready(NOW), dict(readiness.look(NOW))
    database.engine.dispose()
    return found


def test_a_sound_database_is_ready(house: House, tmp_path: Path) -> None:  # noqa: F811
    assert look(house, tmp_path) == (True, {"database": True, "disk": True})


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_server_that_only_reads_is_not_ready(house: House, tmp_path: Path) -> None:  # noqa: F811
    url = make_url(house.settings.database_url)
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on')  # type: ignore[call-overload]
    assert look(house, tmp_path) == (False, {"database": False, "disk": True})


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_trial_write_names_who_looked(house: House, tmp_path: Path) -> None:  # noqa: F811
    assert look(house, tmp_path)[0]
    with house.database.reading() as tx:
        assert heartbeats.read(tx) == {("web", socket.gethostname()): NOW}


def test_without_room_only_a_database_on_that_disk_is_not_ready(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(ready, "MIN_FREE_BYTES", 1 << 60)
    assert look(house, tmp_path) == (not house.database.is_sqlite, {"database": True, "disk": False})


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_many_who_ask_cost_one_look_a_second(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    readiness = Readiness(house.database, tmp_path, "web")
    assert readiness.ready(NOW)
    monkeypatch.setattr(ready, "MIN_FREE_BYTES", 1 << 60)
    assert readiness.ready(NOW)
    wait_for(lambda: not readiness.ready(NOW), 3)
