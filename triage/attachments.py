"""Files that people sent: each sealed whole as it came, kept for a time, shown by a preview without metadata.

A row is made with the message it belongs to; what it names is fetched later, by whoever leases it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from triage import case_keys, marks
from triage.channel_tables import attachment, attachment_part
from triage.tables import cases, conversation, message
from triage.vault import CannotOpen, Opener, Sealer

DAY_MS = 86_400_000
KEPT_DAYS = 90
MAX_BYTES = 20_000_000
LEASE_MS = 180_000
MAX_ATTEMPTS = 6
PART = 1 << 20
SOURCE, FACTS, PREVIEW, ORIGINAL = "file-source", "file-facts", "file-preview", "file"
# The kinds of file that are known, by their own first bytes, and the ending under which each is handed on.
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "application/pdf": "pdf",
}
TOO_LARGE, EMPTY, GONE = "too large", "empty", "could not be fetched"


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file as it is taken in: where its channel finds it, or its bytes."""

    source: Mapping[str, object]
    data: bytes | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A file to be fetched and looked at. `source` is sealed."""

    id: int
    channel: str
    case_id: int
    conversation_id: int | None
    source: bytes | None
    attempts: int
    lang: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as its desk sees it; `facts` are type, size, sha256, name, width, height, as far as they are known."""

    id: int
    message_id: int
    state: str
    why: str | None
    facts: Mapping[str, Any]
    has_preview: bool


def add(tx: Connection, sealer: Sealer, message_id: int, talk_id: int | None, channel: str, files: Sequence[Fresh], now: int) -> list[int]:
    """Notes the files of a message; their ids."""
    case_id = tx.execute(select(message.c.case_id).where(message.c.id == message_id)).scalar_one_or_none()
    if case_id is None:
        return []
    found = []
    for file in files:
        values = {
            "case_id": case_id,
            "message_id": message_id,
            "conversation_id": talk_id,
            "channel": channel,
            "state": "refused" if file.refused else "waiting",
            "why": file.refused,
            "source": sealer.seal(SOURCE, json.dumps(dict(file.source), ensure_ascii=True).encode()),
            "due_at": now,
            "created_at": now,
            "purge_at": now + KEPT_DAYS * DAY_MS,
            "attempts": 0,
        }
        file_id = int(tx.execute(insert(attachment).values(values).returning(attachment.c.id)).scalar_one())
        for seq, part in enumerate(cut(case_keys.sealer(tx, case_id).seal(ORIGINAL, file.data)) if file.data and not file.refused else ()):
            add_part(tx, file_id, seq, part)
        found.append(file_id)
    return found


def cut(sealed: bytes) -> list[bytes]:
    """A sealed file in parts."""
    return [sealed[at : at + PART] for at in range(0, len(sealed), PART)]


def add_part(tx: Connection, file_id: int, seq: int, part: bytes) -> None:
    """Stores one part."""
    tx.execute(insert(attachment_part).values(attachment_id=file_id, seq=seq, sealed=part))


def drop_parts(tx: Connection, file_id: int) -> None:
    """Forgets what a worker that died had stored."""
    tx.execute(delete(attachment_part).where(attachment_part.c.attachment_id == file_id))


def waiting(tx: Connection, now: int, limit: int = 20) -> tuple[int, ...]:
    """Files that are due and in nobody's hands, oldest first."""
    free = or_(attachment.c.lease_until.is_(None), attachment.c.lease_until <= now)
    query = select(attachment.c.id).where(attachment.c.state == "waiting", attachment.c.due_at <= now, free)
    return tuple(tx.execute(query.order_by(attachment.c.due_at).limit(limit)).scalars())


