"""How long things are kept, and their end: a case's keys are deleted with its rows, so that what a copy still holds cannot be read.

Only closed cases end by time: a report that nobody has read never does. The days are set in config/retention.yaml.
"""

from __future__ import annotations

import contextlib
import logging

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.exc import DBAPIError

from config.retention import Days
from triage import attachments, intake
from triage.db import Database
from triage.roles import ENDING
from triage.tables import cases, conversation, event, outbox

log = logging.getLogger("hotline.retention")
DAY_MS = 86_400_000
TRIES = 3
BATCH = 200


def run(database: Database, now: int, days: Days | None = None) -> int:
    """Ends what is over; how many cases. One transaction a batch, so that nobody waits for it."""
    days, total = days or Days(), 0
    while True:
        with database.writing() as tx:
            found = _over(tx, now, days)
            for case_id in found:
                intake.forget(tx, case_id, now, "retention", "system")
        total += len(found)
        if len(found) < BATCH:
            break
    with database.writing() as tx:
        _empty_parcels(tx, now - days.parcel * DAY_MS)
        _drop_addresses(tx, now - days.address * DAY_MS)
        # Below zero are the histories of desks: they stay whole.
        gone = event.c.case_id.not_in(select(cases.c.id)) & (event.c.case_id > 0)
        tx.execute(delete(event).where(event.c.at < now - days.history * DAY_MS, gone))
    while True:
        with database.writing() as tx:
            if not attachments.purge(tx, now, days.original):
                break
    wipe(database)
    return total


def _over(tx: Connection, now: int, days: Days) -> tuple[int, ...]:
    small = (cases.c.level == 0) & cases.c.kind.in_(("info", "other"))
    over = or_(
        small & (cases.c.closed_at < now - days.question * DAY_MS),
        cases.c.closed_at < now - days.case_after_closing * DAY_MS,
    )
    query = select(cases.c.id).where(cases.c.state == "closed", over).order_by(cases.c.id).limit(BATCH)
    return tuple(tx.execute(query).scalars())


def _empty_parcels(tx: Connection, before: int) -> None:
    """What was sent stays in its case; the copy that delivery could open goes."""
    settled = outbox.c.state.in_(("sent", "failed", "withheld"))
    tx.execute(update(outbox).where(outbox.c.created_at < before, settled, outbox.c.sealed != b"").values(sealed=b""))


def _drop_addresses(tx: Connection, before: int) -> None:
    """A number that no case needs. One that said STOP stays by its fingerprint alone."""
    idle = (conversation.c.case_id.is_(None), conversation.c.updated_at < before)
    tx.execute(update(conversation).where(*idle, conversation.c.stopped_at.is_not(None)).values(contact=None))
    tx.execute(delete(conversation).where(*idle, conversation.c.stopped_at.is_(None)))


def wipe(database: Database) -> None:
    """Takes deleted rows out of the files: SQLite's WAL is emptied; PostgreSQL's rows are vacuumed, and its keys' file is written anew."""
    if database.is_sqlite:
        raw = database.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ENDING:
            connection.exec_driver_sql(f"VACUUM {table}")
        _rewrite(connection)


def _rewrite(connection: Connection) -> None:
    """VACUUM lets the bytes of a page's newest row lie where they are, so that an erased case's key could still be read from the file."""
    connection.exec_driver_sql("SET lock_timeout = '2s'")
    for _ in range(TRIES):
        try:
            connection.exec_driver_sql("VACUUM (FULL) case_key")
            break
        except DBAPIError as error:
            log.warning("keys of erased cases still lie in a file: %(error)s", {"error": type(error.orig).__name__})
    connection.exec_driver_sql("RESET lock_timeout")  # the connection goes back to where others take it from
    # Its log goes on in a new file, so that the old one can be removed; not every role may.
    with contextlib.suppress(DBAPIError):
        connection.exec_driver_sql("SELECT pg_switch_wal()")
