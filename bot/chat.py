"""`hotline chat`: talk with the bot in the terminal. Nothing said here is a case: it lives in a folder that ends with it."""

from __future__ import annotations

import io
import logging
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from bot.channels.base import Inbound
from bot.conversation import Conversation
from bot.params import local_day
from bot.rehearsal import Rehearsal, read_stage
from bot.reply import Reply
from bot.wiring import Front, front, now_ms
from config import settings as settings_module
from config.files import write_text
from config.settings import Settings
from triage import desk, holders, keys, schema
from triage.db import open_database
from triage.scope import COMMAND_LINE


@click.command(help="Talk with the bot in the terminal, as a person on SMS, Telegram or the web. Nothing is kept.")
@click.option("--lang", default="en", show_default=True, help="Language until the first words decide.")
@click.option("--channel", type=click.Choice(["sms", "telegram", "web"]), default="telegram", show_default=True)
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write what was typed as a transcript test (YAML).")
def chat(lang: str, channel: str, save: Path | None) -> None:
    """Reads a line, prints the reply and what the desk would see."""
    # Nobody is there to hear the doorbell, and nobody has to.
    logging.getLogger("hotline.queues").setLevel(logging.ERROR)
    with throwaway() as parts:
        session = Session(parts, channel, lang, save is not None)
        try:
            _talk(session)
        finally:
            if save is not None and session.lines:
                write_text(save, session.transcript(save.stem))
                click.echo(f"saved as {save}; `hotline test-flows {save}` plays it")


def _talk(session: Session) -> None:
    click.echo("Write as a person would; a number or /1 picks an option; Ctrl-D ends.")
    while True:
        try:
            line = click.prompt("", prompt_suffix="> ", default="", show_default=False)
        except click.Abort:
            click.echo()
            return
        if line.strip():
            click.echo(session.say(line))


@contextmanager
def throwaway(settings: Settings | None = None, providers: bool = False) -> Iterator[Front]:
    """A hotline in a temporary folder, without Redis and, unless `providers`, without anybody who could send."""
    found = settings or settings_module.read()
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        own = replace(found, home=Path(folder), database_url="", redis_url="", env="demo", opening_key="")
        if not providers:
            own = replace(own, twilio=None, telegram=None)
        keys.make_keys(own)
        database = open_database(own)
        schema.migrate(database)
        with database.writing() as tx:
            holders.publish(tx, keys.public_halves(own), now_ms())
        parts = front(own)
        yield parts
        parts.database.engine.dispose()
        database.engine.dispose()


class Session:
    """One person in the terminal."""

    def __init__(self, parts: Front, channel: str, lang: str, keep: bool = False) -> None:
        self._parts, self._channel, self._lang = parts, channel, lang
        self._conversation = Conversation(parts.parts)
        self._buttons: tuple[tuple[str, str], ...] = ()
        self._field: str | None = None
        self.lines: list[dict[str, Any]] = []
        self._rehearsal = Rehearsal(read_stage(parts.settings.config), channel, lang, now_ms()) if keep else None
        self._sender = {"sms": "+10000000000", "telegram": "1", "web": secrets.token_urlsafe(24)}[channel]

    def say(self, line: str) -> str:
        """What the person sees, and in brackets what the desk does."""
        inbound = self._inbound(line)
        if self._rehearsal is not None:
            self.lines.append(self._rehearsal.hear(_line(inbound)).as_line())
        reply = self._conversation.receive(inbound, now_ms())
        self._buttons, self._field = reply.buttons, reply.field.data if reply.field else None
        if reply.field:
            self._buttons = tuple((choice, label) for choice, label, _ in reply.field.choices)
        return self._shown(reply) + self._desk()

    def transcript(self, name: str) -> str:
        """What was typed as a test in the format of `hotline test-flows`."""
        out = io.StringIO()
        yaml = YAML()
        yaml.width = 140
        yaml.dump([{"name": name, "lang": self._lang, "channel": self._channel, "today": local_day(now_ms()), "talk": self.lines}], out)
        return out.getvalue()

    def _inbound(self, line: str) -> Inbound:
        base = Inbound(self._channel, self._sender, secrets.token_hex(8), line, lang_hint=self._lang)
        number = line.strip().lstrip("/")
        if not number.isdigit() or not 0 < int(number) <= len(self._buttons):
            return replace(base, extra={"form": self._field}) if self._channel == "web" and self._field else base
        picked = self._buttons[int(number) - 1][0]
        if self._channel == "web":
            return replace(base, text="", values=(picked,), extra={"form": self._field})
        return replace(base, text="", choice=picked)

    def _shown(self, reply: Reply) -> str:
        lines = [*reply.notes, reply.text, reply.field.text if reply.field else ""]
        lines += [f"  [{at}] {label}" for at, (_, label) in enumerate(self._buttons, 1)]
        return "\n".join(line for line in lines if line) or click.style("   (nothing is said on this phone)", dim=True)

    def _desk(self) -> str:
        with self._parts.database.reading() as tx:
            rows = desk.all_cases(tx, COMMAND_LINE)
        if not rows:
            return ""
        row = rows[-1]
        return click.style(
            f"\n   ({row.queue} desk: {row.level}, {row.kind}, {row.lang}, {row.subdivision or row.country or 'place unknown'})", dim=True
        )


def _line(inbound: Inbound) -> dict[str, Any]:
    """A message as a line of a transcript."""
    if "form" in inbound.extra:
        return {"form": list(inbound.values), **({"typed": inbound.text} if inbound.text else {})}
    if inbound.choice is not None:
        return {"press": inbound.choice.rsplit(":", 1)[1] if inbound.choice.startswith("v") else inbound.choice}
    return {"say": inbound.text}
