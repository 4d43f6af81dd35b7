"""A report comes in: it is a case at once, on a desk at once, and every later word joins it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from config.desks import Routing
from triage import case_keys, events, marks, messages, participants, receipt, tallies, timers
from triage.routing import CaseFacts, Route, route
from triage.tables import cases, conversation, event
from triage.values import rank
from triage.vault import Keyring

DAY_MS = 86_400_000
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud over bad lines


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What is known of a report when it is taken in."""

    lang: str
    kind: str = "other"
    level: str = "low"
    country: str | None = None
    subdivision: str | None = None
    no_authorities: bool = False
    implicated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new case; `code` is the person's receipt, kept nowhere else in the clear. `due_at`: a responder reacts by then."""

    case_id: int
    ref: str
    code: str
    desk: str
    due_at: int


def accept(tx: Connection, keys: Keyring, routing: Routing, channel: str, look: FirstLook, now: int) -> Accepted:
    """Makes a case and puts it on its desk, in the transaction that stores the message."""
    code, index = receipt.new_code(), keys.index
    found = route(routing, _facts(look), now)
    values = timers.armed(routing, found.desk, look.level, now) | {
        "ref": new_ref(),
        "queue": found.desk,
        "level": rank(look.level),
        "state": "new",
        "kind": look.kind,
        "lang": look.lang,
        "country": look.country,
        "subdivision": look.subdivision,
        "channel": channel,
        "received_at": now,
        "routed_at": now,
        "unread_at": now,
        "no_authorities": look.no_authorities,
        "implicated": ",".join(look.implicated) or None,
        "receipt_index": index.of("receipt", code),
        "receipt_key": index.id,
        "receipt_public": receipt.public_key(code),
    }
    if tx.dialect.name == "sqlite":
        values["id"] = _unused(tx)
    case_id = int(tx.execute(insert(cases).values(values).returning(cases.c.id)).scalar_one())
    case_keys.begin(tx, case_id, found.desk, routing.desks[found.desk].civil_alternate, now)
    events.append(tx, case_id, now, "reporter", "received", {"channel": channel})
    events.append(tx, case_id, now, "system", "routed", _routed(found))
    marks.grow(tx, found.desk)
    return Accepted(case_id, str(values["ref"]), code, found.desk, int(str(values["due_at"])))


def _unused(tx: Connection) -> int:
    """SQLite gives the highest id again when its row is gone, and a case's history outlives it: no case may take up another's."""
    last = tx.execute(select(func.max(cases.c.id).label("one"), select(func.max(event.c.case_id)).scalar_subquery().label("other"))).one()
    return max(last.one or 0, last.other or 0) + 1


def _facts(look: FirstLook) -> CaseFacts:
    return CaseFacts(look.country, look.level, look.kind, look.lang, look.no_authorities, look.subdivision, implicated=look.implicated)


def new_ref() -> str:
    """A case's name for responders: eight characters (39 bits) with a dash in their middle; not a secret and not guessable."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


def add_word(tx: Connection, routing: Routing, case_id: int, content: Mapping[str, object], now: int) -> int:
    """Stores what the person said (sealed) on their case and wakes a closed one; the message's id."""
    columns = (cases.c.state, cases.c.queue, cases.c.unread_at, cases.c.lane, cases.c.public, cases.c.hot_until)
    row = tx.execute(select(*columns).where(cases.c.id == case_id).with_for_update()).one()
    sealer = case_keys.for_word(tx, case_id, row, routing.desks[row.queue].civil_alternate, now)
    message_id = messages.add(tx, case_id, "in", now, messages.seal(sealer, content))
    values: dict[str, object] = {"messages": cases.c.messages + 1, "version": cases.c.version + 1, "unread_at": row.unread_at or now}
    if row.state == "closed":
        values |= {"state": "new", "claimed_by": None, "closed_at": None, "outcome": None, "step": timers.WOKEN}
        values |= {"escalate_at": now if row.lane == "desk" else None}
        events.append(tx, case_id, now, "reporter", "reopened")
    tx.execute(update(cases).where(cases.c.id == case_id).values(values))
    marks.grow(tx, row.queue, *participants.queues(tx, case_id))
    return message_id


def is_past(tx: Connection, case_id: int, days: int, now: int) -> bool:
    """True for a case that was closed so many days ago that a new word is another matter."""
    row = tx.execute(select(cases.c.state, cases.c.closed_at).where(cases.c.id == case_id)).first()
    return row is not None and row.state == "closed" and (row.closed_at or now) < now - days * DAY_MS


def forget(tx: Connection, case_id: int, now: int, why: str, actor: str = "reporter") -> None:
    """Deletes a case with everything in it; a count and a tombstone in the history remain."""
    row = tx.execute(select(cases.c.queue, cases.c.ref, cases.c.received_at).where(cases.c.id == case_id)).first()
    if row is None:
        return
    case_keys.forget(tx, case_id)
    tx.execute(update(conversation).where(conversation.c.case_id == case_id).values(case_id=None))
    tx.execute(delete(cases).where(cases.c.id == case_id))
    tx.execute(delete(event).where(event.c.case_id == case_id))
    events.append(tx, case_id, now, actor, "forgotten", {"why": why, "mark": erased_mark(row.ref, row.received_at)})
    tallies.count(tx, now, "forgotten", why)
    marks.grow(tx, row.queue)


def erased_mark(ref: str, received_at: int) -> str:
    """By what a restored backup is told that this case was erased: nothing can be read from it, and no other case has it."""
    return hashlib.blake2b(f"{ref}|{received_at}".encode(), digest_size=16, person=b"hotline-erased").hexdigest()


def by_code(tx: Connection, keys: Keyring, code: str) -> int | None:
    """The case that a receipt code belongs to, under whichever pepper that is held."""
    indexes = [index.of("receipt", code) for index in keys.index.all]
    return tx.execute(select(cases.c.id).where(cases.c.receipt_index.in_(indexes))).scalar_one_or_none()


def _routed(found: Route) -> dict[str, object]:
    return {"to": found.desk, "rules": list(found.rules)}
