"""Brings a database to the schema of this code, one migration a transaction."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from config.files import read_text
from triage.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
# What each migration says of itself; read so that no process that only looks must load Alembic (12 MiB).
NAMED = re.compile(r"""^(down_)?revision\s*=\s*(?:["'](\w+)["']|None)""", re.M)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


@cache
def _before() -> dict[str, str]:
    """Every revision, and the one before it (empty for the first)."""
    found = {}
    for path in (FOLDER / "versions").glob("[0-9]*.py"):
        own = {bool(down): name for down, name in NAMED.findall(read_text(path))}
        found[own[False]] = own[True]
    return found


def newest() -> str | None:
    """The revision that this code expects."""
    (last,) = set(_before()) - set(_before().values())
    return last


def known() -> frozenset[str]:
    """Every revision that this code knows."""
    return frozenset(_before())


def current(database: Database) -> str | None:
    """The revision that the database has; None where it is empty."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def migrate(database: Database) -> None:
    """Upgrades to the newest revision; does nothing where it is there. Several processes may call it at once."""
    if current(database) == newest():
        return
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7208013)")
        from alembic import command

        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
