"""A visit to the form: a token in every page's address and fields, so that who left in a hurry leaves nothing for Back.

Without scripts and cookies the server alone can know that a person left: /exit notes the token, and every page that a browser asks for
again with it, by Back, by reload or by sending a form once more, leads away instead.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from sqlalchemy import Connection

from triage import attempts

TOKEN = re.compile(r"([0-9a-f]{6,9})-[A-Za-z0-9_-]{16}")
LASTS_MS = 20 * 3_600_000  # shorter than what was noted is kept


def begin(now: int) -> str:
    """A new visit's token; it says when it began, and nothing else."""
    return f"{now // 60_000:x}-{secrets.token_urlsafe(12)}"


def clean(token: str) -> str:
    """The token where it is one, else nothing."""
    return token if TOKEN.fullmatch(token) else ""


def is_over(tx: Connection, token: str, now: int) -> bool:
    """True where the person left this visit."""
    return bool(token) and attempts.count(tx, _bucket(token), now - 2 * LASTS_MS) > 0


def is_old(token: str, now: int) -> bool:
    """True where a visit began so long ago that nobody knows any more whether it is over."""
    match = TOKEN.fullmatch(token)
    return match is not None and now - int(match.group(1), 16) * 60_000 > LASTS_MS


def leave(tx: Connection, token: str, now: int) -> None:
    """Notes that the person left."""
    attempts.note(tx, _bucket(token), now)


def _bucket(token: str) -> bytes:
    # The token is random: a plain digest tells nothing of it.
    return hashlib.blake2b(token.encode(), digest_size=32, person=b"hotline-visit").digest()
