"""Cases on the command line: list them, answer one. The same verbs as the desk's."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click

from config import settings as settings_module
from config.clock import now_ms
from config.settings import SettingsError
from config.terminal import harmless
from triage import cases as verbs
from triage import desk, messages
from triage.db import open_database
from triage.keys import DemoKeys, KeysMissing, opening_keys, sealing_keys
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.scope import COMMAND_LINE
from triage.values import Conflict, NotAllowed, NotYours


@click.command(help="The cases, oldest first. With --texts also what was said, opened with the escrow key.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.option("--texts", is_flag=True, help="Open the reporters' words.")
def cases(as_json: bool, texts: bool) -> None:
    """Prints one line a case."""
    try:
        settings = settings_module.read()
        opener = opening_keys(settings).opening() if texts else None
    except (SettingsError, KeysMissing, DemoKeys) as error:
        raise click.ClickException(str(error)) from error
    database = open_database(settings)
    with database.reading() as tx:
        for row in desk.all_cases(tx, COMMAND_LINE):
            line = _line(row)
            if opener is not None:
                line["texts"] = _texts(messages.read_all(tx, row.id, opener))
            click.echo(harmless(json.dumps(line, ensure_ascii=False)) if as_json or texts else _plain(line))


def _line(row: desk.CaseRow) -> dict[str, object]:
    return {
        "ref": row.ref,
        "queue": row.queue,
        "urgency": row.level,
        "state": row.state,
        "kind": row.kind,
        "lang": row.lang,
        "country": row.country,
        "subdivision": row.subdivision,
        "channel": row.channel,
        "received_at": _iso(row.received_at),
        "routed_at": _iso(row.routed_at),
        "messages": row.messages,
    }


def _texts(said: tuple[messages.Message, ...]) -> list[str]:
    return [message.text for message in said if message.direction == "in"]


def _iso(at: int | None) -> str | None:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at is not None else None


def _plain(line: dict[str, object]) -> str:
    place = line["subdivision"] or line["country"] or "-"
    head = f"{line['ref']}  {line['queue']:<9} {line['urgency']:<10} {line['state']:<8}"
    return f"{head} {line['kind']:<10} {line['lang']:<3} {place:<6} {line['received_at']}"


@click.command(help="Answers the reporter of a case, as the desk does; the text comes on stdin.")
@click.argument("ref")
@click.option("--text-stdin", is_flag=True, required=True, help="Read the text from stdin.")
def reply(ref: str, text_stdin: bool) -> None:
    """Queues the reply and rings for delivery."""
    try:
        settings = settings_module.read()
        keys = sealing_keys(settings)
    except (SettingsError, KeysMissing) as error:
        raise click.ClickException(str(error)) from error
    text = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    database = open_database(settings)
    try:
        with database.writing() as tx:
            _, parcel = verbs.reply(tx, keys.sealer, COMMAND_LINE, ref.strip().upper(), text, now_ms())
    except (NotYours, NotAllowed, Conflict) as error:
        raise click.ClickException(str(error)) from error
    if parcel is not None:
        Doorbell(connect(redis_url(settings))).ring("deliver", parcel)
    click.echo("queued" if parcel is not None else "waits for the reporter's return")
