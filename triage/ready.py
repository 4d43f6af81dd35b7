"""Whether a process can store what it is given: the database answers, has this code's schema, takes a write, and there is room."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from triage import heartbeats, schema
from triage.db import Database

# With less a write may still succeed by luck; nobody should be sent here.
MIN_FREE_BYTES = 2 << 20
# However many ask, one look a second is taken.
FRESH_SECONDS = 1.0
ASK_SERVER = "SET LOCAL statement_timeout = '2s'"


class Readiness:
    """`process` is the name under which its trial write is kept; `home` where HOTLINE_HOME lies."""

    def __init__(self, database: Database, home: Path, process: str) -> None:
        self._database, self._home, self._process = database, home, process
        self._lock, self._at = threading.Lock(), float("-inf")
        self._found: Mapping[str, bool] = {}

    def look(self, now: int) -> Mapping[str, bool]:
        """`database` and `disk`, each true where it is in order; `now` in UTC milliseconds."""
        with self._lock:
            if time.monotonic() - self._at > FRESH_SECONDS:
                self._found = {"database": self._stores(now), "disk": self._has_room()}
                self._at = time.monotonic()
            return self._found

    def ready(self, now: int) -> bool:
        """True where a message would be stored. A server's disk shows by its refusal to write, not by the room that is here."""
        found = self.look(now)
        return found["database"] and (found["disk"] or not self._database.is_sqlite)

    def _stores(self, now: int) -> bool:
        try:
            if schema.current(self._database) != schema.newest():
                return False
            if not self._database.is_sqlite:
                # A standby, a read-only primary and a server with a full disk all answer reads.
                with self._database.writing() as tx:
                    tx.execute(text(ASK_SERVER))
                    heartbeats.beat(tx, self._process, socket.gethostname(), now)
            return True
        except (SQLAlchemyError, OSError):
            return False

    def _has_room(self) -> bool:
        try:
            return shutil.disk_usage(self._home).free >= MIN_FREE_BYTES
        except OSError:
            return False
