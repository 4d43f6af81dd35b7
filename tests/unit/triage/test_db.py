"""How each connection of the database keeps what it commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.unit.triage.conftest import House
from triage import db


def _pragmas(house: House, writes: bool) -> tuple[object, ...]:
    with (house.database.writing if writes else house.database.reading)() as tx:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return tuple(tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names)


def _settings(house: House, writes: bool) -> tuple[object, ...]:
    with (house.database.writing if writes else house.database.reading)() as tx:
        return tuple(tx.execute(text(f"SHOW {name}")).scalar_one() for name in ("synchronous_commit", "full_page_writes"))


def test_every_connection_keeps_what_it_commits_through_a_power_cut(house: House) -> None:
    asked, kept = (_pragmas, ("wal", 2, 1, 1)) if house.database.is_sqlite else (_settings, ("on", "on"))
    with ThreadPoolExecutor(8) as many:
        assert set(many.map(lambda at: asked(house, at % 2 == 0), range(24))) == {kept}


def test_a_server_that_acknowledges_before_it_has_stored_is_told_to_wait(house: House) -> None:
    if house.database.is_sqlite:
        assert _pragmas(house, True)[1] == 2
        return
    with house.database.writing() as tx:
        name = tx.execute(text("SELECT current_database()")).scalar_one()
        tx.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    house.database.engine.dispose()
    assert _settings(house, True)[0] == "on"


def test_a_library_that_can_lose_what_it_committed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(db.UnsafeSQLite, match="older than"):
        db.sqlite_module()
