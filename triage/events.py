"""The history of a case: append-only, each event hashed together with the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from triage.tables import event

START = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's history. `data` holds ids, levels and counts; `reason` is sealed."""

    seq: int
    at: int
    actor: str
    verb: str
    data: Mapping[str, object]
    reason: bytes | None


def append(
    tx: Connection, case_id: int, at: int, actor: str, verb: str, data: Mapping[str, object] | None = None, reason: bytes | None = None
) -> None:
    """Adds one event. The caller holds the case's row, so that `seq` has no gaps and no rivals."""
    last = tx.execute(select(event.c.seq, event.c.hash).where(event.c.case_id == case_id).order_by(event.c.seq.desc()).limit(1)).first()
    seq, prev = (last.seq + 1, bytes(last.hash)) if last else (1, START)
    text = json.dumps(dict(data or {}), sort_keys=True, separators=(",", ":"))
    digest = _digest(prev, case_id, seq, at, actor, verb, text, reason)
    tx.execute(
        insert(event).values(case_id=case_id, seq=seq, at=at, actor=actor, verb=verb, data=text, reason=reason, prev=prev, hash=digest)
    )


def history(tx: Connection, case_id: int) -> tuple[Event, ...]:
    """All events of a case, oldest first."""
    rows = tx.execute(select(event).where(event.c.case_id == case_id).order_by(event.c.seq))
    return tuple(Event(row.seq, row.at, row.actor, row.verb, json.loads(row.data), row.reason) for row in rows)


def of_verbs(tx: Connection, case_id: int, *verbs: str) -> tuple[Event, ...]:
    """The events of these verbs, oldest first, without their sealed reasons."""
    columns = (event.c.seq, event.c.at, event.c.actor, event.c.verb, event.c.data)
    rows = tx.execute(select(*columns).where(event.c.case_id == case_id, event.c.verb.in_(verbs)).order_by(event.c.seq))
    return tuple(Event(row.seq, row.at, row.actor, row.verb, json.loads(row.data), None) for row in rows)


def broken_at(tx: Connection, case_id: int) -> int | None:
    """The first `seq` whose hash does not follow from the one before; None where the chain is whole."""
    prev = START
    for expected, row in enumerate(tx.execute(select(event).where(event.c.case_id == case_id).order_by(event.c.seq)), start=1):
        digest = _digest(prev, case_id, row.seq, row.at, row.actor, row.verb, row.data, row.reason)
        if row.seq != expected or bytes(row.prev) != prev or bytes(row.hash) != digest:
            return expected
        prev = digest
    return None


def _digest(prev: bytes, case_id: int, seq: int, at: int, actor: str, verb: str, data: str, reason: bytes | None) -> bytes:
    head = json.dumps([case_id, seq, at, actor, verb, data], ensure_ascii=True, separators=(",", ":")).encode()
    sealed = hashlib.blake2b(bytes(reason or b""), digest_size=32).digest()
    return hashlib.blake2b(prev + sealed + head, digest_size=32, person=b"hotline-event").digest()
