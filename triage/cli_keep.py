"""Keeping and ending: backup, restore, purge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from config import settings as settings_module
from config.clock import now_ms
from config.retention import read_retention
from config.settings import Settings, SettingsError
from triage import backup, erasures, keys, retention
from triage.db import Database, open_database
from triage.vault import CannotOpen, Opener, Sealer


@contextmanager
def hotline() -> Iterator[tuple[Settings, Database]]:
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


def recovery(settings: Settings) -> Opener:
    """Opens what the recovery key opens. Raises KeysMissing."""
    return Opener(*keys.recovery_keys(settings))


@click.command("backup", help="Writes the whole state into FILE, sealed to the recovery key, while everything runs.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Needs no private key."""
    with hotline() as (settings, database):
        count = backup.write(database, settings.home, file, Sealer(keys.public_halves(settings).recovery), now_ms())
    click.echo(f"{count} rows in {file}")


@click.command("restore", help="Puts a backup back on an empty machine; needs the recovery key (HOTLINE_OPENING_KEY_FILE).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--erased", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What was erased since (erased.list).")
def restore_command(file: Path, erased: Path | None) -> None:
    """Refuses where a hotline is already. What was erased since is erased again, as far as a list is at hand."""
    with hotline() as (settings, database):
        lists = [path for path in (settings.home / erasures.FILE, erased) if path is not None and path.exists()]
        count = backup.restore(database, settings.home, file, recovery(settings))
        ended = sum(erasures.apply(database, erasures.read(path), now_ms()) for path in lists)
        retention.wipe(database)
    click.echo(f"{count} rows restored; {ended} erasures and STOPs since then done again")
    if not lists:
        click.echo(f"No {erasures.FILE} was given: what people erased since that backup is back", err=True)


@click.command("erased", help="Prints what was erased, for `restore --erased`: no words, no numbers. The clock keeps it in HOTLINE_HOME.")
def erased_command() -> None:
    """One line each."""
    with hotline() as (settings, database):
        click.echo("".join(f"{line}\n" for line in erasures.merged(database, settings.home)), nl=False)


@click.command("purge", help="Ends what is kept for a time only; the clock does so daily.")
def purge_command() -> None:
    """Says how many cases ended."""
    with hotline() as (settings, database):
        click.echo(f"{retention.run(database, now_ms(), read_retention(settings.config))} cases ended")
        erasures.write(database, settings.home)
