"""Guessing is slowed by address and by account together; an account is never locked."""

from __future__ import annotations

from flask import request

from dashboard.parts import Parts
from triage import attempts

WINDOW_MS = 15 * 60_000
# Only this address is slowed, for this account or for all.
HERE, ADDRESS = 8, 60
# Codes of one account that were wrong, from wherever: who guesses them knows the password already.
ANYWHERE = 40


def _buckets(parts: Parts, name: str) -> tuple[bytes, bytes]:
    address = request.remote_addr or ""
    return parts.keys.index.of("login", f"{address}|{name.lower()}"), parts.keys.index.of("login", address)


def too_many(parts: Parts, name: str) -> bool:
    """True where this address has tried often enough for now; `name` is the account, or what else is guessed at."""
    here, address = _buckets(parts, name)
    since = parts.clock() - WINDOW_MS
    with parts.database.reading() as tx:
        return attempts.count(tx, here, since) >= HERE or attempts.count(tx, address, since) >= ADDRESS


def too_many_anywhere(parts: Parts, name: str) -> bool:
    """True where codes of this account are guessed from many addresses, and once from this one: its owner has a first try always."""
    since = parts.clock() - WINDOW_MS
    with parts.database.reading() as tx:
        guessed_here = attempts.count(tx, _buckets(parts, name)[0], since) > 0
        return guessed_here and attempts.count(tx, _account(parts, name), since) >= ANYWHERE


def failed(parts: Parts, name: str, anywhere: bool = False) -> None:
    """One more try that went wrong; `anywhere`: it counts for the account as well."""
    with parts.database.writing() as tx:
        for bucket in (*_buckets(parts, name), *((_account(parts, name),) if anywhere else ())):
            attempts.note(tx, bucket, parts.clock())


def _account(parts: Parts, name: str) -> bytes:
    return parts.keys.index.of("login", f"second|{name.lower()}")


def succeeded(parts: Parts, name: str) -> None:
    """This address is not slowed for this account any more."""
    with parts.database.writing() as tx:
        attempts.clear(tx, _buckets(parts, name)[0])
