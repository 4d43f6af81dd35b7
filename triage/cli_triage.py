"""`hotline triage`: what responders corrected, as labelled data, and the small model trained again from it."""

from __future__ import annotations

import importlib
import json

import click

from config import settings as settings_module
from config.settings import SettingsError
from config.terminal import harmless
from triage import labels
from triage.db import open_database
from triage.keys import DemoKeys, KeysMissing, opening_keys

LEARN = "benchmarks.learn_cli:learn"


class _WithLearning(click.Group):
    """The training stands with the measures; it is loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "learn"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "learn":
            return super().get_command(ctx, cmd_name)
        module, name = LEARN.split(":")
        found = getattr(importlib.import_module(module), name)
        assert isinstance(found, click.Command)
        return found


@click.group("triage", cls=_WithLearning, help="Corrections of responders, and training from them.")
def triage_group() -> None:
    """corrections, learn."""


@triage_group.command("corrections", help="Cases that responders corrected, as JSON Lines without identity; opened with the recovery key.")
@click.option("--texts", is_flag=True, help="Also the words, numbers and accounts blanked; never of who said never police or government.")
def corrections_command(texts: bool) -> None:
    """One line a case: labels, what stood before, and the concepts that the rules read."""
    try:
        settings = settings_module.read()
        keys = opening_keys(settings)
    except (SettingsError, KeysMissing, DemoKeys) as error:
        raise click.ClickException(str(error)) from error
    with open_database(settings).reading() as tx:
        for row in labels.rows(tx, keys.index, keys.opening(), texts):
            click.echo(harmless(json.dumps(row, ensure_ascii=False)))
