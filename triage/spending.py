"""What left by SMS in a day: counts and money by country, and counts by talk. No number stands here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.channel_tables import sent_to, spending

SHARDS = 16


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one country (or of all): messages, and millionths of the currency."""

    messages: int
    micros: int


def of_day(tx: Connection, day: str) -> dict[str, Spent]:
    """By country."""
    query = select(spending.c.country, func.sum(spending.c.messages), func.sum(spending.c.micros)).where(spending.c.day == day)
    return {country: Spent(int(messages), int(micros)) for country, messages, micros in tx.execute(query.group_by(spending.c.country))}


def to_talk(tx: Connection, talk_id: int, day: str) -> int:
    """How many messages this talk was sent in a day."""
    query = select(sent_to.c.messages).where(sent_to.c.conversation_id == talk_id, sent_to.c.day == day)
    return int(tx.execute(query).scalar_one_or_none() or 0)


def note(tx: Connection, day: str, country: str, talk_id: int, messages: int, micros: int) -> None:
    """Adds what leaves now."""
    key = {"day": day, "country": country, "shard": talk_id % SHARDS}
    _add(tx, spending, key, {"messages": messages, "micros": micros})
    _add(tx, sent_to, {"conversation_id": talk_id, "day": day}, {"messages": messages})


def forget(tx: Connection, before_day: str) -> None:
    """Forgets the talks' counts of earlier days; the sums stay."""
    tx.execute(sent_to.delete().where(sent_to.c.day < before_day))


def _add(tx: Connection, table: Table, key: dict[str, Any], more: dict[str, int]) -> None:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**key, **more)
    grown = {name: table.c[name] + query.excluded[name] for name in more}
    tx.execute(query.on_conflict_do_update(index_elements=list(key), set_=grown))
