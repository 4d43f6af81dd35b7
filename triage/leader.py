"""One active clock: of several, only the one that holds the database's lock does its round."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from triage.db import Database

LOCK_NUMBER = 7_208_014


class Leader:
    """Holds, or tries to get, the lock. A lost connection or a dead process gives it to the next one that asks."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._path = folder / "clock.lock"
        self._connection: Connection | None = None
        self._file: int | None = None

    def leads(self) -> bool:
        """True where this process is the active one. Raises SQLAlchemyError or OSError where that cannot be known: then it is not."""
        return self._by_file() if self._database.is_sqlite else self._by_session()

    def _by_file(self) -> bool:
        if self._file is None:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._file = handle
        return True

    def _by_session(self) -> bool:
        # The lock lives as long as its session: a primary that went away took the lock with it.
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK_NUMBER}).scalar_one():
                self._connection = connection
                return True
            connection.close()
            return False
        except SQLAlchemyError:
            self.resign()
            raise

    def resign(self) -> None:
        """Gives the lock back, as far as there is still somebody to give it to."""
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None
        if self._file is not None:
            os.close(self._file)
            self._file = None
