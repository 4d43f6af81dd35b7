"""`hotline classify`: the triage of real messages, on lines from stdin. Needs no server."""

from __future__ import annotations

import json
import sys

import click

from config import settings as settings_module
from config.gazetteer import read_places, read_roles
from config.settings import SettingsError
from config.terminal import harmless
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.places import Gazetteer


@click.command(help='JSON Lines {"id","text"} on stdin → {"id","lang","country","subdivision","urgency","kind","why"} on stdout.')
def classify() -> None:
    """A line that cannot be read is named on stderr, and the rest goes on; exit 1 then."""
    try:
        folder = settings_module.read().config
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    triage = Triage(read_triage_rules(folder), Gazetteer(read_places(folder / "places"), read_roles(folder / "places")))
    broken = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row["text"]
            if not isinstance(text, str):
                raise TypeError("text")
        except (ValueError, KeyError, TypeError) as error:
            broken += 1
            click.echo(f'line {number}: not {{"id","text"}} ({type(error).__name__})', err=True)
            continue
        seen = triage.assess(text)
        out = {"id": row.get("id"), "lang": seen.lang, "country": seen.country, "subdivision": seen.subdivision}
        out |= {"urgency": seen.urgency, "kind": seen.kind, "why": seen.why}
        click.echo(harmless(json.dumps(out, ensure_ascii=False)))
    if broken:
        sys.exit(1)
