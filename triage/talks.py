"""Conversation rows: who is at which step, found by blind index, changed by version."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.blind import BlindIndex
from triage.bonds import past_talk
from triage.db import Database
from triage.tables import conversation

STATE_MS = 48 * 3_600_000  # how long a talk that was left can be gone on with


@dataclass(frozen=True, slots=True)
class Talk:
    """One person on one channel. `state` is under the state key; `safe_hours` see `hours`, `neutral` is sent instead of an answer."""

    id: int
    channel: str
    version: int
    state: bytes | None
    lang: str | None
    case_id: int | None
    stopped_at: int | None
    updated_at: int
    line: str | None = None
    safe_hours: int | None = None
    utc_offset: int | None = None
    neutral: str | None = None


def address_index(index: BlindIndex, channel: str, sender: str) -> bytes:
    """By what a talk is found. Numbers and chat ids are few, so theirs is slow to make; a web talk's token cannot be guessed."""
    return index.of(channel, sender) if channel == "web" else index.slow(channel, sender)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a talk is looked for: `index` under the pepper in use (`key`), and whatever else its row may still be under.

    `moves`: a row that is found elsewhere is put under the pepper in use.
    """

    channel: str
    index: bytes
    key: bytes | None = None
    others: tuple[bytes, ...] = ()
    moves: bool = True


def resolve(database: Database, index: BlindIndex, channel: str, sender: str) -> Address:
    """The address of a sender, under every pepper that is held where it has to be. Slow; takes no lock."""
    mine = address_index(index, channel, sender)
    # Rows from before the slow index, and their STOP marks, are under a fast one.
    others = () if channel == "web" else tuple(one.of(channel, sender) for one in index.all)
    if index.others and (index.coming or not _settled(database, channel, mine)):
        others = (*(address_index(one, channel, sender) for one in index.others), *others)
    return Address(channel, mine, index.id, others, not index.coming)


def _settled(database: Database, channel: str, mine: bytes) -> bool:
    """True where the row is under the pepper in use: it will not move any more."""
    with database.reading() as tx:
        return tx.execute(select(conversation.c.id).where(*_at(channel, (mine,)))).first() is not None


def find(tx: Connection, at: Address, now: int = 0) -> Talk | None:
    """The talk as it stands, as far as it can be gone on with `now`; takes no lock."""
    rows = _rows(tx, at, _select(at))
    return _while_it_lasts(_talk(rows[0]), now) if rows else None


def lock(tx: Connection, at: Address, contact: bytes | None, now: int) -> Talk:
    """The talk, made if new, held for this transaction: a person's messages are taken one after another."""
    query = _select(at).with_for_update()
    rows = _rows(tx, at, query)
    if not rows and at.others and tx.dialect.name == "postgresql":
        # Two processes that use different peppers must not both make this person's row.
        mark = int.from_bytes(min(at.index, *at.others)[:8], "big", signed=True)
        tx.execute(select(func.pg_advisory_xact_lock(mark)))
        rows = _rows(tx, at, query)
    if not rows:
        dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
        fresh: dict[str, object] = {"channel": at.channel, "address_index": at.index, "index_key": at.key}
        fresh |= {"contact": contact, "version": 0, "updated_at": now}
        tx.execute(dialect.insert(conversation).values(**fresh).on_conflict_do_nothing())
        rows = _rows(tx, at, query)
    talk = _while_it_lasts(_talk(rows[0]), now)
    for older in rows[1:]:
        talk = replace(talk, stopped_at=talk.stopped_at or older.stopped_at)
        tx.execute(update(conversation).where(conversation.c.id == older.id).values(address_index=secrets.token_bytes(16), index_key=None))
    if at.moves and bytes(rows[0].address_index) != at.index:
        move(tx, talk.id, bytes(rows[0].address_index), at)
    return talk


