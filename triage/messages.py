"""Messages of a case: what the reporter wrote, what responders answered or noted, each a sealed blob."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from triage import case_keys, receipt
from triage.tables import cases, message, outbox, responder
from triage.vault import CannotOpen, Opener, Sealer

PURPOSE = "message"
FOR_REPORTER = "for-reporter"


@dataclass(frozen=True, slots=True)
class Message:
    """One opened message. `direction` is in, out or note; `sending` is the outbox state of a reply."""

    id: int
    direction: str
    at: int
    text: str
    step: str | None
    choices: tuple[str, ...]
    extra: Mapping[str, object]
    author: str | None
    sending: str | None
    delivery: str | None
    error: str | None


def seal(sealer: Sealer, content: Mapping[str, object]) -> bytes:
    """The content of a message (at least `text`) as a sealed blob."""
    return sealer.seal(PURPOSE, json.dumps(dict(content), ensure_ascii=True).encode())


def unseal(opener: Opener, blob: bytes) -> dict[str, object]:
    """The content again. Raises CannotOpen."""
    content = json.loads(opener.open(PURPOSE, blob))
    if not isinstance(content, dict):
        raise CannotOpen("not a message")
    return content


def add(
    tx: Connection, case_id: int, direction: str, now: int, sealed: bytes, author_id: int | None = None, for_reporter: bytes | None = None
) -> int:
    """Stores one message; its id."""
    values = {"case_id": case_id, "direction": direction, "at": now, "sealed": sealed, "author_id": author_id, "for_reporter": for_reporter}
    return int(tx.execute(insert(message).values(values).returning(message.c.id)).scalar_one())


def seal_for_reporter(public: bytes | None, text: str) -> bytes | None:
    """The reply sealed to the receipt code; None where the case has none."""
    return Sealer(public).seal(FOR_REPORTER, text.encode("utf-8", "replace")) if public else None


def read_all(tx: Connection, case_id: int, opener: Opener) -> tuple[Message, ...]:
    """All messages of a case as far as `opener` may read it, oldest first. A blob that does not open says so in its place."""
    opener = case_keys.opener(tx, case_id, opener)
    sending = (outbox.c.state.label("sending"), outbox.c.delivery, outbox.c.error)
    query = (
        select(message.c.id, message.c.direction, message.c.at, message.c.sealed, responder.c.name, *sending)
        .select_from(
            message.outerjoin(responder, message.c.author_id == responder.c.id).outerjoin(outbox, outbox.c.message_id == message.c.id)
        )
        .where(message.c.case_id == case_id)
        .order_by(message.c.id)
    )
    return tuple(_message(row, opener) for row in tx.execute(query))


def _message(row: Any, opener: Opener) -> Message:
    try:
        content = unseal(opener, row.sealed)
    except CannotOpen:
        content = {"text": "", "unreadable": True}
    known = ("text", "step", "choices")
    extra = {key: value for key, value in content.items() if key not in known}
    choices = content.get("choices") or ()
    step = content.get("step")
    return Message(
        row.id,
        row.direction,
        row.at,
        str(content.get("text", "")),
        str(step) if step else None,
        tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
        extra,
        row.name,
        row.sending,
        row.delivery,
        row.error,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the reporter reads it on return."""

    at: int
    text: str


def replies(tx: Connection, case_id: int, code: str) -> tuple[Reply, ...]:
    """What responders answered, opened by the receipt code alone."""
    opener = receipt.opener(code)
    query = select(message.c.at, message.c.for_reporter).where(message.c.case_id == case_id, message.c.for_reporter.is_not(None))
    rows = tx.execute(query.order_by(message.c.id))
    return tuple(Reply(row.at, opener.open(FOR_REPORTER, row.for_reporter).decode()) for row in rows)


def count_since(tx: Connection, case_id: int, since: int) -> int:
    """How many messages of the reporter came since then."""
    query = select(func.count()).select_from(message).where(message.c.case_id == case_id, message.c.direction == "in", message.c.at > since)
    return int(tx.execute(query).scalar_one())


def count_inbound(tx: Connection, case_id: int) -> int:
    """How many messages of the reporter the case has."""
    return int(tx.execute(select(cases.c.messages).where(cases.c.id == case_id)).scalar_one())
