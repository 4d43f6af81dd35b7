"""Sessions of the desk, on the server: a random token of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from triage import accounts
from triage.accounts import Responder
from triage.tables import responder, session

IDLE_MS = 15 * 60_000
ABSOLUTE_MS = 8 * 3_600_000


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. `full` is False while the second factor is still owed."""

    responder: Responder
    csrf: str
    full: bool


def start(tx: Connection, who: Responder, now: int, second_factor_done: bool) -> str:
    """A new session; the token for the cookie."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "responder_id": who.id, "csrf": secrets.token_urlsafe(24), "created_at": now, "seen_at": now}
    tx.execute(insert(session).values(second_factor=second_factor_done, **values))
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
    return Session(who, row.csrf, row.second_factor or not who.has_totp)


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
