"""What the desk is made of; handed to every view, never imported as a global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.desks import Routing, Services
from config.live import Current
from config.settings import Settings
from triage.db import Database
from triage.places import Gazetteer
from triage.urgency import Urgency
from triage.vault import Keyring

Ring = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the desk uses of the operators' config, and the folder it was read from."""

    routing: Routing
    gazetteer: Gazetteer
    services: Services = field(default_factory=lambda: Services((), 90, False))
    folder: Path = Path("config")
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """`clock` gives UTC milliseconds; `ring` asks a worker to look at a row; `alive` says whether Redis answers."""

    settings: Settings
    database: Database
    keys: Keyring
    live: Current[Rules]
    ring: Ring
    clock: Callable[[], int]
    alive: Callable[[], bool] = bool

    @property
    def routing(self) -> Routing:
        """The desks and rules that are live."""
        return self.live.now.routing

    @property
    def gazetteer(self) -> Gazetteer:
        """The places that are live."""
        return self.live.now.gazetteer

    @property
    def urgency(self) -> Urgency | None:
        """The rules over what a responder notes, that are live."""
        return self.live.now.urgency

    @property
    def services(self) -> Services:
        """The telephone numbers that are live."""
        return self.live.now.services