def lease(tx: Connection, file_id: int, now: int) -> Work | None:
    """Takes a file to work on; None where it is done or in other hands."""
    free = or_(attachment.c.lease_until.is_(None), attachment.c.lease_until <= now)
    query = (
        update(attachment)
        .where(attachment.c.id == file_id, attachment.c.state == "waiting", attachment.c.due_at <= now, free)
        .values(lease_until=now + LEASE_MS, attempts=attachment.c.attempts + 1)
        .returning(*(attachment.c[name] for name in ("id", "channel", "case_id", "conversation_id", "source", "attempts")))
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    source = None if row.source is None else bytes(row.source)
    lang = tx.execute(select(conversation.c.lang).where(conversation.c.id == row.conversation_id)).scalar_one_or_none()
    return Work(row.id, row.channel, row.case_id, row.conversation_id, source, row.attempts, lang)


def kept(tx: Connection, sealer: Sealer, work: Work, facts: Mapping[str, Any], preview: bytes | None, why: str | None) -> None:
    """The original is stored; the desk sees it from now on."""
    blob = sealer.seal(FACTS, json.dumps(dict(facts), ensure_ascii=True).encode())
    shown = sealer.seal(PREVIEW, preview) if preview else None
    _settle(tx, work, state="kept", why=why, facts=blob, preview=shown)


def refused(tx: Connection, work: Work, why: str) -> None:
    """Not kept; the case says why."""
    drop_parts(tx, work.id)
    _settle(tx, work, state="refused", why=why)


def retry(tx: Connection, work: Work, due_at: int) -> None:
    """Not to be had now; later perhaps."""
    tx.execute(update(attachment).where(attachment.c.id == work.id).values(lease_until=None, due_at=due_at))


def of_case(tx: Connection, opener: Opener, case_id: int) -> tuple[Shown, ...]:
    """The files of a case, in the order in which they came."""
    query = select(*_COLUMNS).where(attachment.c.case_id == case_id).order_by(attachment.c.id)
    opener = case_keys.opener(tx, case_id, opener)
    return tuple(_shown(row, opener) for row in tx.execute(query))


def find(tx: Connection, opener: Opener, case_id: int, file_id: int) -> Shown | None:
    """One file of this case; None where it is another's."""
    row = tx.execute(select(*_COLUMNS).where(attachment.c.case_id == case_id, attachment.c.id == file_id)).first()
    return _shown(row, case_keys.opener(tx, case_id, opener)) if row else None


def preview(tx: Connection, opener: Opener, file_id: int) -> bytes | None:
    """The picture without metadata, opened; a JPEG. Raises CannotOpen."""
    row = tx.execute(select(attachment.c.preview, attachment.c.case_id).where(attachment.c.id == file_id)).first()
    return case_keys.opener(tx, row.case_id, opener).open(PREVIEW, row.preview) if row is not None and row.preview is not None else None


def original(tx: Connection, opener: Opener, file_id: int) -> bytes:
    """The file as it came, opened. Raises CannotOpen."""
    query = select(attachment_part.c.sealed).where(attachment_part.c.attachment_id == file_id).order_by(attachment_part.c.seq)
    case_id = tx.execute(select(attachment.c.case_id).where(attachment.c.id == file_id)).scalar_one()
    opener = case_keys.opener(tx, case_id, opener)
    return opener.open(ORIGINAL, b"".join(tx.execute(query).scalars()))


def purge(tx: Connection, now: int, days: int = KEPT_DAYS, limit: int = 50) -> int:
    """Deletes files whose time is over: original, preview and where they came from; that there was one stays. How many."""
    query = select(attachment.c.id).where(attachment.c.created_at <= now - days * DAY_MS, attachment.c.state != "gone").limit(limit)
    old = tuple(tx.execute(query).scalars())
    if old:
        tx.execute(delete(attachment_part).where(attachment_part.c.attachment_id.in_(old)))
        gone = {"state": "gone", "why": f"kept for {days} days", "source": None, "facts": None, "preview": None, "lease_until": None}
        tx.execute(update(attachment).where(attachment.c.id.in_(old)).values(gone))
    return len(old)


_COLUMNS = (
    attachment.c.id,
    attachment.c.message_id,
    attachment.c.state,
    attachment.c.why,
    attachment.c.facts,
    attachment.c.preview.is_not(None).label("has_preview"),
)


def _shown(row: Row[Any], opener: Opener) -> Shown:
    try:
        facts = json.loads(opener.open(FACTS, row.facts)) if row.facts is not None else {}
    except CannotOpen:
        facts = {"unreadable": True}
    return Shown(row.id, row.message_id, row.state, row.why, facts, bool(row.has_preview))


def _settle(tx: Connection, work: Work, **values: object) -> None:
    tx.execute(update(attachment).where(attachment.c.id == work.id).values(lease_until=None, source=None, **values))
    changed = update(cases).where(cases.c.id == work.case_id).values(version=cases.c.version + 1).returning(cases.c.queue)
    queue = tx.execute(changed).scalar_one_or_none()
    if queue is not None:
        marks.grow(tx, queue)
