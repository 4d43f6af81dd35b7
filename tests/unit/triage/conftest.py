"""A migrated database, keys, and a desk with two responders; on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config import settings as settings_module
from config.desks import Routing, read_routing
from config.settings import Settings
from triage import accounts, holders, inbox, intake, keys, schema, talks
from triage.db import Database, open_database
from triage.intake import Accepted, FirstLook
from triage.scope import Scope
from triage.vault import Keyring

NOW = 1_790_000_000_000
PASSWORD = "a long sample password"


@dataclass(frozen=True, slots=True)
class House:
    """What a test of the store needs."""

    database: Database
    keys: Keyring
    routing: Routing
    kh: Scope
    kh2: Scope
    th: Scope
    settings: Settings

    def report(
        self, text: str = "sample words", sender: str = "+85500000001", look: FirstLook | None = None, channel: str = "sms"
    ) -> Accepted:
        """A report as the public process takes it in; its inbox row waits for triage."""
        look = look or FirstLook("km", "help_self", "high", "KH", "KH-12")
        at = talks.resolve(self.database, self.keys.index, channel, sender)
        with self.database.writing() as tx:
            contact = None if channel == "web" else self.keys.sealer.seal("contact", f'"{sender}"'.encode())
            talk = talks.lock(tx, at, contact, NOW)
            made = intake.accept(tx, self.keys, self.routing, channel, look, NOW)
            word = intake.add_word(tx, self.routing, made.case_id, {"text": text}, NOW)
            talks.save(tx, replace(talk, case_id=made.case_id), NOW)
            inbox.add(tx, channel, f"x{made.case_id}", NOW, conversation_id=talk.id, message_id=word, answer=None)
        return made


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """A fresh house on each database."""
    environ = {"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config"}
    if request.param == "postgres":
        environ["HOTLINE_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    settings = settings_module.read(environ)
    keys.make_keys(settings)
    database = open_database(settings)
    schema.migrate(database)
    people = []
    with database.writing() as tx:
        holders.publish(tx, keys.public_halves(settings), NOW)
        for email, queue in (("a@demo.invalid", "kh"), ("b@demo.invalid", "kh"), ("c@demo.invalid", "th")):
            people.append(Scope(accounts.add(tx, email, f"Sample {email[0].upper()}", "responder", queue, PASSWORD, NOW), queue))
    yield House(database, keys.opening_keys(settings), read_routing(settings.config), *people, settings)
    database.engine.dispose()
