"""Sessions of the desk, on the server: a random token of which only the hash is kept.

The responder's private key lies in the session under a key that only the token gives: a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from triage import accounts, holders
from triage.accounts import Responder
from triage.tables import responder, session
from triage.vault import CannotOpen, Opener, StateBox

IDLE_MS = 15 * 60_000
ABSOLUTE_MS = 8 * 3_600_000
UNLOCKED = "unlocked"


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. `full` is False while the second factor is still owed. `private` is the responder's key."""

    responder: Responder
    csrf: str
    full: bool
    private: bytes | None = field(default=None, repr=False)

    def own(self) -> Opener:
        """Opens what is sealed to the responder alone."""
        return Opener(self.private) if self.private else Opener()

    def opener(self, tx: Connection) -> Opener:
        """Opens what is sealed to the responder's desk; nothing before the second factor."""
        return holders.desk_opener(tx, self.responder.id, self.private) if self.private and self.full else Opener()


def start(tx: Connection, who: Responder, now: int, second_factor_done: bool, private: bytes | None = None) -> str:
    """A new session; the token for the cookie."""
    token = secrets.token_urlsafe(32)
    unlocked = StateBox(_key(token)).seal(UNLOCKED, private) if private else None
    values = {"token_hash": _hash(token), "responder_id": who.id, "csrf": secrets.token_urlsafe(24), "created_at": now, "seen_at": now}
    tx.execute(insert(session).values(second_factor=second_factor_done, unlocked=unlocked, **values))
    return token


def find(tx: Connection, token: str, now: int) -> Session | None:
    """The session of this token, unless idle for 15 minutes, older than 8 hours, or its owner is disabled."""
    row = tx.execute(
        select(session, responder.c.disabled_at)
        .join(responder, responder.c.id == session.c.responder_id)
        .where(session.c.token_hash == _hash(token))
    ).first()
    if row is None or row.disabled_at is not None or now - row.seen_at > IDLE_MS or now - row.created_at > ABSOLUTE_MS:
        return None
    who = accounts.by_id(tx, row.responder_id)
    if who is None:
        return None
    return Session(who, row.csrf, row.second_factor or not who.has_totp, _unlocked(token, row.unlocked))


def touch(tx: Connection, token: str, now: int) -> None:
    """The person did something: the idle time starts anew."""
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(seen_at=now))


def pass_second_factor(tx: Connection, token: str) -> None:
    """The second factor was given."""
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(second_factor=True))


def end(tx: Connection, token: str) -> None:
    """Log-out: the token is worth nothing from now on."""
    tx.execute(delete(session).where(session.c.token_hash == _hash(token)))


def purge(tx: Connection, now: int) -> int:
    """Deletes sessions that can no longer be used."""
    return tx.execute(delete(session).where((session.c.seen_at < now - IDLE_MS) | (session.c.created_at < now - ABSOLUTE_MS))).rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _key(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=32, person=b"hotline-session").digest()


def _unlocked(token: str, blob: bytes | None) -> bytes | None:
    try:
        return StateBox(_key(token)).open(UNLOCKED, blob) if blob else None
    except CannotOpen:
        return None
