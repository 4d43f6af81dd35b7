"""`hotline route`: which desk has a case and how it came there. Opens no word of the person."""

from __future__ import annotations

import click

from config import settings as settings_module
from config.desks import read_routing
from config.settings import SettingsError
from triage import desk, events
from triage.db import open_database
from triage.path import path
from triage.scope import COMMAND_LINE
from triage.values import NotYours


@click.command(help="The desk of a case; with --explain the whole path in one sentence.")
@click.argument("ref")
@click.option("--explain", is_flag=True, help="Why it is there: rules, stops, hours, hand-overs.")
def route(ref: str, explain: bool) -> None:
    """Prints one line; exit 1 where there is no such case."""
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    wanted = ref.strip().upper()
    with open_database(settings).reading() as tx:
        try:
            row = desk.find(tx, COMMAND_LINE, wanted)
        except NotYours as error:
            raise click.ClickException(f"there is no case {wanted}; `hotline cases` lists those that are there") from error
        history = events.history(tx, row.id)
    click.echo(path(read_routing(settings.config), history, row.queue) if explain else row.queue)
