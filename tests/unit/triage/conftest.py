"""A migrated database, keys, and a desk with two responders; on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.houses import fresh_database
from config.desks import Routing, read_routing
from config.settings import Settings
from tests.fixtures.models import NOW, PASSWORD, settings_of  # noqa: F401 (for those who take the house from here)
from triage import inbox, intake, keys, talks
from triage.db import Database, open_database
from triage.intake import Accepted, FirstLook
from triage.scope import Scope
from triage.vault import Keyring


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
        self,
        text: str = "sample words",
        sender: str = "+85500000001",
        look: FirstLook | None = None,
        channel: str = "sms",
        now: int = NOW,
    ) -> Accepted:
        """A report as the public process takes it in; its inbox row waits for triage."""
        look = look or FirstLook("km", "help_self", "high", "KH", "KH-12")
        at = talks.resolve(self.database, self.keys.index, channel, sender)
        with self.database.writing() as tx:
            contact = None if channel == "web" else self.keys.sealer.seal("contact", f'"{sender}"'.encode())
            talk = talks.lock(tx, at, contact, now)
            made = intake.accept(tx, self.keys, self.routing, channel, look, now)
            word = intake.add_word(tx, self.routing, made.case_id, {"text": text}, now)
            talks.save(tx, replace(talk, case_id=made.case_id), now)
            inbox.add(tx, channel, f"x{made.case_id}", now, conversation_id=talk.id, message_id=word, answer=None)
        return made


@contextmanager
def house_on(request: pytest.FixtureRequest, home: Path) -> Iterator[House]:
    """A fresh house in this home, on the database that the fixture's parameter names."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            model, name = request.getfixturevalue("postgres_model")
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server"), name))
        else:
            model = request.getfixturevalue("sqlite_model")
        shutil.copytree(model.home, home, dirs_exist_ok=True)
        settings = settings_of(home, url)
        database = open_database(settings)
        yield House(database, keys.opening_keys(settings), read_routing(settings.config), *model.people, settings)
        database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A fresh house on each database."""
    with house_on(request, tmp_path) as found:
        yield found
