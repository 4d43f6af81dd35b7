"""What a responder may see: the one place that builds every query's limits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from triage.bonds import participant
from triage.tables import cases
from triage.values import NotYours

EVERYTHING = "*"
ACCESS = ("held", "whole", "summary")


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

    def holds(self) -> ColumnElement[bool]:
        """The cases of this desk itself: its queue and its counts."""
        return cases.c.queue.is_not(None) if self.queue == EVERYTHING else cases.c.queue == self.queue

    def shares(self, *access: str) -> ColumnElement[bool]:
        """The cases of other desks that this desk may see: `held`, `whole`, `summary`."""
        mine = participant.c.queue.is_not(None) if self.queue == EVERYTHING else participant.c.queue == self.queue
        return cases.c.id.in_(
            select(participant.c.case_id).where(mine, participant.c.ended_at.is_(None), participant.c.access.in_(access or ACCESS))
        )

    def sees(self) -> ColumnElement[bool]:
        """The condition that every query for one whole case carries."""
        return or_(self.holds(), self.shares("held", "whole"))


COMMAND_LINE = Scope(None, EVERYTHING, "operator")


def hold(tx: Connection, scope: Scope, ref: str, shared: bool = False) -> Row[tuple[object, ...]]:
    """The case's row, held for this transaction. Raises NotYours where it is not there or not this desk's.

    With `shared` also a case that this desk was told whole: it may answer and note, and nothing else.
    """
    mine = scope.sees() if shared else or_(scope.holds(), scope.shares("held"))
    row = tx.execute(select(cases).where(cases.c.ref == ref, mine).with_for_update()).first()
    if row is None:
        raise NotYours("no such case")
    return row
