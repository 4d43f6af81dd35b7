"""The database: SQLite or PostgreSQL behind one door, with one way to write.

SQLite has one writer. Processes queue for it in fair order behind a `flock`, threads behind a lock, and take the
write lock at once (`BEGIN IMMEDIATE`), so that nobody meets SQLITE_BUSY half-way.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from config.settings import Settings

# Older libraries can lose a WAL after a reset: https://sqlite.org/releaselog/3_51_3.html
OLDEST_SQLITE = (3, 51, 3)
# A server that vanished (a cut cable, a dead host) is given up after about ten seconds, not after the two hours of TCP's default.
LOST_AFTER = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}

# Settings that no production server may have off.
LAX = {
    "fsync": "a power cut can lose or damage what was acknowledged",
    "full_page_writes": "a power cut can leave half-written pages that nothing repairs",
}
LAST = "before the commit"
VICTIM = ("40001", "40P01")  # serialization_failure, deadlock_detected
T = TypeVar("T")


class UnsafeSQLite(RuntimeError):
    """The SQLite library is too old to keep what it has committed."""


def sqlite_module() -> Any:
    """The first SQLite library that is new enough: the bundled one, else Python's own. Raises UnsafeSQLite."""
    try:
        from pysqlite3 import dbapi2 as module  # lazily: PostgreSQL needs none
    except ImportError:
        import sqlite3 as module
    if module.sqlite_version_info < OLDEST_SQLITE:
        raise UnsafeSQLite(f"SQLite {module.sqlite_version} is older than 3.51.3: install the pysqlite3 wheel")
    return module


class UnsafePostgres(SQLAlchemyError, RuntimeError):
    """The server may lose or damage what it has committed."""


class Database:
    """Opens connections; `writing` and `reading` are the only two ways to use one."""

    def __init__(self, engine: Engine, lock_path: Path | None) -> None:
        self.engine = engine
        self._lock_path = lock_path
        self._thread_lock = threading.Lock()
        self._lock_file: int | None = None
        self._lock_pid = 0

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, where a writer holds the whole database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed at the end and rolled back on any error."""
        with self._turn(), self.engine.connect() as connection:
            connection = connection.execution_options(hotline_write=True)
            try:
                with connection.begin():
                    yield connection
                    _end(connection)
            finally:
                connection.info.pop(LAST, None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._lock_path is None:
            yield
            return
        with self._thread_lock:
            handle = self._open_lock(self._lock_path)
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    def _open_lock(self, path: Path) -> int:
        # A handle inherited over fork would share the parent's lock.
        if self._lock_file is None or self._lock_pid != os.getpid():
            self._lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._lock_pid = os.getpid()
        return self._lock_file


def at_the_end(tx: Connection, name: str, work: Callable[[Connection], None]) -> None:
    """Runs once before this transaction commits, in the order of names.

    For rows that many transactions touch: taken late and in one order, nobody holds them long or waits in a circle.
    """
    tx.info.setdefault(LAST, {})[name] = work


def _end(tx: Connection) -> None:
    for _, work in sorted(tx.info.get(LAST, {}).items()):
        work(tx)


def retried(work: Callable[[], T], tries: int = 5) -> T:
    """Runs a whole transaction again where the server chose it as the victim of a deadlock."""
    for left in reversed(range(tries)):
        try:
            return work()
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in VICTIM:
                raise
    raise AssertionError("not reached")


def open_database(settings: Settings) -> Database:
    """The database of these settings; connects on first use. Raises UnsafeSQLite."""
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        return Database(_postgres(settings.database_url, strict=not settings.demo), None)
    path = _sqlite_path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Database(_sqlite(path), path.with_suffix(".lock"))


def _sqlite_path(settings: Settings) -> Path:
    if settings.database_url:
        database = make_url(settings.database_url).database
        if database:
            return Path(database).absolute()
    return settings.home / "hotline.db"


def _postgres(url: str, strict: bool = False) -> Engine:
    # libpq's own reading: it knows several hosts, of which one is the primary, and SQLAlchemy's does not.
    from psycopg.conninfo import conninfo_to_dict  # lazily: SQLite needs none

    wanted = LOST_AFTER | conninfo_to_dict(url.replace("postgresql+psycopg:", "postgresql:", 1))
    if "," in str(wanted.get("host", "")):
        wanted.setdefault("target_session_attrs", "read-write")
    engine = create_engine("postgresql+psycopg://", pool_size=8, max_overflow=8, pool_pre_ping=True, pool_timeout=10, connect_args=wanted)
    event.listen(engine, "connect", _prepare_postgres)
    if strict:
        event.listen(engine, "connect", _refuse_lax)
    return engine


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_module(),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=16,
        connect_args={"check_same_thread": False, "timeout": 15, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgres(connection: DBAPIConnection, _record: object) -> None:
    # A server set to acknowledge before it has stored would lose what we acknowledged. A stricter setting stays.
    cursor = connection.cursor()
    cursor.execute("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
    cursor.close()
    connection.commit()


def lax_settings(values: Mapping[str, str]) -> list[str]:
    """What is wrong with these settings of a PostgreSQL server, each with its mend; `values` by name, as `SHOW` prints them."""
    return [f"{name} is off: {why}; set it to on" for name, why in LAX.items() if values.get(name) == "off"]


def server_settings(cursor: Any) -> dict[str, str]:
    """The settings of a server that `lax_settings` looks at; `cursor` may be any that executes and iterates."""
    names = ", ".join(f"'{name}'" for name in LAX)
    return dict(tuple(row) for row in cursor.execute(f"SELECT name, setting FROM pg_settings WHERE name IN ({names})"))


def _refuse_lax(connection: DBAPIConnection, _record: object) -> None:
    # At each connection: after a failover it is another server.
    found = lax_settings(server_settings(connection.cursor()))
    connection.commit()
    if found:
        raise UnsafePostgres("; ".join(found))


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hotline_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
