"""Recovery codes: ten ways past a lost second factor, each once. Their slow hashes are sealed to the responder's own key."""

from __future__ import annotations

import hashlib
import json
import re
import secrets

from sqlalchemy import Connection, select, update

from triage.passwords import slow
from triage.tables import responder
from triage.vault import CannotOpen, Opener, Sealer

PURPOSE = "recovery-codes"
COUNT, LENGTH = 10, 12
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another; 59 bits a code
SALT = 16  # bytes; one salt for the ten, so that a try costs one hash


def renew(tx: Connection, sealer: Sealer, responder_id: int) -> tuple[str, ...]:
    """Ten fresh codes in place of all older ones, to be shown once."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]
    salt = secrets.token_bytes(SALT)
    _keep(tx, sealer, responder_id, [f"{salt.hex()}:{slow(code, salt)}" for code in codes])
    return tuple("-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes)


def left(tx: Connection, opener: Opener, responder_id: int) -> int:
    """How many have not been used."""
    return len(_kept(tx, opener, responder_id))


def use(tx: Connection, opener: Opener, responder_id: int, code: str) -> bool:
    """True for a code that was not used before; it is used now."""
    kept = _kept(tx, opener, responder_id)
    if not clean(code) or not kept:
        return False
    salt, is_slow, _ = kept[0].rpartition(":")
    wanted = f"{salt}:{slow(clean(code), bytes.fromhex(salt))}" if is_slow else _older_hash(responder_id, clean(code))
    if wanted not in kept:
        return False
    _keep(tx, opener.sealer, responder_id, [one for one in kept if one != wanted])
    return True


def clean(text: str) -> str:
    """A code as it was made, however it was typed; empty where it is none."""
    found = re.sub(r"[\s-]", "", text.lower())
    return found if len(found) == LENGTH else ""


def _kept(tx: Connection, opener: Opener, responder_id: int) -> list[str]:
    blob = tx.execute(select(responder.c.recovery).where(responder.c.id == responder_id).with_for_update()).scalar_one_or_none()
    try:
        return list(json.loads(opener.open(PURPOSE, blob))) if blob else []
    except CannotOpen:
        return []


def _keep(tx: Connection, sealer: Sealer, responder_id: int, hashes: list[str]) -> None:
    sealed = sealer.seal(PURPOSE, json.dumps(hashes).encode())
    tx.execute(update(responder).where(responder.c.id == responder_id).values(recovery=sealed))


def _older_hash(responder_id: int, code: str) -> str:
    """Of codes that were made before they were hashed slowly."""
    found = hashlib.blake2b(code.encode("utf-8", "replace"), salt=b"%d" % responder_id, person=b"hotline-recover", digest_size=32)
    return found.hexdigest()
