"""Responders: who they are, their passwords and their keys. Sessions are in `triage.sessions`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from triage import holders, passwords, strength
from triage.tables import responder, session
from triage.values import Conflict, NotAllowed
from triage.vault import CannotOpen, Opener, Sealer

ROLES = ("responder", "supervisor", "operator")
MAX_PASSWORD = strength.LONGEST
TOTP = "totp"
FIRST_HOURS = 72  # how long a password that somebody else chose lets its owner in

# Checked where there is no such account, so that both answers take the same time.
_NOBODY = f"{passwords.SCHEME}${passwords.MEMORY_KIB},{passwords.PASSES},{passwords.LANES}${'A' * 22}==${'A' * 43}="


@dataclass(frozen=True, slots=True)
class Responder:
    """A responder as other rooms see them."""

    id: int
    email: str
    name: str
    role: str
    queue: str
    disabled: bool
    has_totp: bool
    first_until: int | None = None  # until when a password that somebody else chose can be changed for their own


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A responder who gave the right password, and their private key, which nobody else can open; None before `give_key`."""

    responder: Responder
    private: bytes | None


def add(tx: Connection, email: str, name: str, role: str, queue: str, password: str, now: int, opener: Opener | None = None) -> int:
    """A new responder with a key of their own; the id. `opener` (the recovery key) gives them their desk's.

    Raises NotAllowed for a bad field, Conflict where the address is taken.
    """
    email = address(email)
    if role not in ROLES:
        raise NotAllowed("The role is one of: " + ", ".join(ROLES))
    if by_email(tx, email):
        raise Conflict("There is a responder with this address.")
    stored, key = _hashed(password, email, name, queue)
    values = {"email": email, "name": name or email.split("@")[0], "role": role, "queue": queue, "created_at": now}
    values |= {"password_hash": stored, "password_at": now}
    responder_id = int(tx.execute(insert(responder).values(values).returning(responder.c.id)).scalar_one())
    holders.make_responder(tx, responder_id, key, now)
    holders.admit(tx, queue, responder_id, now, opener)
    return responder_id


def address(text: str) -> str:
    """An e-mail address as it is kept. Raises NotAllowed."""
    found = text.strip().lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", found):
        raise NotAllowed("That is no e-mail address.")
    return found


def _hashed(password: str, *about: str) -> tuple[str, bytes]:
    strength.check(password, about)
    return passwords.make(password)


def unlock(tx: Connection, email: str, password: str) -> Unlocked | None:
    """The responder whose password this is, with their key; None otherwise, in the same time."""
    row = tx.execute(select(responder).where(responder.c.email == email.strip().lower())).first()
    key = passwords.check(row.password_hash if row else _NOBODY, password[: MAX_PASSWORD + 1])
    if key is None or row is None or row.disabled_at is not None:
        return None
    return Unlocked(_responder(row), holders.responder_key(tx, row.id, key) if key else None)


def give_key(tx: Connection, who: Responder, password: str, now: int) -> bytes:
    """A key for an account from before responders had them; the private half."""
    stored, key = passwords.make(password)
    tx.execute(update(responder).where(responder.c.id == who.id).values(password_hash=stored))
    private = holders.make_responder(tx, who.id, key, now)
    holders.admit(tx, who.queue, who.id, now)
    return private


def by_email(tx: Connection, email: str) -> Responder | None:
    """The responder with this address."""
    row = tx.execute(select(responder).where(responder.c.email == email.strip().lower())).first()
    return _responder(row) if row else None


def by_id(tx: Connection, responder_id: int) -> Responder | None:
    """The responder with this id."""
    row = tx.execute(select(responder).where(responder.c.id == responder_id)).first()
    return _responder(row) if row else None


def everyone(tx: Connection) -> tuple[Responder, ...]:
    """All responders by address."""
    return tuple(_responder(row) for row in tx.execute(select(responder).order_by(responder.c.email)))


def set_password(
    tx: Connection, responder_id: int, password: str, now: int, *, private: bytes | None = None, opener: Opener | None = None
) -> None:
    """A new password; every session of theirs ends. The key stays theirs where they give it (`private`) or the recovery key does.

    Without either they get a fresh one, and have to be given their desk's again.
    """
    who = by_id(tx, responder_id)
    stored, key = _hashed(password, *((who.email, who.name, who.queue) if who else ()))
    tx.execute(update(responder).where(responder.c.id == responder_id).values(password_hash=stored, password_at=now, first_until=None))
    tx.execute(delete(session).where(session.c.responder_id == responder_id))
    known = private or _recovered(tx, responder_id, opener)
    if known is not None:
        holders.rewrap(tx, responder_id, known, key)
        return
    if who is not None:
        holders.make_responder(tx, responder_id, key, now)
        holders.admit(tx, who.queue, responder_id, now, opener)


def make_first(tx: Connection, responder_id: int, now: int) -> None:
    """Somebody else knows this password: it ends in three days, and opens nothing until its owner has chosen their own."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(first_until=now + FIRST_HOURS * 3_600_000))


def _recovered(tx: Connection, responder_id: int, opener: Opener | None) -> bytes | None:
    try:
        return holders.responder_key_by(tx, responder_id, opener) if opener else None
    except CannotOpen:
        return None


def disable(tx: Connection, responder_id: int, now: int) -> None:
    """No more log-in, every session of theirs ends, and so does their key."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(disabled_at=now))
    tx.execute(delete(session).where(session.c.responder_id == responder_id))
    holders.dismiss(tx, responder_id, now)


def totp_secret(token: str, nonce: str) -> str:
    """A secret for an authenticator app (base32, 160 bits) that only the server can tell from the page's `nonce`."""
    key = hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=32, person=b"hotline-totp").digest()
    return base64.b32encode(hmac.digest(key, nonce.encode("utf-8", "replace"), "sha256")[:20]).decode()


def totp_step(secret: str, code: str, now: int) -> int | None:
    """Which 30 seconds a code is of: these or the neighbouring ones; None where it is of neither."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    totp, step = pyotp.TOTP(secret), now // 30_000
    return next((at for at in (step - 1, step, step + 1) if pyotp.utils.strings_equal(totp.at(at * 30), code)), None)


def set_totp(tx: Connection, sealer: Sealer, responder_id: int, secret: str, used: int | None = None) -> None:
    """Sets up the second factor (base32 secret) in place of an older one, sealed to the responder's own key.

    `used`: the step of the code by which it was tried, which counts as used.
    """
    sealed = sealer.seal(TOTP, secret.encode())
    tx.execute(update(responder).where(responder.c.id == responder_id).values(totp=sealed, totp_used=used))


def remove_totp(tx: Connection, responder_id: int) -> None:
    """Removes the second factor and what could stand in for it; the person sets up a new one."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(totp=None, totp_used=None, recovery=None))


def check_totp(tx: Connection, opener: Opener, responder_id: int, code: str, now: int) -> bool:
    """True for the code of this or the neighbouring 30 seconds, each accepted once."""
    row = tx.execute(select(responder.c.totp, responder.c.totp_used).where(responder.c.id == responder_id).with_for_update()).first()
    if row is None or row.totp is None:
        return False
    try:
        step = totp_step(opener.open(TOTP, row.totp).decode(), code, now)
    except CannotOpen:
        return False
    if step is None or step <= (row.totp_used or 0):
        return False
    tx.execute(update(responder).where(responder.c.id == responder_id).values(totp_used=step))
    return True


def _responder(row: Any) -> Responder:
    return Responder(row.id, row.email, row.name, row.role, row.queue, row.disabled_at is not None, row.totp is not None, row.first_until)
