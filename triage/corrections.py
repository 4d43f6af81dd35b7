"""What a responder set otherwise than it stood, kept as a label for training: codes and levels, never a word or a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from triage.case_tables import correction
from triage.scope import Scope
from triage.tables import cases

FIELDS = ("level", "kind", "place", "lang")


def note(tx: Connection, scope: Scope, row: Row[Any], field: str, was: str | None, became: str | None, now: int) -> None:
    """Keeps one correction of a case whose `row` is held; nothing where it stood so already."""
    if was != became:
        values = {"case_id": row.id, "at": now, "by": scope.responder_id, "field": field, "was": was, "became": became}
        tx.execute(insert(correction).values(values))


def fields(tx: Connection, case_id: int) -> frozenset[str]:
    """What of a case a responder has set by hand."""
    return frozenset(tx.execute(select(correction.c.field).where(correction.c.case_id == case_id).distinct()).scalars())


def of_case(tx: Connection, case_id: int) -> tuple[Row[Any], ...]:
    """All of a case, oldest first."""
    return tuple(tx.execute(select(correction).where(correction.c.case_id == case_id).order_by(correction.c.id)))


def corrected(tx: Connection) -> tuple[Row[Any], ...]:
    """Every case that a responder corrected: its row as it stands now."""
    return tuple(tx.execute(select(cases).where(cases.c.id.in_(select(correction.c.case_id))).order_by(cases.c.id)))
