"""The one question for the place: put once, to a person of an unknown place who fell silent and may be written to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, update

from triage import events
from triage.tables import cases, conversation

NOT_LATER_MS = 20 * 3_600_000  # after a day it would come out of the blue, and WhatsApp would not take it
CHANNELS = ("sms", "whatsapp", "telegram")
LANE = "desk"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask: the case, its talk, the talk's channel and language, and what it remembers (under the state key)."""

    case_id: int
    talk_id: int
    channel: str
    lang: str | None
    state: bytes | None


def due(tx: Connection, desk: str, silent_ms: int, now: int) -> tuple[Asked, ...]:
    """Whose place is to be asked for now: at the desk of the unknown, no country known, silent for so long."""
    query = _open(desk).where(conversation.c.heard_at <= now - silent_ms, conversation.c.heard_at > now - NOT_LATER_MS)
    return tuple(Asked(*row) for row in tx.execute(query.order_by(cases.c.id).limit(50)))


def take(tx: Connection, desk: str, asked: Asked, now: int) -> bool:
    """Notes that it is asked, in the transaction that queues it; False where it need not be asked any more, or is asked by another."""
    if tx.execute(_open(desk).where(cases.c.id == asked.case_id).with_for_update()).first() is None:
        return False
    tx.execute(update(cases).where(cases.c.id == asked.case_id).values(asked_place_at=now, version=cases.c.version + 1))
    events.append(tx, asked.case_id, now, "system", "asked_place")
    return True


def pass_over(tx: Connection, case_id: int, now: int) -> None:
    """The person said that they do not know, or that there is no town: they are not asked."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(asked_place_at=now))


def _open(desk: str) -> Select[Any]:
    # `neutral` is set where the phone may be read by others; a person who chose hours is asked at those (`outbox` holds it back).
    return (
        select(cases.c.id, conversation.c.id, conversation.c.channel, conversation.c.lang, conversation.c.state)
        .join(conversation, conversation.c.case_id == cases.c.id)
        .where(
            cases.c.queue == desk,
            cases.c.country.is_(None),
            cases.c.asked_place_at.is_(None),
            cases.c.state != "closed",
            cases.c.lane == LANE,
            cases.c.no_outbound.is_(False),
            conversation.c.channel.in_(CHANNELS),
            conversation.c.stopped_at.is_(None),
            conversation.c.neutral.is_(None),
        )
    )
