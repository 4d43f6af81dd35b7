"""Keeping and ending: backup, restore, purge, keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from config import settings as settings_module
from config.clock import now_ms
from config.desks import read_routing
from config.settings import Settings, SettingsError
from triage import accounts, backup, case_keys, holders, keys, retention, rotation
from triage.db import Database, open_database
from triage.vault import CannotOpen, Opener, Sealer


@contextmanager
def _hotline() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database; whatever goes wrong is one line and exit 1."""
    try:
        settings = settings_module.read()
        database = open_database(settings)
        yield settings, database
        database.engine.dispose()
    except (SettingsError, keys.KeysMissing, keys.DemoKeys, CannotOpen, backup.NotEmpty, backup.WrongSchema) as error:
        raise click.ClickException(str(error)) from error
    except (OSError, SQLAlchemyError) as error:
        raise click.ClickException(f"{type(error).__name__}: {getattr(error, 'strerror', None) or 'the database did not do it'}") from error


def _recovery(settings: Settings) -> Opener:
    return Opener(keys.recovery_key(settings))


@click.command("backup", help="Writes the whole state into FILE, sealed to the recovery key, while everything runs.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Needs no private key."""
    with _hotline() as (settings, database):
        count = backup.write(database, settings.home, file, Sealer(keys.public_halves(settings).recovery), now_ms())
    click.echo(f"{count} rows in {file}")


@click.command("restore", help="Puts a backup back on an empty machine; needs the recovery key (HOTLINE_OPENING_KEY_FILE).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Refuses where a hotline is already."""
    with _hotline() as (settings, database):
        count = backup.restore(database, settings.home, file, _recovery(settings))
    click.echo(f"{count} rows restored")


@click.command("purge", help="Ends what is kept for a time only; the clock does so daily.")
def purge_command() -> None:
    """Says how many cases ended."""
    with _hotline() as (_, database):
        click.echo(f"{retention.run(database, now_ms())} cases ended")


@click.group("keys", help="Keys: who may open what, and new ones in place of old.")
def keys_group() -> None:
    """The group."""


@keys_group.command("rotate", help="A fresh key for each desk (or those named), while everything runs; needs the recovery key.")
@click.argument("desks", nargs=-1)
def rotate(desks: tuple[str, ...]) -> None:
    """Everybody who could open the old key is given the new one."""
    with _hotline() as (settings, database):
        opener = _recovery(settings)
        for desk in desks or rotation.desks(database):
            click.echo(f"{desk}: {rotation.rotate_desk(database, desk, opener, now_ms())} case keys sealed anew")


@keys_group.command("admit", help="Gives a responder their desk's key; needs the recovery key.")
@click.argument("email")
def admit(email: str) -> None:
    """For who was added where the recovery key was not."""
    with _hotline() as (settings, database), database.writing() as tx:
        who = accounts.by_email(tx, email)
        if who is None or who.disabled:
            raise click.ClickException(f"no responder {email}")
        if not holders.admit(tx, who.queue, who.id, now_ms(), _recovery(settings)):
            raise click.ClickException(f"{email} has no key of their own yet: they get one when they next sign in")
    click.echo(f"{email} can open the cases of {who.queue}")


@keys_group.command("settle", help="Gives every desk what it is owed of its cases; needs the recovery key.")
def settle() -> None:
    """For cases that the machine moved and no responder has handed over yet."""
    with _hotline() as (settings, database):
        opener, routing, total = _recovery(settings), read_routing(settings.config), 0
        for desk in routing.desks:
            with database.writing() as tx:
                total += case_keys.settle(tx, routing, desk, holders.desk_keys(tx, opener, routing.desks), 10_000)
    click.echo(f"{total} cases handed over")