def _while_it_lasts(talk: Talk, now: int) -> Talk:
    """Without its state where that is over: the clock empties such rows, and nobody goes on with it while it is away."""
    return replace(talk, state=None) if talk.updated_at < now - STATE_MS else talk


def move(tx: Connection, talk_id: int, old: bytes, at: Address) -> bool:
    """Puts a talk under the pepper in use; False where somebody else did so before, or the person has another talk there."""
    there = select(conversation.c.id).where(*_at(at.channel, (at.index,)))
    if tx.execute(there).first() is not None:
        return False
    here = update(conversation).where(conversation.c.id == talk_id, conversation.c.address_index == old)
    return tx.execute(here.values(address_index=at.index, index_key=at.key)).rowcount == 1


def save(tx: Connection, talk: Talk, now: int) -> Talk:
    """Stores what changed and counts the version up."""
    saved = replace(talk, version=talk.version + 1, updated_at=now)
    tx.execute(
        update(conversation)
        .where(conversation.c.id == talk.id)
        .values(
            version=saved.version,
            state=saved.state,
            lang=saved.lang,
            case_id=saved.case_id,
            stopped_at=saved.stopped_at,
            updated_at=now,
            heard_at=now,
            line=saved.line,
            safe_hours=saved.safe_hours,
            utc_offset=saved.utc_offset,
            neutral=saved.neutral,
        )
    )
    return saved


def of_case(tx: Connection, case_id: int) -> Talk | None:
    """The talk through which this case's reporter was last heard, also one that has gone on to a newer case."""
    went_on = select(past_talk.c.conversation_id).where(past_talk.c.case_id == case_id)
    for mine in (conversation.c.case_id == case_id, conversation.c.id.in_(went_on)):
        row = tx.execute(select(*_COLUMNS).where(mine).order_by(conversation.c.updated_at.desc()).limit(1)).first()
        if row is not None:
            return _talk(row)
    return None


def contact(tx: Connection, talk_id: int) -> tuple[str, bytes | None, int | None]:
    """Channel, sealed contact and time of STOP: what delivery must know."""
    columns = (conversation.c.channel, conversation.c.contact, conversation.c.stopped_at)
    row = tx.execute(select(*columns).where(conversation.c.id == talk_id)).one()
    return row.channel, row.contact, row.stopped_at


def attach(tx: Connection, talk_id: int, case_id: int | None) -> None:
    """Joins a talk to a case (or to none)."""
    tx.execute(update(conversation).where(conversation.c.id == talk_id).values(case_id=case_id))


def forget_states(tx: Connection, before: int) -> int:
    """Drops the steps of talks silent since `before`; the case stands as it is."""
    query = update(conversation).where(conversation.c.updated_at < before, conversation.c.state.is_not(None)).values(state=None)
    return tx.execute(query).rowcount


_COLUMNS = (
    conversation.c.id,
    conversation.c.channel,
    conversation.c.version,
    conversation.c.state,
    conversation.c.lang,
    conversation.c.case_id,
    conversation.c.stopped_at,
    conversation.c.updated_at,
    conversation.c.line,
    conversation.c.safe_hours,
    conversation.c.utc_offset,
    conversation.c.neutral,
)


def _at(channel: str, indexes: tuple[bytes, ...]) -> tuple[ColumnElement[bool], ...]:
    return conversation.c.channel == channel, conversation.c.address_index.in_(indexes)


def _select(at: Address) -> Select[Any]:
    return select(*_COLUMNS, conversation.c.address_index).where(*_at(at.channel, (at.index, *at.others)))


def _rows(tx: Connection, at: Address, query: Select[Any]) -> list[Any]:
    """The rows of a sender, the one under the pepper in use first; more than one only where a newer did not know an older."""
    return sorted(tx.execute(query), key=lambda row: (bytes(row.address_index) != at.index, -row.id))


def _talk(row: Any) -> Talk:
    return Talk(*tuple(row)[: len(_COLUMNS)])
