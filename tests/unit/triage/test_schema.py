"""Migrations: killed at any statement they are as if they had not begun, and code of the first schema runs on the newest."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from config import settings as settings_module
from config.settings import Settings
from triage import schema
from triage.db import Database, open_database

FIRST = "0001"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_module.read({"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config", "HOTLINE_DATABASE_URL": database_url})


def _to_first(settings: Settings) -> Database:
    database = open_database(settings)
    with database.writing() as tx:
        config = schema._config()
        config.attributes["connection"] = tx
        command.upgrade(config, FIRST)
    return database


def _killed_at(settings: Settings, statement: int) -> bool:
    """Migrates in a process that dies before its n-th statement; False where it came to its end."""
    pid = os.fork()
    if pid == 0:
        database, seen = open_database(settings), [0]

        @sa.event.listens_for(database.engine, "before_cursor_execute")
        def count(*_: object) -> None:
            seen[0] += 1
            if seen[0] == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        schema.migrate(database)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def test_a_migration_killed_at_any_statement_is_completed_by_the_next_run(settings: Settings) -> None:
    database = _to_first(settings)
    _fill(database, _tables(database))
    database.engine.dispose()
    # Each statement one after another would take long: ever larger steps, and the last one.
    statement, kills = 1, 0
    while _killed_at(settings, statement):
        assert schema.current(database) == FIRST
        database.engine.dispose()
        statement, kills = statement + 1 + statement // 6, kills + 1
    assert kills >= 15 and schema.current(database) == schema.newest()
    with database.reading() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM cases")).scalar_one() == 1
        if database.is_sqlite:
            assert tx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    database.engine.dispose()


def test_no_migration_loses_a_row(settings: Settings) -> None:
    database = _to_first(settings)
    old = _tables(database)
    _fill(database, old)
    schema.migrate(database)
    with database.reading() as tx:
        kept = {table.name: tx.execute(sa.select(sa.func.count()).select_from(sa.text(table.name))).scalar_one() for table in old}
    assert kept == {table.name: 1 for table in old}
    database.engine.dispose()


def test_code_of_the_first_schema_writes_and_reads_on_the_newest(settings: Settings) -> None:
    database = _to_first(settings)
    old = _tables(database)
    schema.migrate(database)
    _fill(database, old)
    with database.reading() as tx:
        for table in old:
            assert len(tx.execute(sa.select(table)).all()) == 1, table.name
    database.engine.dispose()


def _tables(database: Database) -> list[sa.Table]:
    found = sa.MetaData()
    with database.reading() as tx:
        found.reflect(tx)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(database: Database, tables: list[sa.Table]) -> None:
    """One row in each table, by the columns that were known then."""
    with database.writing() as tx:
        for table in tables:
            tx.execute(table.insert().values({column.name: _value(column) for column in table.columns if _wanted(column)}))


def _wanted(column: sa.Column[Any]) -> bool:
    return not column.nullable and column.server_default is None


def _value(column: sa.Column[Any]) -> object:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer | sa.BigInteger | sa.SmallInteger):
        return 1
    return b"x" if isinstance(kind, sa.LargeBinary) else "x"


def test_what_is_read_of_the_migrations_is_what_alembic_reads() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(schema._config())
    assert schema.newest() == scripts.get_current_head()
    assert schema.known() == {script.revision for script in scripts.walk_revisions()}
