"""`hotline doctor`: is everything as it must be? One line a finding; exit 1 where something is wrong."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from config import settings as settings_module
from config.clock import now_ms
from config.desks import read_routing
from config.settings import Settings, SettingsError
from triage import accounts, doctor_hosts, events, heads, holders, inbox, keys, schema
from triage.db import Database, open_database
from triage.key_files import PAIRS, SECRETS, KeyFiles
from triage.key_tables import keypair
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.tables import event

MIN_FREE = 1 << 30
LATE_MS = 60_000
Faults = Iterator[str]
Check = Callable[[Settings, Database, int], Faults]


@click.command(help="Looks at keys, database, histories, files, disk, queue, desks, config, clocks, versions and server; says the mend.")
def doctor() -> None:
    """Prints `ok` or what is wrong for each."""
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database, now, wrong = open_database(settings), now_ms(), 0
    for name, check in CHECKS.items():
        found = list(_tried(check, settings, database, now))
        wrong += len(found)
        for fault in found or ["ok"]:
            click.echo(f"{name:<9} {fault}")
    sys.exit(1 if wrong else 0)


def _tried(check: Check, settings: Settings, database: Database, now: int) -> Faults:
    try:
        yield from check(settings, database, now)
    except (keys.KeysMissing, OSError, SQLAlchemyError) as error:
        yield f"could not be looked at: {error if isinstance(error, keys.KeysMissing) else type(error).__name__}"


def files(settings: Settings, database: Database, now: int) -> Faults:
    """Keys and database are for their owner alone; what is world-readable is named."""
    for path in (settings.home, *sorted((settings.home / "keys").glob("*")), *sorted(settings.home.glob("hotline.db*"))):
        if path.exists() and _open_to_others(path):
            yield f"others may read {path}: chmod {'700' if path.is_dir() else '600'}"


def _open_to_others(path: Path) -> bool:
    mode = path.stat().st_mode
    inside_a_closed_folder = path.suffix != ".key" and not path.parent.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO)) and not inside_a_closed_folder


def database_is_sound(settings: Settings, database: Database, now: int) -> Faults:
    """The schema is this code's; SQLite says that its pages are whole and that a commit is on disk."""
    if schema.current(database) != schema.newest():
        yield "the schema is not this code's: run `hotline setup`"
    if database.is_sqlite:
        with database.reading() as tx:
            said = tx.execute(text("PRAGMA quick_check")).scalars().all()
            if said != ["ok"]:
                yield f"the file is damaged ({len(said)} faults): restore the last backup"
            if tx.execute(text("PRAGMA journal_mode")).scalar_one() != "wal" or tx.execute(text("PRAGMA synchronous")).scalar_one() != 2:
                yield "not in WAL with synchronous=FULL"


def histories(settings: Settings, database: Database, now: int) -> Faults:
    """Every case's history follows from its beginning, and ends where it was last seen to end."""
    with database.reading() as tx:
        for case_id in tx.execute(select(event.c.case_id).distinct()).scalars():
            at = events.broken_at(tx, case_id)
            if at is not None:
                yield f"case {case_id}: line {at} of its history was changed"
        if KeyFiles(settings.home).has("history.key"):
            yield from heads.faults(tx, KeyFiles(settings.home).read("history.key")[0])


def keys_fit(settings: Settings, database: Database, now: int) -> Faults:
    """The database seals to the keys that are here; nothing waits for rotation."""
    halves = keys.public_halves(settings)
    with database.reading() as tx:
        pairs = tx.execute(select(keypair)).all()
    known = {row.kind: bytes(row.public) for row in pairs if row.retired_at is None and row.kind in (holders.RECOVERY, holders.HOT)}
    for kind, public in ((holders.RECOVERY, halves.recovery), (holders.HOT, halves.hot)):
        if known.get(kind) != public:
            yield f"the database seals to another {kind} key than the one here: find out who changed it"
    for name in (*PAIRS, *SECRETS):
        if KeyFiles(settings.home).coming(name) is not None:
            yield f"the rotation of {name} was cut off: hotline keys rotate {name}"
    for row in pairs:
        if row.leaver_at is not None and row.retired_at is None:
            yield f"somebody who could use the key of {row.holder} left: hotline keys rotate {row.holder}"
        if row.retired_at is not None:
            name = row.holder or row.kind
            yield f"the rotation of {name} was cut off: hotline keys rotate {name}"


def desks(settings: Settings, database: Database, now: int) -> Faults:
    """Every desk has somebody who can open its cases, and who is on a desk can."""
    with database.reading() as tx:
        everyone = [who for who in accounts.everyone(tx) if not who.disabled]
        for desk in read_routing(settings.config).desks:
            able = holders.members(tx, desk)
            if not able:
                yield f"nobody can open the cases of {desk}: hotline user add … --queue {desk}"
            for who in everyone:
                if who.queue == desk and who.id not in able and able:
                    yield f"{who.email} cannot open the cases of {desk}: hotline keys admit {who.email}"


def work(settings: Settings, database: Database, now: int) -> Faults:
    """Nothing waits that should long be done, and the doorbell answers."""
    with database.reading() as tx:
        late = inbox.waiting(tx, now - LATE_MS)
    if late:
        yield f"{len(late)} messages wait for triage for more than a minute: does the worker run?"
    if not Doorbell(connect(redis_url(settings))).answers():
        yield "Redis does not answer: everything goes on, a second later"


def disk(settings: Settings, database: Database, now: int) -> Faults:
    """There is room."""
    free = shutil.disk_usage(settings.home).free
    if free < MIN_FREE:
        yield f"{free >> 20} MiB left where {settings.home} lies: what cannot be stored is refused"


CHECKS: dict[str, Check] = {
    "files": files,
    "database": database_is_sound,
    "histories": histories,
    "keys": keys_fit,
    "desks": desks,
    "work": work,
    "disk": disk,
    "config": doctor_hosts.config,
    "clocks": doctor_hosts.clocks,
    "versions": doctor_hosts.versions,
    "server": doctor_hosts.server,
}
