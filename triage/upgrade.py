"""A hotline from before each case had its own key: everything was sealed to one key, which is now the recovery key.

With it, what lies there is sealed anew: words, findings and files to a key of their case, contacts and parcels to the delivery key.
May be cut off and called again. STOP marks need none of it: `triage.talks` finds them under the old index.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from config.desks import Routing
from triage import attachments, case_keys, messages, renewal
from triage.channel_tables import attachment, attachment_part
from triage.db import Database
from triage.holders import RESPONDER
from triage.key_tables import finding, keypair
from triage.tables import cases, event, message, responder
from triage.vault import CannotOpen, Opener, Sealer, key_id


def waiting(tx: Connection) -> int:
    """How many cases have no key of their own yet."""
    return len(tx.execute(select(cases.c.id).where(cases.c.public.is_(None))).all())


def run(database: Database, routing: Routing, old: Opener, delivery: Sealer, now: int) -> int:
    """Gives each case its own key; how many. `old` is the recovery key, which everything was sealed to. Raises NoKeys."""
    with database.reading() as tx:
        found = tuple(tx.execute(select(cases.c.id).where(cases.c.public.is_(None)).order_by(cases.c.id)).scalars())
    for case_id in found:
        with database.writing() as tx:
            _case(tx, routing, case_id, old, now)
    renewal.reseal(database, renewal.DELIVERED, old, delivery)
    with database.writing() as tx:
        _second_factors(tx, old)
    return len(found)


def _case(tx: Connection, routing: Routing, case_id: int, old: Opener, now: int) -> None:
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    if row.public is not None:
        return
    standby = routing.desks[row.queue].civil_alternate
    to = case_keys.begin(tx, case_id, row.queue, standby, now)
    for word in tx.execute(select(message.c.id, message.c.sealed).where(message.c.case_id == case_id)).all():
        tx.execute(update(message).where(message.c.id == word.id).values(sealed=_again(old, word.sealed, to)))
    if row.facts is not None:
        tx.execute(insert(finding).values(case_id=case_id, pair=key_id(to.public), sealed=_again(old, row.facts, to)))
        tx.execute(update(cases).where(cases.c.id == case_id).values(facts=None))
    for file in tx.execute(select(attachment).where(attachment.c.case_id == case_id)).all():
        _file(tx, file.id, {"facts": file.facts, "preview": file.preview}, old, to)
    _reasons(tx, case_id, old, to)


def _file(tx: Connection, file_id: int, blobs: dict[str, bytes | None], old: Opener, to: Sealer) -> None:
    values = {name: _again(old, blob, to) for name, blob in blobs.items() if blob is not None}
    if values:
        tx.execute(update(attachment).where(attachment.c.id == file_id).values(values))
    parts = select(attachment_part.c.sealed).where(attachment_part.c.attachment_id == file_id).order_by(attachment_part.c.seq)
    whole = b"".join(bytes(part) for part in tx.execute(parts).scalars())
    if whole:
        tx.execute(delete(attachment_part).where(attachment_part.c.attachment_id == file_id))
        for seq, part in enumerate(attachments.cut(_again(old, whole, to))):
            attachments.add_part(tx, file_id, seq, part)


def _reasons(tx: Connection, case_id: int, old: Opener, to: Sealer) -> None:
    """A reason is part of its history's hash, and stays as it is; what it says becomes a note, so that the desk reads it."""
    for line in tx.execute(select(event.c.at, event.c.reason).where(event.c.case_id == case_id, event.c.reason.is_not(None))).all():
        try:
            text = old.open("reason", line.reason).decode()
        except CannotOpen:
            continue
        messages.add(tx, case_id, "note", line.at, messages.seal(to, {"text": text}))


def _second_factors(tx: Connection, old: Opener) -> None:
    """A responder's second factor goes under their own key. Who has none gets it by their next password; then this is called again."""
    pairs = {row.holder: Sealer(bytes(row.public)) for row in tx.execute(select(keypair).where(keypair.c.kind == RESPONDER))}
    for row in tx.execute(select(responder.c.id, responder.c.totp).where(responder.c.totp.is_not(None))).all():
        try:
            blob = old.reseal(row.totp, pairs[str(row.id)])
        except (CannotOpen, KeyError):
            continue
        tx.execute(update(responder).where(responder.c.id == row.id).values(totp=blob))


def _again(old: Opener, blob: bytes, to: Sealer) -> bytes:
    try:
        return old.reseal(blob, to)
    except CannotOpen:
        return bytes(blob)  # damaged: it stays as it is, and holds up nothing
