"""New keys in place of those of HOTLINE_HOME while everything runs: hot, delivery, state, pepper, recovery.

Each goes the same way, and may be cut off anywhere and called again: the new key is laid out and everybody holds it; it
comes into use; what is under the old one is put under the new; when nothing is any more, the old one is destroyed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, delete, func, or_, select, update

from triage import holders, talks
from triage.blind import BlindIndex, pepper_id
from triage.bonds import trace
from triage.channel_tables import attachment
from triage.db import Database
from triage.key_files import PAIRS, KeyFiles
from triage.key_tables import case_key, key_wrap, keypair
from triage.tables import cases, conversation, inbox, outbox
from triage.vault import NAMED, VERSION, CannotOpen, Opener, Sealer, StateBox, key_id, new_pair, public_of

BATCH = 100
# Every blob begins with its kind and its key's id.
DELIVERED = (conversation.c.contact, outbox.c.sealed, attachment.c.source)
TALKED = (conversation.c.state, inbox.c.answer)
WRAPPED = (case_key.c.sealed, key_wrap.c.sealed)
Wait = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What came of it: rows put under the new key, and rows that are still under an old one (which is then kept)."""

    name: str
    moved: int
    left: int


@dataclass(frozen=True, slots=True)
class Keeper:
    """What rotation works with. `spread` waits until every process holds what was laid out, `settle` until none uses the old key."""

    database: Database
    files: KeyFiles
    spread: Wait
    settle: Wait

    def renew(self, name: str, now: int) -> Renewal:
        """A new key (hot, delivery, state, pepper), or the end of a rotation that was cut off. Raises KeysMissing, CannotOpen."""
        if self.files.coming(name) is None and len(self.files.read(f"{name}.key")) > 1:
            found = self._finish(name, now)
            # What nobody can move (a code whose person is away, a damaged blob) holds up no new key.
            if found.moved or not found.left:
                return found
        if name == "pepper":
            _name_peppers(self.database, pepper_id(self.files.read("pepper.key")[0]))
        coming = self.files.prepare(name, new_pair()[0] if name in PAIRS else secrets.token_bytes(32))
        self.spread()
        self.files.switch(name, public_of(coming) if name in PAIRS else None)
        return self._finish(name, now)

    def _finish(self, name: str, now: int) -> Renewal:
        if name == "hot":
            self._publish_hot(now)
        moved = self._move(name, now)
        self.settle()
        moved += self._move(name, now)
        return Renewal(name, moved, self.retire(name))

    def _publish_hot(self, now: int) -> None:
        public = self.files.read("hot.pub")[0]
        with self.database.writing() as tx:
            holders.replace(tx, holders.HOT, public, now)

    def _move(self, name: str, now: int) -> int:
        keys = self.files.read(f"{name}.key")
        match name:
            case "hot":
                return reseal(self.database, (case_key.c.sealed,), Opener(*keys))
            case "delivery":
                return reseal(self.database, DELIVERED, Opener(*keys))
            case "state":
                return _rebox(self.database, keys)
            case _:
                return _reindex(self.database, keys, Opener(*self.files.held("delivery")), now)

    def retire(self, name: str) -> int:
        """Destroys the old keys that nothing is under any more; how many rows are under those that stay."""
        _, *old = self.files.read(f"{name}.key")
        left = 0
        for key in old:
            with self.database.writing() as tx:
                rows = count(tx, name, key)
                if not rows and name == "hot":
                    tx.execute(delete(keypair).where(keypair.c.kind == holders.HOT, keypair.c.key_id == key_id(public_of(key))))
            if not rows:
                self.files.drop(name, key)
            left += rows
        return left


def renew_recovery(database: Database, old: Opener, public: bytes, now: int) -> Renewal:
    """Seals to a new recovery key all that the old one opens: desks' and responders' keys and every case's. Raises CannotOpen.

    `old` holds the key in use and those of a rotation that was cut off.
    """
    with database.writing() as tx:
        used = holders.recovery(tx)
        if used is None or (key_id(used) not in old.ids and used != public):
            raise CannotOpen("the recovery key given here is not the one in use")
        holders.replace(tx, holders.RECOVERY, public, now)
    moved = reseal(database, WRAPPED, old, Sealer(public))
    with database.writing() as tx:
        retired = tx.execute(select(keypair).where(keypair.c.kind == holders.RECOVERY, keypair.c.retired_at.is_not(None))).all()
        counted = {pair.id: under(tx, pair) for pair in retired}
        for pair in retired:
            if not counted[pair.id]:
                tx.execute(delete(keypair).where(keypair.c.id == pair.id))
    return Renewal("recovery", moved, sum(counted.values()))


