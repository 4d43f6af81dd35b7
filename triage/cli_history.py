"""`hotline history`: the anchor over all histories, to be kept elsewhere and compared later."""

from __future__ import annotations

import click
from sqlalchemy.exc import SQLAlchemyError

from config import settings as settings_module
from config.settings import SettingsError
from triage import heads
from triage.db import Database, open_database
from triage.key_files import KeyFiles, KeysMissing


@click.group(help="Where the histories of all cases end: to be noted elsewhere, and compared.")
def history() -> None:
    """The group."""


@history.command("head", help="Prints the last anchor (when, histories, lines, mark). Keep it on paper or on another machine.")
def head() -> None:
    """One line."""
    with _database().reading() as tx:
        found = heads.newest(tx)
    if found is None:
        raise click.ClickException("no anchor yet: the clock makes one each minute")
    click.echo(str(found))


@history.command("check", help="Looks for what was cut off or removed, also since an ANCHOR that `history head` printed.")
@click.argument("anchor", nargs=-1)
def check(anchor: tuple[str, ...]) -> None:
    """Exit 1 where something is missing."""
    database = _database()
    try:
        key = KeyFiles(settings_module.read().home).read("history.key")[0]
        mark = bytes.fromhex(anchor[-1]) if anchor else None
    except (KeysMissing, ValueError) as error:
        raise click.ClickException(str(error) if isinstance(error, KeysMissing) else "that is no line of `hotline history head`") from error
    with database.reading() as tx:
        found = list(heads.faults(tx, key))
        if mark is not None and not heads.knows(tx, mark):
            found.append("this anchor is not in the database: it was put back to an older state, or changed")
    if found:
        raise click.ClickException("\n".join(found))
    click.echo("whole")


def _database() -> Database:
    try:
        return open_database(settings_module.read())
    except (SettingsError, SQLAlchemyError) as error:
        raise click.ClickException(str(error) if isinstance(error, SettingsError) else type(error).__name__) from error
