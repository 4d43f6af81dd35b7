"""Signs of life of the processes that nobody visits: clock and worker say in the database when they last did their round."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.columns import Text
from triage.tables import metadata

EVERY_MS = 5_000
FORGOTTEN_AFTER_MS = 86_400_000

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", Text, primary_key=True),  # clock, worker
    Column("host", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)


def beat(tx: Connection, process: str, host: str, now: int) -> None:
    """This process of this host is alive at `now`."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(heartbeat).values(process=process, host=host, at=now)
    tx.execute(fresh.on_conflict_do_update(index_elements=["process", "host"], set_={"at": now}))


def read(tx: Connection) -> dict[tuple[str, str], int]:
    """(process, host) → its last sign of life, UTC milliseconds."""
    return {(row.process, row.host): row.at for row in tx.execute(select(heartbeat))}


def purge(tx: Connection, now: int) -> None:
    """Forgets hosts that have been gone for a day."""
    tx.execute(delete(heartbeat).where(heartbeat.c.at < now - FORGOTTEN_AFTER_MS))