def count(tx: Connection, name: str, key: bytes) -> int:
    """How many rows are under this key."""
    if name in ("hot", "delivery"):
        columns = DELIVERED if name == "delivery" else (case_key.c.sealed,)
        return sum(_under(tx, column, VERSION + key_id(public_of(key))) for column in columns)
    if name == "state":
        # From before keys were named: whichever it is.
        heads = (NAMED + key_id(key), VERSION)
        return sum(_under(tx, column, head) for column in TALKED for head in heads)
    wanted = pepper_id(key)
    columns = (conversation.c.index_key, cases.c.receipt_key, cases.c.word_key)
    return sum(tx.execute(select(func.count()).where(column == wanted)).scalar_one() for column in columns)


def name_of(name: str, key: bytes) -> bytes:
    """The id by which blobs and rows name this key."""
    return key_id(public_of(key)) if name in PAIRS else pepper_id(key) if name == "pepper" else key_id(key)


def under(tx: Connection, pair: Row[Any]) -> int:
    """How many keys are sealed to this key pair of the database."""
    return sum(_under(tx, column, VERSION + bytes(pair.key_id)) for column in WRAPPED)


def _under(tx: Connection, column: Column[bytes], head: bytes) -> int:
    return int(tx.execute(select(func.count()).where(func.substr(column, 1, len(head)) == head)).scalar_one())


def reseal(database: Database, columns: tuple[Column[bytes], ...], opener: Opener, to: Sealer | None = None) -> int:
    """Seals to `to` (else the opener's first key) what its other keys open; how many blobs."""
    sealer = to or opener.sealer
    old = [VERSION + wanted for wanted in opener.ids if VERSION + wanted != sealer.head]
    return sum(_each(database, column, old, lambda blob: opener.reseal(blob, sealer), sealer) for column in columns if old)


def _rebox(database: Database, keys: list[bytes]) -> int:
    box = StateBox(*keys)
    old = [NAMED + key_id(key) for key in keys[1:]] + [VERSION]
    return sum(_each(database, column, old, box.renew, None) for column in TALKED)


def _each(database: Database, column: Column[bytes], heads: list[bytes], again: Callable[[bytes], bytes], sealer: Sealer | None) -> int:
    """Puts each blob of a column that begins like one of `heads` under its new key, unless it changed meanwhile; how many."""
    table, done, after = column.table, 0, 0
    under = or_(*(func.substr(column, 1, len(head)) == head for head in heads))
    while True:
        with database.writing() as tx:
            query = select(table.c.id, column).where(under, table.c.id > after).order_by(table.c.id).limit(BATCH)
            rows = tx.execute(query.with_for_update()).all()
            done += sum(_one(tx, column, (row[0], row[1]), again, sealer) for row in rows)
        if len(rows) < BATCH:
            return done
        after = rows[-1].id


def _one(tx: Connection, column: Column[bytes], row: tuple[int, bytes], again: Callable[[bytes], bytes], sealer: Sealer | None) -> int:
    try:
        values: dict[str, object] = {column.name: again(bytes(row[1]))}
    except CannotOpen:
        return 0  # damaged: it stays as it is, and keeps its key
    if column.table is case_key and sealer is not None:
        values["key_id"] = key_id(sealer.public)
    tx.execute(update(column.table).where(column.table.c.id == row[0]).values(values))
    return 1


def _name_peppers(database: Database, name: bytes) -> None:
    """Rows from before peppers were named are under the one that was in use all along."""
    for index, named in ((conversation.c.address_index, conversation.c.index_key), (cases.c.receipt_index, cases.c.receipt_key),
                         (cases.c.word_index, cases.c.word_key)):  # fmt: skip
        table = index.table
        some = select(table.c.id).where(named.is_(None), index.is_not(None)).order_by(table.c.id).limit(1_000)
        while True:
            with database.writing() as tx:
                if not tx.execute(update(table).where(table.c.id.in_(some)).values({named.name: name})).rowcount:
                    break


def _reindex(database: Database, keys: list[bytes], contacts: Opener, now: int) -> int:
    """Puts every talk whose contact is known under the pepper in use; the others follow when their person comes. How many."""
    index, done, after = BlindIndex(keys[0]), 0, 0
    columns = (conversation.c.id, conversation.c.channel, conversation.c.address_index, conversation.c.contact)
    old = (conversation.c.index_key.in_([pepper_id(key) for key in keys[1:]]), conversation.c.contact.is_not(None))
    with database.writing() as tx:
        # Under the old pepper they can be tried; the links that they made stay.
        tx.execute(delete(trace).where(trace.c.at < now))
    while True:
        with database.reading() as tx:
            rows = tx.execute(select(*columns).where(*old, conversation.c.id > after).order_by(conversation.c.id).limit(BATCH)).all()
        found = [(row, at) for row in rows if (at := _address(row, index, contacts)) is not None]
        with database.writing() as tx:
            done += sum(talks.move(tx, row.id, bytes(row.address_index), at) for row, at in found)
        if len(rows) < BATCH:
            return done
        after = rows[-1].id


def _address(row: Any, index: BlindIndex, contacts: Opener) -> talks.Address | None:
    try:
        sender = json.loads(contacts.open("contact", row.contact or b""))
    except (CannotOpen, ValueError):
        return None
    return talks.Address(row.channel, talks.address_index(index, row.channel, str(sender)), index.id)
