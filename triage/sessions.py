"""Sessions of the desk, on the server: a random token of which only the hash is kept.

The responder's private key lies in the session under a key that only the token gives: a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from triage import accounts, holders, signins
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
    failed: int = 0  # tries that went wrong before this sign-in and were not looked at yet

    def own(self) -> Opener:
        """Opens what is sealed to the responder alone."""
        return Opener(self.private) if self.private else Opener()

    def opener(self, tx: Connection) -> Opener:
        """Opens what is sealed to the responder's desk; nothing before the second factor."""
        return holders.desk_opener(tx, self.responder.id, self.private) if self.private and self.full else Opener()


@dataclass(frozen=True, slots=True)
class Open:
    """A session in the list of its owner: `name` tells it from others and opens nothing."""

    name: str
    device: str
    since: int
    seen_at: int
    this: bool


def start(
    tx: Connection,
    who: Responder,
    now: int,
    second_factor_done: bool,
    private: bytes | None = None,
    device: str = "",
    sign_in: int | None = None,
) -> str:
    """A new session; the token for the cookie. `sign_in` is its line in the log, which is whole with the second factor."""
    token = secrets.token_urlsafe(32)
    unlocked = StateBox(_key(token)).seal(UNLOCKED, private) if private else None
    values = {"token_hash": _hash(token), "responder_id": who.id, "csrf": secrets.token_urlsafe(24), "created_at": now, "seen_at": now}
    failed = signins.failed_before(tx, who.id, sign_in) if sign_in else 0
    more = {"second_factor": second_factor_done, "unlocked": unlocked, "device": device, "sign_in_id": sign_in, "failed": failed}
    tx.execute(insert(session).values(**values, **more))
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
    return Session(who, row.csrf, row.second_factor or not who.has_totp, _unlocked(token, row.unlocked), row.failed or 0)


def touch(tx: Connection, token: str, now: int) -> None:
    """The person did something: the idle time starts anew."""
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(seen_at=now))


def pass_second_factor(tx: Connection, token: str, how: str | None = signins.CODE) -> None:
    """The second factor was given, by a code of the app or a recovery code: the sign-in is whole. None: it was set up just now."""
    row = tx.execute(select(session.c.sign_in_id).where(session.c.token_hash == _hash(token))).first()
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(second_factor=True))
    if how is not None and row is not None and row.sign_in_id is not None:
        signins.complete(tx, row.sign_in_id, how)


def renew(tx: Connection, token: str) -> str:
    """The same session under a new token, with a new guard against forged forms; the old one is worth nothing from now on."""
    row = tx.execute(select(session.c.unlocked).where(session.c.token_hash == _hash(token))).first()
    made, private = secrets.token_urlsafe(32), _unlocked(token, row.unlocked) if row else None
    unlocked = StateBox(_key(made)).seal(UNLOCKED, private) if private else None
    values = {"token_hash": _hash(made), "csrf": secrets.token_urlsafe(24), "unlocked": unlocked}
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(**values))
    return made


def seen(tx: Connection, token: str) -> None:
    """The failed tries were looked at."""
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(failed=0))


def of(tx: Connection, responder_id: int, token: str, now: int) -> tuple[Open, ...]:
    """The sessions of a responder that are alive, the newest first."""
    alive = (session.c.responder_id == responder_id, session.c.seen_at >= now - IDLE_MS, session.c.created_at >= now - ABSOLUTE_MS)
    rows = tx.execute(select(session).where(*alive).order_by(session.c.created_at.desc()))
    mine = _hash(token)
    return tuple(Open(_name(row), row.device or "", row.created_at, row.seen_at, bytes(row.token_hash) == mine) for row in rows)


def end_named(tx: Connection, responder_id: int, name: str) -> bool:
    """Ends one of a responder's own sessions by its name; False where there is none."""
    for row in tx.execute(select(session.c.token_hash).where(session.c.responder_id == responder_id)).all():
        if _name(row) == name:
            return bool(tx.execute(delete(session).where(session.c.token_hash == row.token_hash)).rowcount)
    return False


def end_all(tx: Connection, responder_id: int, but: str = "") -> int:
    """Ends every session of a responder, but the one of this token; how many."""
    mine = (session.c.responder_id == responder_id, session.c.token_hash != _hash(but))
    return tx.execute(delete(session).where(*mine)).rowcount


def end(tx: Connection, token: str) -> None:
    """Log-out: the token is worth nothing from now on."""
    tx.execute(delete(session).where(session.c.token_hash == _hash(token)))


def purge(tx: Connection, now: int) -> int:
    """Deletes sessions that can no longer be used."""
    return tx.execute(delete(session).where((session.c.seen_at < now - IDLE_MS) | (session.c.created_at < now - ABSOLUTE_MS))).rowcount


def _name(row: Any) -> str:
    return hashlib.blake2b(bytes(row.token_hash), digest_size=8, person=b"hotline-list").hexdigest()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _key(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=32, person=b"hotline-session").digest()


def _unlocked(token: str, blob: bytes | None) -> bytes | None:
    try:
        return StateBox(_key(token)).open(UNLOCKED, blob) if blob else None
    except CannotOpen:
        return None
