"""Responders: who they are and their passwords (argon2id). Sessions are in `triage.sessions`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, delete, insert, select, update

from triage.tables import responder, session
from triage.values import Conflict, NotAllowed
from triage.vault import Opener, Sealer

ROLES = ("responder", "supervisor", "operator")
MIN_PASSWORD = 12
MAX_PASSWORD = 256
TOTP = "totp"

_hasher = PasswordHasher()  # argon2id, RFC 9106's second choice: 64 MiB, 3 passes
# Verified where there is no such account, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


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


def add(tx: Connection, email: str, name: str, role: str, queue: str, password: str, now: int) -> int:
    """A new responder; the id. Raises NotAllowed for a bad field, Conflict where the address is taken."""
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", email):
        raise NotAllowed("That is no e-mail address.")
    if role not in ROLES:
        raise NotAllowed("The role is one of: " + ", ".join(ROLES))
    if by_email(tx, email):
        raise Conflict("There is a responder with this address.")
    values = {"email": email, "name": name or email.split("@")[0], "role": role, "queue": queue, "created_at": now}
    values |= {"password_hash": hashed(password), "password_at": now}
    return int(tx.execute(insert(responder).values(values).returning(responder.c.id)).scalar_one())


def hashed(password: str) -> str:
    """The argon2id hash. Raises NotAllowed for one too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise NotAllowed(f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    return _hasher.hash(password)


def check_password(tx: Connection, email: str, password: str) -> Responder | None:
    """The responder whose password this is; None otherwise, in the same time."""
    row = tx.execute(select(responder).where(responder.c.email == email.strip().lower())).first()
    stored = row.password_hash if row else _NOBODY
    try:
        _hasher.verify(stored, password[: MAX_PASSWORD + 1])
    except (Argon2Error, InvalidHashError):
        return None
    if row is None or row.disabled_at is not None:
        return None
    return _responder(row)


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


def set_password(tx: Connection, responder_id: int, password: str, now: int) -> None:
    """A new password; every session of theirs ends."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(password_hash=hashed(password), password_at=now))
    tx.execute(delete(session).where(session.c.responder_id == responder_id))


def disable(tx: Connection, responder_id: int, now: int) -> None:
    """No more log-in, and every session of theirs ends."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(disabled_at=now))
    tx.execute(delete(session).where(session.c.responder_id == responder_id))


def set_totp(tx: Connection, sealer: Sealer, responder_id: int, secret: str) -> None:
    """Sets up the second factor (base32 secret), in place of an older one."""
    sealed = sealer.seal(TOTP, secret.encode())
    tx.execute(update(responder).where(responder.c.id == responder_id).values(totp=sealed, totp_used=None))


def remove_totp(tx: Connection, responder_id: int) -> None:
    """Removes the second factor; the person sets up a new one."""
    tx.execute(update(responder).where(responder.c.id == responder_id).values(totp=None, totp_used=None))


def check_totp(tx: Connection, opener: Opener, responder_id: int, code: str, now: int) -> bool:
    """True for the code of this or the neighbouring 30 seconds, each accepted once."""
    row = tx.execute(select(responder.c.totp, responder.c.totp_used).where(responder.c.id == responder_id).with_for_update()).first()
    if row is None or row.totp is None or not re.fullmatch(r"[0-9]{6}", code):
        return False
    totp = pyotp.TOTP(opener.open(TOTP, row.totp).decode())
    step = now // 30_000
    for window in (step - 1, step, step + 1):
        if pyotp.utils.strings_equal(totp.at(window * 30), code) and window > (row.totp_used or 0):
            tx.execute(update(responder).where(responder.c.id == responder_id).values(totp_used=window))
            return True
    return False


def _responder(row: Any) -> Responder:
    return Responder(row.id, row.email, row.name, row.role, row.queue, row.disabled_at is not None, row.totp is not None)
