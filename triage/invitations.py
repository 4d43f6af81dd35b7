"""Invitations to a desk: a code that is good for a day and once. The colleague chooses their own password; nobody else ever knows it.

A code opens no case. The desk's key is handed on after that, by somebody of the desk who has it (`triage.colleagues`).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from triage import accounts, desk_log, holders
from triage.account_tables import invitation
from triage.accounts import ROLES, Responder
from triage.values import Conflict, NotAllowed, NotYours

VALID_MS = 24 * 3_600_000
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, GROUP = 28, 7  # 138 bits


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited where, and until when."""

    id: int
    email: str
    role: str
    queue: str
    expires_at: int


def invite(tx: Connection, by: Responder, email: str, role: str, now: int) -> str:
    """Invites somebody to one's own desk; the code, which is kept nowhere. An older one for the same address ends.

    Raises NotAllowed for a bad field or a role above one's own, Conflict where the address has an account.
    """
    email = accounts.address(email)
    if role not in ROLES or ROLES.index(role) > ROLES.index(by.role):
        raise NotAllowed("The role is one of: " + ", ".join(ROLES[: ROLES.index(by.role) + 1]))
    if accounts.by_email(tx, email):
        raise Conflict("There is a responder with this address.")
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    tx.execute(delete(invitation).where(invitation.c.email == email, invitation.c.queue == by.queue, invitation.c.used_at.is_(None)))
    values = {"code_hash": _hash(code), "queue": by.queue, "email": email, "role": role, "invited_by": by.id}
    values |= {"created_at": now, "expires_at": now + VALID_MS}
    made = tx.execute(insert(invitation).values(values).returning(invitation.c.id)).scalar_one()
    desk_log.append(tx, by.queue, now, f"responder:{by.id}", "invited", {"invitation": made, "role": role})
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def find(tx: Connection, code: str, now: int) -> Invitation | None:
    """The invitation of this code, unless it was used, taken back or is over."""
    good = (invitation.c.code_hash == _hash(clean(code)), invitation.c.used_at.is_(None), invitation.c.expires_at > now)
    row = tx.execute(select(invitation).where(*good)).first()
    return _invitation(row) if row else None


def waiting(tx: Connection, queue: str, now: int) -> tuple[Invitation, ...]:
    """The invitations of a desk that can still be used."""
    good = (invitation.c.queue == queue, invitation.c.used_at.is_(None), invitation.c.expires_at > now)
    return tuple(_invitation(row) for row in tx.execute(select(invitation).where(*good).order_by(invitation.c.id)))


def take_back(tx: Connection, by: Responder, invitation_id: int, now: int) -> None:
    """It is worth nothing from now on. Raises NotYours where it is not one of this desk's."""
    mine = (invitation.c.id == invitation_id, invitation.c.queue == by.queue, invitation.c.used_at.is_(None))
    if not tx.execute(delete(invitation).where(*mine)).rowcount:
        raise NotYours("no such invitation")
    desk_log.append(tx, by.queue, now, f"responder:{by.id}", "invitation_taken_back", {"invitation": invitation_id})


def accept(tx: Connection, found: Invitation, name: str, password: str, totp: tuple[str, int], now: int) -> int:
    """Makes the account with a key, a password and a second factor of the colleague's own; its id. Raises NotAllowed, Conflict.

    `totp`: its secret, and the step of the code by which it was tried.
    """
    mine = (invitation.c.id == found.id, invitation.c.used_at.is_(None))
    if not tx.execute(update(invitation).where(*mine).values(used_at=now)).rowcount:
        raise NotAllowed("This invitation was used before.")
    made = accounts.add(tx, found.email, name, found.role, found.queue, password, now)
    accounts.set_totp(tx, holders.responder_sealer(tx, made), made, *totp)
    desk_log.append(tx, found.queue, now, f"responder:{made}", "joined", {"invitation": found.id, "role": found.role})
    return made


def clean(code: str) -> str:
    """A code as it was made, however it was typed."""
    return re.sub(r"[\s-]", "", code.lower())[: LENGTH + 1]


def _hash(code: str) -> bytes:
    return hashlib.blake2b(code.encode("utf-8", "replace"), digest_size=32, person=b"hotline-invite").digest()


def _invitation(row: Any) -> Invitation:
    return Invitation(row.id, row.email, row.role, row.queue, row.expires_at)
