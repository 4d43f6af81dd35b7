"""What somebody erased is nowhere in the database's own files: not its key, and no word was ever there. On a running hotline, both databases."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from tests.fixtures.hotline import Hotline
from tests.torture.checker import opened
from triage.db import Database
from triage.key_tables import case_key
from triage.messages import message
from triage.tables import cases

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
TEXT = "they keep my passport in Phnom Penh, canary-erased {}"


def _files(hotline: Hotline, database: Database) -> dict[str, bytes]:
    """Every file of the database: SQLite's with all else in the home, or a whole cluster of PostgreSQL."""
    folder = hotline.home
    if not database.is_sqlite:
        with database.reading() as tx:
            folder = Path(str(tx.exec_driver_sql("SHOW data_directory").scalar_one()))
    found = {}
    for path in folder.rglob("*"):
        try:
            found[str(path.relative_to(folder))] = path.read_bytes() if path.is_file() else b""
        except OSError:  # gone meanwhile, or a socket
            continue
    return found


def _hits(hotline: Hotline, database: Database, pieces: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """Which pieces lie in the database's log, and which in any other file of it."""
    found = set()
    for name, blob in _files(hotline, database).items():
        found |= {(what, "log" if name.startswith("pg_wal") else "files") for what, piece in pieces.items() if piece in blob}
    return found


def _keys(database: Database, ref: str) -> dict[str, bytes]:
    """The ends of a case's sealed keys, as they lie in the database."""
    with database.reading() as tx:
        at = tx.execute(select(cases.c.id).where(cases.c.ref == ref)).scalar_one()
        sealed = [bytes(blob) for blob in tx.execute(select(case_key.c.sealed).where(case_key.c.case_id == at)).scalars()]
        assert tx.execute(select(message.c.id).where(message.c.case_id == at)).first() is not None
    return {f"key {number}": blob[-40:] for number, blob in enumerate(sealed)}


def _server_does(database: Database, *commands: str) -> None:
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for command in commands:
                connection.exec_driver_sql(command)


def test_keys_of_what_was_erased_are_in_no_file_after_the_daily_purge(shared_hotline: Hotline) -> None:
    hotline, database = shared_hotline, opened(shared_hotline)
    for number in range(3):
        hotline.web_report(TEXT.format(number))
    # The newest row of a page: a vacuum alone lets its bytes lie.
    code, _ = hotline.web_report(TEXT.format("last"))
    keys = _keys(database, str(hotline.case_with(TEXT.format("last"))["ref"]))
    # What is written from here on goes into another file of PostgreSQL's log, and no file of it is kept for later.
    _server_does(database, "ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()", "CHECKPOINT")
    try:
        assert len(keys) >= 2 and {what for what, _ in _hits(hotline, database, keys)} == set(keys)
        said = {"words": b"canary-erased", "code": code.encode(), "plain code": code.replace(" ", "").replace("-", "").encode()}
        assert _hits(hotline, database, said) == set()
        assert requests.post(f"{hotline.web}/return", data={"code": code, "do": "delete"}, timeout=20).ok
        assert hotline.run("purge").returncode == 0
        assert {where for _, where in _hits(hotline, database, keys)} <= {"log"}
        for _ in range(3):
            _server_does(database, "CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT")
            time.sleep(0.2)
        assert _hits(hotline, database, keys | said) == set()
    finally:
        _server_does(database, "ALTER SYSTEM RESET wal_recycle", "SELECT pg_reload_conf()")
        database.engine.dispose()
