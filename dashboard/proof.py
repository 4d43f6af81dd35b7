"""Proving who one is: the password once more, and the second factor that is being set up."""

from __future__ import annotations

import secrets

import segno
from flask import request

from dashboard import tries
from dashboard.guard import visitor
from dashboard.parts import Parts
from triage import accounts

NONCE = 32


def knows_password(parts: Parts, field: str) -> bool:
    """Whether the person at the keyboard is the one who signed in; guesses are slowed."""
    who = visitor().session
    assert who is not None
    email = who.responder.email
    if tries.too_many(parts, email):
        return False
    with parts.database.reading() as tx:
        good = accounts.unlock(tx, email, request.form.get(field, "")[: accounts.MAX_PASSWORD + 1]) is not None
    if not good:
        tries.failed(parts, email)
    return good


def offered(token: str, name: str) -> dict[str, str]:
    """A fresh second factor for a page: its nonce, its secret, and the picture that an authenticator app scans."""
    import pyotp  # for who sets up a second factor

    nonce = secrets.token_hex(NONCE // 2)
    secret = accounts.totp_secret(token, nonce)
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Desk")
    return {"nonce": nonce, "secret": secret, "picture": segno.make(address, micro=False).svg_data_uri(scale=5, border=2)}


def taken(token: str, now: int) -> tuple[str, int] | None:
    """The second factor that was offered and the step of the six digits, where these fit it."""
    nonce = request.form.get("nonce", "")[:NONCE]
    secret = accounts.totp_secret(token, nonce)
    step = accounts.totp_step(secret, request.form.get("six", "").strip(), now)
    return (secret, step) if len(nonce) == NONCE and step is not None else None
