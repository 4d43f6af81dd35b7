"""A number for each desk that grows with every change it can see, so that a live page asks cheaply whether to ask more."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.db import at_the_end
from triage.tables import desk_mark


def grow(tx: Connection, *queues: str) -> None:
    """Says that these desks changed; written just before the commit, so that two transactions never wait for each other in a circle."""
    for queue in queues:
        at_the_end(tx, f"mark {queue}", partial(_grow, queue=queue))


def _grow(tx: Connection, queue: str) -> None:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(desk_mark).values(queue=queue, mark=1)
    tx.execute(fresh.on_conflict_do_update(index_elements=["queue"], set_={"mark": desk_mark.c.mark + 1}))


def read(tx: Connection, queues: tuple[str, ...]) -> int:
    """One number for all these desks together."""
    return sum(tx.execute(select(desk_mark.c.mark).where(desk_mark.c.queue.in_(queues))).scalars())
