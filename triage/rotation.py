"""New keys for desks while everything runs: first nothing more is sealed to the old one, then what was is sealed anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, func, select, update

from triage import holders
from triage.case_keys import PURPOSE
from triage.db import Database
from triage.key_tables import case_key, keypair
from triage.vault import CannotOpen, Opener, Sealer, key_id

BATCH = 200


def desks(database: Database) -> tuple[str, ...]:
    """The desks that have a key."""
    query = select(keypair.c.holder).where(keypair.c.kind == holders.DESK).distinct().order_by(keypair.c.holder)
    with database.reading() as tx:
        return tuple(tx.execute(query).scalars())


def begun(database: Database, desk: str) -> bool:
    """True where a rotation was cut off and an old key is still there."""
    with database.reading() as tx:
        return tx.execute(_retired(desk)).first() is not None


def rotate_desk(database: Database, desk: str, opener: Opener, now: int) -> int:
    """A fresh key for a desk, given to everybody who could use the old one; how many case keys were sealed anew.

    `opener` has the desk's keys, or the recovery key. Called again after it was cut off, it finishes what it began. Raises CannotOpen.
    """
    with database.writing() as tx:
        begun = tx.execute(_retired(desk)).first() is not None
        if not begun:
            holders.replace_desk(tx, desk, opener, now)
    done = 0
    while step := _step(database, desk, opener):
        done += step
    with database.writing() as tx:
        for pair in tx.execute(_retired(desk)).all():
            if not tx.execute(select(func.count()).select_from(case_key).where(case_key.c.key_id == pair.key_id)).scalar_one():
                tx.execute(delete(keypair).where(keypair.c.id == pair.id))
    return done


def _step(database: Database, desk: str, opener: Opener) -> int:
    with database.writing() as tx:
        old = holders.desk_keys(tx, opener, (desk,))
        new = holders.current(tx, desk).get((holders.DESK, desk))
        ids = [bytes(pair.key_id) for pair in tx.execute(_retired(desk))]
        if new is None or not set(ids) <= set(old.ids):
            raise CannotOpen(f"nobody here opens the key of {desk}")
        rows = tx.execute(select(case_key).where(case_key.c.key_id.in_(ids)).order_by(case_key.c.id).limit(BATCH).with_for_update()).all()
        for row in rows:
            values = {"sealed": _again(old, new, row.sealed), "key_id": key_id(new.public)}
            tx.execute(update(case_key).where(case_key.c.id == row.id, case_key.c.key_id == row.key_id).values(values))
        return len(rows)


def _again(old: Opener, new: Sealer, blob: bytes) -> bytes:
    return new.seal(PURPOSE, old.open(PURPOSE, blob))


def _retired(desk: str) -> Select[Any]:
    return select(keypair).where(keypair.c.kind == holders.DESK, keypair.c.holder == desk, keypair.c.retired_at.is_not(None))
