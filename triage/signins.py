"""The log of a responder's own sign-ins: when, from what, how far, and whether it went well. For them to look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from triage.account_tables import sign_in

PASSWORD, CODE, RECOVERY = "password", "code", "recovery"
SHOWN = 20
DAYS = 90


@dataclass(frozen=True, slots=True)
class SignIn:
    """One try. Not good with `code`: the password was right, and the second factor did not follow or did not fit."""

    at: int
    how: str
    good: bool
    device: str


def note(tx: Connection, responder_id: int, how: str, good: bool, device: str, now: int) -> int:
    """One more try; its id."""
    values = {"responder_id": responder_id, "at": now, "how": how, "good": good, "device": device}
    return int(tx.execute(insert(sign_in).values(values).returning(sign_in.c.id)).scalar_one())


def complete(tx: Connection, sign_in_id: int, how: str) -> None:
    """What was half a sign-in is a whole one."""
    tx.execute(update(sign_in).where(sign_in.c.id == sign_in_id).values(how=how, good=True))


def latest(tx: Connection, responder_id: int) -> tuple[SignIn, ...]:
    """The last twenty, newest first."""
    query = select(sign_in).where(sign_in.c.responder_id == responder_id).order_by(sign_in.c.id.desc()).limit(SHOWN)
    return tuple(SignIn(row.at, row.how, row.good, row.device) for row in tx.execute(query))


def failed_before(tx: Connection, responder_id: int, sign_in_id: int) -> int:
    """How many tries went wrong between the good sign-in before this one and this one."""
    mine = (sign_in.c.responder_id == responder_id, sign_in.c.id < sign_in_id)
    last = select(func.coalesce(func.max(sign_in.c.id), 0)).where(*mine, sign_in.c.good.is_(True)).scalar_subquery()
    return int(tx.execute(select(func.count()).where(*mine, sign_in.c.good.is_(False), sign_in.c.id > last)).scalar_one())


def last_good(tx: Connection, responder_ids: list[int]) -> dict[int, int]:
    """When each of these last signed in."""
    good = (sign_in.c.responder_id.in_(responder_ids), sign_in.c.good.is_(True))
    query = select(sign_in.c.responder_id, func.max(sign_in.c.at)).where(*good).group_by(sign_in.c.responder_id)
    return {row[0]: row[1] for row in tx.execute(query)}


def purge(tx: Connection, now: int) -> int:
    """Forgets what is older than ninety days."""
    return tx.execute(delete(sign_in).where(sign_in.c.at < now - DAYS * 86_400_000)).rowcount
