"""Conversation rows: who is at which step, found by blind index, changed by version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.blind import BlindIndex
from triage.bonds import past_talk
from triage.tables import conversation


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


def find(tx: Connection, channel: str, address_index: bytes) -> Talk | None:
    """The talk as it stands; takes no lock."""
    row = tx.execute(_select(channel, address_index)).first()
    return _talk(row) if row else None


def lock(tx: Connection, channel: str, address_index: bytes, contact: bytes | None, now: int) -> Talk:
    """The talk, made if new, held for this transaction: a person's messages are taken one after another."""
    row = tx.execute(_select(channel, address_index).with_for_update()).first()
    if row is None:
        dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
        fresh = {"channel": channel, "address_index": address_index, "contact": contact, "version": 0, "updated_at": now}
        tx.execute(dialect.insert(conversation).values(**fresh).on_conflict_do_nothing())
        row = tx.execute(_select(channel, address_index).with_for_update()).one()
    return _talk(row)


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


def _select(channel: str, address_index: bytes) -> Select[Any]:
    return select(*_COLUMNS).where(conversation.c.channel == channel, conversation.c.address_index == address_index)


def _talk(row: Any) -> Talk:
    return Talk(*tuple(row))
