"""A conversation on a real database with the shipped rules, flows and texts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot import wiring
from bot.channels.base import Inbound
from bot.chat import throwaway
from bot.reply import Reply
from bot.wiring import Bench, Front, Workshop, channels
from config import settings as settings_module
from config.live import Fixed
from triage import desk, inbox
from triage.desk import CaseRow
from triage.keys import opening_keys
from triage.scope import COMMAND_LINE
from triage.work import Desk, triage_message

NOW = 1_790_000_000_000


@dataclass
class Person:
    """One person on one channel."""

    parts: Front
    workshop: Workshop
    channel: str = "sms"
    sender: str = "+85512000001"
    now: int = NOW

    def say(self, text: str = "", **more: object) -> Reply:
        """Sends a message; triage works it off at once."""
        self.now += 1000
        inbound = replace(Inbound(self.channel, self.sender, secrets.token_hex(8), text), **more)  # type: ignore[arg-type]
        reply = self.parts.conversation.receive(inbound, self.now)
        with self.parts.database.reading() as tx:
            waiting = inbox.waiting(tx, self.now)
        for row in waiting:
            assert triage_message(self.workshop.desk, row, self.now)
        return reply

    def cases(self) -> tuple[CaseRow, ...]:
        """All cases."""
        with self.parts.database.reading() as tx:
            return desk.all_cases(tx, COMMAND_LINE)


@contextmanager
def _person() -> Iterator[Person]:
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(Path("config").absolute())})) as parts:
        keys, rules = opening_keys(parts.settings), wiring.read_rules(parts.settings)
        desk_now = Desk(parts.database, keys, rules.triage, rules.routing)
        bench = Bench(desk_now, channels(parts.settings), replace(parts.parts, keys=keys))
        shop = Workshop(Fixed(bench), parts.database, keys)
        yield Person(parts, shop)


@pytest.fixture
def person() -> Iterator[Person]:
    """A person who writes by SMS."""
    with _person() as one:
        yield one


@pytest.fixture(scope="module")
def somebody() -> Iterator[Person]:
    """The same on one hotline for all tests of a module: write from numbers of your own."""
    with _person() as one:
        yield one
