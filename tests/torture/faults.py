"""What can go wrong, one function a fault. Each does its harm and returns; what it harmed must come back by itself."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from redis.exceptions import RedisError

from config import settings as settings_module
from tests.fixtures.hotline import Hotline
from triage.db import sqlite_module

BACK_SECONDS = 20.0
DATABASE_BACK_SECONDS = 60.0  # recovery from the log, on a busy machine


class NotBack(AssertionError):
    """What an earlier fault harmed did not come back."""


def _pids(hotline: Hotline, word: str) -> list[int]:
    """The living processes of this kind, parents first; waits for them to come back from the fault before."""
    until = time.monotonic() + BACK_SECONDS
    while not (found := hotline.pids(word)):
        if time.monotonic() > until:
            raise NotBack(word)
        time.sleep(0.05)
    return found


def _kill(*pids: int, number: int = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def web(hotline: Hotline, rng: random.Random) -> None:
    """F1: the public process, all of it at once."""
    _kill(*_pids(hotline, "hotline web"))


def worker(hotline: Hotline, rng: random.Random) -> None:
    """F2: the worker."""
    _kill(*_pids(hotline, "hotline worker"))


def child(hotline: Hotline, rng: random.Random) -> None:
    """F3: one process of several behind the same parent."""
    found = _pids(hotline, "hotline web")
    _kill(rng.choice(found[1:] or found))


def parent(hotline: Hotline, rng: random.Random) -> None:
    """F4: the parent alone; its children run on for a while."""
    _kill(_pids(hotline, "hotline web")[0])


def everything(hotline: Hotline, rng: random.Random) -> None:
    """F4: the process that keeps all others alive. Whoever started it starts it again, as an init system does."""
    assert hotline.process is not None
    hotline.process.kill()
    hotline.process.wait(10)
    hotline.start(seconds=90)


def clock(hotline: Hotline, rng: random.Random) -> None:
    """F2, for the clock."""
    _kill(*_pids(hotline, "hotline clock"))


def flush(hotline: Hotline, rng: random.Random) -> None:
    """F5: all that Redis knows is gone."""
    with contextlib.suppress(RedisError):
        hotline.redis().flushall()


def redis(hotline: Hotline, rng: random.Random) -> None:
    """F6: Redis itself is gone, and comes back empty."""
    _kill(*_pids(hotline, f"{hotline.home}/redis.sock"), *hotline.pids("valkey-server"), *hotline.pids("redis-server"))


def database(hotline: Hotline, rng: random.Random) -> None:
    """F7: SQLite is locked by another, up to ten seconds; PostgreSQL throws everybody out, or crashes and recovers."""
    settings = settings_module.read(hotline.environ)
    if not settings.database_url:
        return lock(hotline.home / "hotline.db", rng.choice((0.5, 1.0, 2.0, 10.0)))
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with _connected(settings.database_url) as connection:
        found = [row[0] for row in connection.execute(query)]
        if rng.random() < 0.5 and found:
            # A backend that dies this way makes the server drop all its memory and recover from its log.
            _kill(rng.choice(found))
        else:
            connection.execute(query.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"))
    return None


def _connected(url: str) -> psycopg.Connection[Any]:
    """A connection to a server that may still be recovering from the fault before. Raises NotBack."""
    until = time.monotonic() + DATABASE_BACK_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise NotBack("the database") from error
            time.sleep(0.2)


def lock(path: Path, seconds: float) -> None:
    """Somebody who heeds no queue holds SQLite's write lock."""
    connection = sqlite_module().connect(str(path), isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    connection.rollback()
    connection.close()


def deploy(hotline: Hotline, rng: random.Random) -> None:
    """F13: a polite end of a process that serves, as a deployment does."""
    _kill(_pids(hotline, rng.choice(("hotline web", "hotline worker")))[0], number=signal.SIGTERM)


Fault = Callable[[Hotline, random.Random], None]
# The names under which a run counts them, and how often each is drawn.
FAULTS: Mapping[str, tuple[Fault, int]] = {
    "F1 web": (web, 5),
    "F2 worker": (worker, 5),
    "F2 clock": (clock, 1),
    "F3 child": (child, 5),
    "F4 parent": (parent, 3),
    "F4 everything": (everything, 1),
    "F5 flush": (flush, 3),
    "F6 redis": (redis, 2),
    "F7 database": (database, 2),
    "F13 deploy": (deploy, 3),
}
