"""What was accepted, on disk before the next send: the measure against which nothing may be lost."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One accepted message. `person` is a name of ours; `external` what the provider would call it (empty on the web)."""

    person: str
    channel: str
    external: str
    text: str
    tries: int
    seconds: float


class Ledger:
    """Appends entries, each fsynced before `note` returns."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()
        self.entries: list[Entry] = []

    def note(self, entry: Entry) -> None:
        """One accepted message."""
        with self._lock:
            os.write(self._handle, json.dumps(asdict(entry)).encode() + b"\n")
            os.fsync(self._handle)
            self.entries.append(entry)

    def people(self) -> Mapping[str, Sequence[str]]:
        """What each person said, in their order."""
        found: dict[str, list[str]] = {}
        for entry in tuple(self.entries):
            found.setdefault(entry.person, []).append(entry.text)
        return found

    def close(self) -> None:
        """Done."""
        os.close(self._handle)
