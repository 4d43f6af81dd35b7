"""Where every history ends, kept beside the histories under a key that is not in the database.

A chain of hashes shows that a line was changed; that its last lines were cut off, or that a whole history is gone, it does not. So the
clock notes each history's last line (`history_head`) and, over all of them, their sum: each head goes in as an HMAC, added modulo 2^256,
so that a changed head costs the same with a million others (a keyed MSet-Add-Hash: Clarke et al. 2003). Each `anchor` is under the
key, hashed with the one before. Whoever keeps a printed anchor elsewhere also notices a database that was put back as a whole.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.columns import Text
from triage.tables import BigId, event, metadata

FORGOTTEN = "forgotten"  # the line that stays of a history whose case was erased
START = b"\0" * 32
AGAIN = 5_000  # PostgreSQL commits ids out of order: the newest are looked at again
WORD = 1 << 256

history_head = Table(
    "history_head",
    metadata,
    Column("case_id", BigId, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("verb", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

anchor = Table(
    "anchor",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),  # events up to this id were looked at
    Column("histories", Integer, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("total", LargeBinary, nullable=False),  # sum over all heads
    Column("prev", LargeBinary, nullable=False),
    Column("mark", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """One look at all histories: how many, how many lines, and the mark over both, their heads and the anchor before."""

    at: int
    histories: int
    lines: int
    mark: bytes

    def __str__(self) -> str:
        return f"{self.at} {self.histories} {self.lines} {self.mark.hex()}"


def note(tx: Connection, key: bytes, now: int, audit_ms: int) -> Anchor:
    """Takes in what was added since the last look; the anchor. A history that does not go on from its old head is left to `faults`."""
    last = _last(tx)
    seen, histories, lines, total = (last.seen, last.histories, last.lines, int.from_bytes(last.total, "big")) if last else (0, 0, 0, 0)
    newest = tx.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one()
    touched = select(event.c.case_id).where(event.c.id > seen - AGAIN).distinct()
    changed = False
    for case_id in tuple(tx.execute(touched).scalars()):
        old, new = _head(tx, case_id), _end(tx, case_id)
        if new is None or (old is not None and (_same(old, new) or not _follows(tx, case_id, old, new))):
            continue
        total += _value(key, case_id, new.seq, bytes(new.hash)) - (_value(key, case_id, old.seq, bytes(old.hash)) if old else 0)
        histories, lines, changed = histories + (old is None), lines + new.seq - (old.seq if old else 0), True
        _keep(tx, case_id, new)
    for old in tx.execute(select(history_head).where(history_head.c.verb == FORGOTTEN, history_head.c.at < now - audit_ms)).all():
        if _end(tx, old.case_id) is None:
            total -= _value(key, old.case_id, old.seq, bytes(old.hash))
            histories, lines, changed = histories - 1, lines - old.seq, True
            tx.execute(delete(history_head).where(history_head.c.case_id == old.case_id))
    if last is not None and not changed:
        return Anchor(last.at, last.histories, last.lines, bytes(last.mark))
    made = {"at": now, "seen": newest, "histories": histories, "lines": lines, "total": (total % WORD).to_bytes(32, "big")}
    made |= {"prev": bytes(last.mark) if last else START}
    tx.execute(insert(anchor).values(**made, mark=_mark(key, made)))
    return Anchor(now, histories, lines, _mark(key, made))


def faults(tx: Connection, key: bytes) -> Iterator[str]:
    """What was cut off, removed or changed since it was noted."""
    total, histories, lines = 0, 0, 0
    for row in tx.execute(select(history_head).order_by(history_head.c.case_id)):
        total, histories, lines = total + _value(key, row.case_id, row.seq, bytes(row.hash)), histories + 1, lines + row.seq
        now = _end(tx, row.case_id)
        if now is None:
            yield f"case {row.case_id}: its whole history is gone"
        elif not _follows(tx, row.case_id, row, now):
            yield f"case {row.case_id}: line {row.seq} of its history is gone, or not the one that was noted; it ends at {now.seq}"
    prev, last = START, _last(tx)
    for last in tx.execute(select(anchor).order_by(anchor.c.id)):
        if bytes(last.prev) != prev or bytes(last.mark) != _mark(key, last._mapping):
            yield f"anchor {last.id} was changed, or one before it is gone"
            break
        prev = bytes(last.mark)
    found = (histories, lines, (total % WORD).to_bytes(32, "big"))
    if found != ((last.histories, last.lines, bytes(last.total)) if last is not None else (0, 0, START)):
        yield "the noted heads are not those of the last anchor: some were removed or changed"


def newest(tx: Connection) -> Anchor | None:
    """The last anchor, to be kept elsewhere."""
    row = _last(tx)
    return Anchor(row.at, row.histories, row.lines, bytes(row.mark)) if row is not None else None


def knows(tx: Connection, mark: bytes) -> bool:
    """True where an anchor that was kept elsewhere is one of this database's."""
    return tx.execute(select(anchor.c.id).where(anchor.c.mark == mark)).first() is not None


def _last(tx: Connection) -> Any:
    return tx.execute(select(anchor).order_by(anchor.c.id.desc()).limit(1)).first()


def _head(tx: Connection, case_id: int) -> Any:
    return tx.execute(select(history_head).where(history_head.c.case_id == case_id)).first()


def _end(tx: Connection, case_id: int) -> Any:
    columns = (event.c.seq, event.c.hash, event.c.verb, event.c.at)
    return tx.execute(select(*columns).where(event.c.case_id == case_id).order_by(event.c.seq.desc()).limit(1)).first()


def _hash_at(tx: Connection, case_id: int, seq: int) -> bytes:
    found = tx.execute(select(event.c.hash).where(event.c.case_id == case_id, event.c.seq == seq)).scalar_one_or_none()
    return bytes(found or b"")


def _follows(tx: Connection, case_id: int, old: Any, new: Any) -> bool:
    """A history goes on from where it ended, or its case was erased and one line tells so."""
    return _is_tombstone(new) or _hash_at(tx, case_id, old.seq) == bytes(old.hash)


def _same(old: Any, new: Any) -> bool:
    return bool(old.seq == new.seq and bytes(old.hash) == bytes(new.hash))


def _is_tombstone(row: Any) -> bool:
    return bool(row.seq == 1 and row.verb == FORGOTTEN)


def _keep(tx: Connection, case_id: int, new: Any) -> None:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    values = {"seq": new.seq, "hash": bytes(new.hash), "verb": new.verb, "at": new.at}
    fresh = dialect.insert(history_head).values(case_id=case_id, **values)
    tx.execute(fresh.on_conflict_do_update(index_elements=["case_id"], set_=values))


def _value(key: bytes, case_id: int, seq: int, digest: bytes) -> int:
    return int.from_bytes(hmac.digest(key, b"head\0%d\0%d\0" % (case_id, seq) + digest, "sha256"), "big")


def _mark(key: bytes, row: Any) -> bytes:
    head = b"anchor\0%d\0%d\0%d\0%d\0" % (row["at"], row["seen"], row["histories"], row["lines"])
    return hmac.digest(key, head + bytes(row["total"]) + bytes(row["prev"]), "sha256")
