"""Counts that hold nobody: what is kept where nothing else may be."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from triage.tables import tally


def count(tx: Connection, now: int, what: str, detail: str = "") -> None:
    """One more of `what` today."""
    day = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(tally).values(day=day, what=what, detail=detail, count=1)
    tx.execute(fresh.on_conflict_do_update(index_elements=["day", "what", "detail"], set_={"count": tally.c.count + 1}))
