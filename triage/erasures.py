"""What was erased, told without saying what it was, so that a backup from before does not bring it back.

The list lies in HOTLINE_HOME beside the database, written by the clock each minute: copy it with every backup, and after. Its lines:
`case MARK` (erased whole), `contact MARK` (the way back to its person), `stop CHANNEL FINGERPRINT` (who said STOP).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from config.files import has, read_text, write_text
from triage.db import Database
from triage.intake import erased_mark, forget
from triage.tables import cases, conversation, event

FILE = "erased.list"
CASE, CONTACT, STOP = "case", "contact", "stop"


def listed(tx: Connection) -> frozenset[str]:
    """The lines that this database knows of."""
    gone = tx.execute(select(event.c.data).where(event.c.verb == "forgotten")).scalars()
    lines = {f"{CASE} {mark}" for data in gone if (mark := json.loads(data).get("mark"))}
    without = select(cases.c.ref, cases.c.received_at).join(event, event.c.case_id == cases.c.id).where(event.c.verb == "contact_forgotten")
    lines |= {f"{CONTACT} {erased_mark(row.ref, row.received_at)}" for row in tx.execute(without)}
    stopped = select(conversation.c.channel, conversation.c.address_index).where(conversation.c.stopped_at.is_not(None))
    return frozenset(lines | {f"{STOP} {row.channel} {bytes(row.address_index).hex()}" for row in tx.execute(stopped)})


def merged(database: Database, home: Path) -> list[str]:
    """What this database knows of and what the list held before; a STOP only while it holds."""
    with database.reading() as tx:
        now = listed(tx)
    before = read(home / FILE) if has(home / FILE) else ()
    return sorted(now | {line for line in before if not line.startswith(STOP)})


def write(database: Database, home: Path) -> None:
    """Brings the list up to date."""
    lines = merged(database, home)
    if not has(home / FILE) or list(read(home / FILE)) != lines:
        write_text(home / FILE, "".join(f"{line}\n" for line in lines), 0o600)


def read(path: Path) -> tuple[str, ...]:
    """The lines of a list."""
    return tuple(line for line in read_text(path).splitlines() if line.split(" ")[0] in (CASE, CONTACT, STOP))


def apply(database: Database, lines: Iterable[str], now: int) -> int:
    """Erases again what the lines name, and stops who said STOP; how many were there."""
    done = 0
    wanted = {kind: {line.split(" ", 1)[1] for line in lines if line.split(" ")[0] == kind} for kind in (CASE, CONTACT, STOP)}
    with database.reading() as tx:
        here = {erased_mark(row.ref, row.received_at): row for row in tx.execute(select(cases.c.id, cases.c.ref, cases.c.received_at))}
    for kind in (CONTACT, CASE):
        for mark in wanted[kind] & set(here):
            with database.writing() as tx:
                done += _erase(tx, kind, here[mark], now)
    for line in wanted[STOP]:
        channel, _, index = line.partition(" ")
        with database.writing() as tx:
            found = update(conversation).where(conversation.c.channel == channel, conversation.c.address_index == bytes.fromhex(index))
            done += tx.execute(found.where(conversation.c.stopped_at.is_(None)).values(stopped_at=now)).rowcount
    return done


def _erase(tx: Connection, kind: str, row: Any, now: int) -> bool:
    if kind == CASE:
        forget(tx, row.id, now, "restored", "system")
    else:
        tx.execute(update(conversation).where(conversation.c.case_id == row.id).values(contact=None))
    return True
