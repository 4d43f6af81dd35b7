"""What a responder may see: the one place that builds every query's limits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, select

from triage.tables import cases
from triage.values import NotYours

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts, and on which desk. `queue` is a desk's id; `*` only for the command line."""

    responder_id: int | None
    queue: str
    role: str = "responder"

    @property
    def actor(self) -> str:
        """The name in the history."""
        return f"responder:{self.responder_id}" if self.responder_id else "operator"

    def sees(self) -> ColumnElement[bool]:
        """The condition that every query on cases carries."""
        return cases.c.queue.is_not(None) if self.queue == EVERYTHING else cases.c.queue == self.queue


COMMAND_LINE = Scope(None, EVERYTHING, "operator")


def hold(tx: Connection, scope: Scope, ref: str) -> Row[tuple[object, ...]]:
    """The case's row, held for this transaction. Raises NotYours where it is not there or not this desk's."""
    row = tx.execute(select(cases).where(cases.c.ref == ref, scope.sees()).with_for_update()).first()
    if row is None:
        raise NotYours("no such case")
    return row
