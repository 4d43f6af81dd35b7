"""Who sees a case beside the desk that holds it: a desk that had it before, or one that was told with the person's yes.

`held`: everything, also taking it back. `whole`: read, note, answer. `summary`: a page without words, contact or name.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from config.desks import Routing
from triage import case_keys
from triage.bonds import participant
from triage.routing import CaseFacts, may_hold

RANK = {"summary": 0, "whole": 1, "held": 2}


def grant(tx: Connection, case_id: int, queue: str, access: str, now: int) -> None:
    """Lets a desk see a case; never less than it may see already."""
    row = tx.execute(_open(case_id).where(participant.c.queue == queue)).first()
    if row is None:
        tx.execute(insert(participant).values(case_id=case_id, queue=queue, access=access, since=now))
    elif RANK[row.access] < RANK[access]:
        tx.execute(update(participant).where(participant.c.id == row.id).values(access=access))


def end(tx: Connection, case_id: int, queue: str, now: int) -> None:
    """The desk sees the case no more."""
    query = update(participant).where(participant.c.case_id == case_id, participant.c.queue == queue, participant.c.ended_at.is_(None))
    tx.execute(query.values(ended_at=now))
    case_keys.unshare(tx, case_id, queue)


def end_barred(tx: Connection, routing: Routing, case_id: int, facts: CaseFacts, now: int) -> tuple[str, ...]:
    """Ends it for every desk that a stop forbids now; which."""
    barred = tuple(queue for queue in queues(tx, case_id) if queue not in routing.desks or not may_hold(routing, queue, facts))
    for queue in barred:
        end(tx, case_id, queue, now)
    return barred


def queues(tx: Connection, case_id: int) -> tuple[str, ...]:
    """The desks that see the case beside its own."""
    return tuple(row.queue for row in tx.execute(_open(case_id)))


def told(tx: Connection, case_id: int) -> tuple[str, ...]:
    """The desks that see it because they were told; not those that had it before."""
    return tuple(row.queue for row in tx.execute(_open(case_id)) if row.access != "held")


def access_of(tx: Connection, case_id: int, queue: str) -> str | None:
    """What this desk may see, where it is not the case's own."""
    row = tx.execute(_open(case_id).where(participant.c.queue == queue)).first()
    return row.access if row else None


def visited(tx: Connection, case_id: int) -> tuple[str, ...]:
    """The desks that had the case and did not take it in hand, in order."""
    query = select(participant.c.queue).where(participant.c.case_id == case_id, participant.c.access == "held").order_by(participant.c.id)
    return tuple(dict.fromkeys(tx.execute(query).scalars()))


def forget_visits(tx: Connection, case_id: int) -> None:
    """A desk took it in hand: who had it before is history, and sees it no more."""
    for queue in visited(tx, case_id):
        case_keys.unshare(tx, case_id, queue)
    tx.execute(delete(participant).where(participant.c.case_id == case_id, participant.c.access == "held"))


def _open(case_id: int) -> Select[Any]:
    columns = (participant.c.id, participant.c.queue, participant.c.access)
    return select(*columns).where(participant.c.case_id == case_id, participant.c.ended_at.is_(None)).order_by(participant.c.id)
