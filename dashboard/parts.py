"""What the desk is made of; handed to every view, never imported as a global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from config.desks import Routing, Services
from config.settings import Settings
from triage.db import Database
from triage.places import Gazetteer
from triage.vault import Keyring

Ring = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Parts:
    """`clock` gives UTC milliseconds; `ring` asks a worker to look at a row; `alive` says whether Redis answers."""

    settings: Settings
    database: Database
    keys: Keyring
    routing: Routing
    gazetteer: Gazetteer
    ring: Ring
    clock: Callable[[], int]
    alive: Callable[[], bool] = bool
    services: Services = field(default_factory=lambda: Services((), 90, False))
