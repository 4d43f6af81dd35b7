"""The people of a desk, by its leads: who they are, letting one in to its cases, and withdrawing one.

A desk's key goes from somebody who has it in their open session to the colleague's own key, sealed: no plain copy is ever stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from triage import accounts, desk_log, holders, rotation, signins
from triage.accounts import ROLES, Responder
from triage.db import Database
from triage.values import NotAllowed, NotYours
from triage.vault import CannotOpen, Opener


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the desk. `reads`: they were given the desk's key. `seen_at`: their last sign-in."""

    who: Responder
    reads: bool
    seen_at: int | None


def of(tx: Connection, queue: str) -> tuple[Colleague, ...]:
    """The people of a desk who may sign in, by name."""
    found = [who for who in accounts.everyone(tx) if who.queue == queue and not who.disabled]
    reading, seen = holders.members(tx, queue), signins.last_good(tx, [who.id for who in found])
    return tuple(Colleague(who, who.id in reading, seen.get(who.id)) for who in sorted(found, key=lambda who: who.name.lower()))


def let_in(tx: Connection, by: Responder, opener: Opener, responder_id: int, now: int) -> None:
    """Hands the desk's key on to a colleague. Raises NotYours, and NotAllowed where `opener` has no key to hand on."""
    who = _colleague(tx, by, responder_id)
    if not holders.admit(tx, by.queue, who.id, now, opener):
        raise NotAllowed("You cannot open this desk's cases yourself, so you cannot let anybody in to them.")
    desk_log.append(tx, by.queue, now, f"responder:{by.id}", "let_in", {"responder": who.id})


def withdraw(database: Database, by: Responder, opener: Opener, responder_id: int, now: int) -> str:
    """Ends a colleague's sessions, log-in and key, then gives the desk a fresh key where they had the old one.

    `key_renewed`; `key_kept` where `opener` cannot do that; `withdrawn` where they never had it.
    Raises NotYours, and NotAllowed for oneself and for who ranks above.
    """
    with database.writing() as tx:
        who = _colleague(tx, by, responder_id)
        if who.id == by.id or ROLES.index(who.role) > ROLES.index(by.role):
            raise NotAllowed("Nobody withdraws themselves, or somebody who ranks above them.")
        could_read = who.id in holders.members(tx, by.queue)
        accounts.disable(tx, who.id, now)
        desk_log.append(tx, by.queue, now, f"responder:{by.id}", "withdrawn", {"responder": who.id})
    if not could_read:
        return "withdrawn"
    outcome = "key_renewed" if _renew(database, by.queue, opener, now) else "key_kept"
    with database.writing() as tx:
        desk_log.append(tx, by.queue, now, f"responder:{by.id}", outcome, {})
    return outcome


def _renew(database: Database, queue: str, opener: Opener, now: int) -> bool:
    try:
        # One that was cut off is finished first: it began before the colleague left.
        for _ in range(2 if rotation.begun(database, queue) else 1):
            rotation.rotate_desk(database, queue, opener, now)
    except CannotOpen:
        return False
    return not rotation.begun(database, queue)


def _colleague(tx: Connection, by: Responder, responder_id: int) -> Responder:
    who = accounts.by_id(tx, responder_id)
    if who is None or who.queue != by.queue or who.disabled:
        raise NotYours("no such colleague")
    return who
