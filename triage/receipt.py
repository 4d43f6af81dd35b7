"""The receipt code: twenty digits (66 bits) that any keypad can type, and the key pair that only they open."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from nacl.public import PrivateKey

from triage.vault import Opener

DIGITS = 20


def new_code() -> str:
    """A fresh code, twenty random ASCII digits."""
    return "".join(secrets.choice("0123456789") for _ in range(DIGITS))


def spaced(code: str) -> str:
    """The code as a person reads it: groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def clean(typed: str) -> str | None:
    """The code in what somebody typed, native digits, blanks and dashes allowed; None where it is no code."""
    digits = []
    for char in typed:
        value = unicodedata.digit(char, None)
        if value is not None:
            digits.append(str(value))
        elif not (char.isspace() or char in "-–—._/\u200b\u200c\u200d\u2060\ufeff"):
            return None
    return "".join(digits) if len(digits) == DIGITS else None


def private_key(code: str) -> bytes:
    """The X25519 private key that the code stands for."""
    return hashlib.blake2b(code.encode(), digest_size=32, person=b"hotline-receipt").digest()


def public_key(code: str) -> bytes:
    """The public half, kept with the case so that replies can be sealed to it."""
    return bytes(PrivateKey(private_key(code)).public_key)


def opener(code: str) -> Opener:
    """Opens the replies that were sealed to this code."""
    return Opener(private_key(code))
