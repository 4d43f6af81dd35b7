"""How each connection of the database keeps what it commits."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config import settings as settings_module
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


def test_what_runs_at_the_end_runs_once_in_one_order_and_only_before_a_commit(house: House) -> None:
    ran: list[str] = []
    with pytest.raises(ZeroDivisionError), house.database.writing() as tx:
        db.at_the_end(tx, "lost", lambda _: ran.append("lost"))
        raise ZeroDivisionError
    with house.database.writing() as tx:
        for name in "bab":
            db.at_the_end(tx, name, lambda _, name=name: ran.append(name))
        assert ran == []
    assert ran == ["a", "b"]


def test_the_victim_of_a_deadlock_runs_again_and_others_do_not() -> None:
    for sqlstate, wanted in (("40P01", 2), ("57P01", 1)):
        tried: list[str] = []

        def work(sqlstate: str = sqlstate, tried: list[str] = tried) -> int:
            tried.append(sqlstate)
            if len(tried) == 1:
                error = psycopg.OperationalError()
                error.sqlstate = sqlstate
                raise OperationalError("", {}, error)
            return 7

        with contextlib.suppress(OperationalError):
            assert db.retried(work) == 7
        assert len(tried) == wanted


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_production_opens_no_server_that_a_power_cut_can_damage(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert db.lax_settings({"fsync": "on", "full_page_writes": "on"}) == []
    assert [fault.split()[0] for fault in db.lax_settings({"fsync": "off", "full_page_writes": "off"})] == ["fsync", "full_page_writes"]
    with house.database.reading() as tx:
        real = db.server_settings(tx.connection.cursor())
    assert set(real) == {"fsync", "full_page_writes"}
    strict = db.open_database(dataclasses.replace(house.settings, env="production"))
    monkeypatch.setattr(db, "server_settings", lambda cursor: real | {"fsync": "off"})
    with pytest.raises(db.UnsafePostgres, match="fsync"), strict.reading():
        pass
    # Where lax settings are allowed they are not asked for.
    with db.open_database(house.settings).reading() as tx:
        assert tx.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_of_several_servers_the_primary_is_opened(postgres_url: str, tmp_path: pathlib.Path) -> None:
    there = psycopg.conninfo.conninfo_to_dict(postgres_url)
    base = {"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config"}
    url = f"postgresql://{there['user']}@/{there['dbname']}?host={tmp_path},{there['host']}"
    database = db.open_database(settings_module.read(base | {"HOTLINE_DATABASE_URL": url}))
    with database.writing() as tx:
        assert tx.exec_driver_sql("SELECT current_database()").scalar_one() == there["dbname"]
        assert tx.connection.dbapi_connection.info.get_parameters()["target_session_attrs"] == "read-write"  # type: ignore[union-attr]
    database.engine.dispose()
