"""What `hotline doctor` asks of the machines around: clocks, versions, the database server's settings, Redis, the config that is live."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from sqlalchemy import Connection, text

from config.live import ConfigBroken, with_live
from config.settings import Settings
from triage import heartbeats
from triage.db import Database, lax_settings, server_settings
from triage.queues import server_state
from triage.redis_server import redis_url

Faults = Iterator[str]
# Leases, log-ins and time limits are in whole seconds; a signed gateway request allows minutes.
MAX_SKEW_MS = 2_000
OLDEST_POSTGRES = 140_000
OLDEST_REDIS = (6, 2)
OLDEST_PYTHON = (3, 11)


def clocks(settings: Settings, database: Database, now: int) -> Faults:
    """This machine's clock, the servers' and those of the other hosts are together."""
    began = time.monotonic()
    with database.reading() as tx:
        beats = heartbeats.read(tx)
        if not database.is_sqlite:
            there = int(tx.execute(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")).scalar_one())
            yield from _skewed("the database server", there - now, began)
    try:
        began = time.monotonic()
        yield from _skewed("Redis", server_state(redis_url(settings))[1] - now, began) if settings.redis_url else ()
    except OSError:
        pass  # told under `work`
    for (process, host), at in beats.items():
        if at - now > MAX_SKEW_MS:
            yield f"the clock of {host} ({process}) is {(at - now) / 1000:.1f} s ahead of this one: does NTP run on both?"


def _skewed(whose: str, apart: int, began: float) -> Faults:
    if abs(apart) > MAX_SKEW_MS + (time.monotonic() - began) * 1000:
        yield f"the clock of {whose} is {apart / 1000:+.1f} s from this machine's: does NTP run on both?"


def versions(settings: Settings, database: Database, now: int) -> Faults:
    """Nothing that runs here is older than what was tried."""
    if sys.version_info < OLDEST_PYTHON:
        yield f"Python {sys.version_info.major}.{sys.version_info.minor} is older than 3.11"
    if not database.is_sqlite:
        with database.reading() as tx:
            number = int(tx.execute(text("SELECT current_setting('server_version_num')")).scalar_one())
        if number < OLDEST_POSTGRES:
            yield f"PostgreSQL {number // 10_000} is older than 14"
    try:
        version = server_state(redis_url(settings))[0]
    except OSError:
        return
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        yield f"Redis {version} is older than 6.2"


def server(settings: Settings, database: Database, now: int) -> Faults:
    """The database server keeps what it acknowledged, through a power cut and through a failover, and what was erased no longer."""
    if database.is_sqlite:
        return
    with database.reading() as tx:
        cursor = tx.connection.cursor()
        yield from lax_settings(server_settings(cursor))
        if tx.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
            yield "this is a standby: name all servers in HOTLINE_DATABASE_URL, as postgresql://…@one,two/hotline"
        yield from _standbys(tx)
        if not settings.demo and tx.execute(text("SELECT current_setting('wal_recycle')")).scalar_one() == "on":
            yield "wal_recycle is on: files of its log are kept for later, and keys of erased cases lie in them"


def _standbys(tx: Connection) -> Faults:
    # To whom `hotline` may not be shown the others' rows, the view is empty and nothing is said.
    count = tx.execute(text("SELECT count(*) FROM pg_stat_replication")).scalar_one()
    names = tx.execute(text("SELECT current_setting('synchronous_standby_names')")).scalar_one()
    if count and not names:
        yield "a failover may lose what was acknowledged last: set synchronous_standby_names (docs/scale.md)"


def config(settings: Settings, database: Database, now: int) -> Faults:
    """The newest edit of the operators' config is live."""
    try:
        yield from (f"{fault}; the last good one is live" for fault in with_live(settings)[1])
    except ConfigBroken as error:
        yield from str(error).splitlines()
