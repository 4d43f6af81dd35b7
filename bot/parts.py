"""What a conversation is held with; made by the wiring of each process."""

from __future__ import annotations

from dataclasses import dataclass

from bot.flows.definition import Book
from config.channels import Channels
from config.desks import Routing, Services
from config.texts import Texts
from triage.assess import Triage
from triage.db import Database
from triage.places import Gazetteer
from triage.queues import Doorbell
from triage.vault import Keyring


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation is held with."""

    database: Database
    keys: Keyring
    triage: Triage
    gazetteer: Gazetteer
    routing: Routing
    services: Services
    book: Book
    texts: Texts
    bell: Doorbell
    channels: Channels = Channels()
