"""Passwords: one slow hash (argon2id) gives both the check and the key under which a responder's private key lies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type, hash_secret_raw

# RFC 9106's second choice: 64 MiB, 3 passes.
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
SCHEME = "argon2id-split"
# For codes that we draw ourselves, of 59 bits: the least that is advised for passwords, some 20 ms.
CODE_KIB, CODE_PASSES = 19 * 1024, 2


def make(password: str) -> tuple[str, bytes]:
    """What is stored, and the 32 bytes of key that are not."""
    salt = secrets.token_bytes(16)
    check, key = _derive(password, salt, MEMORY_KIB, PASSES, LANES)
    return f"{SCHEME}${MEMORY_KIB},{PASSES},{LANES}${_text(salt)}${_text(check)}", key


def check(stored: str, password: str) -> bytes | None:
    """The key where the password fits, else None; empty for one stored before keys were derived."""
    if stored.startswith("$argon2"):
        try:
            PasswordHasher().verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return None
        return b""
    _, costs, salt, wanted = stored.split("$")
    found, key = _derive(password, base64.b64decode(salt), *(int(cost) for cost in costs.split(",")))
    return key if hmac.compare_digest(_text(found), wanted) else None


def slow(code: str, salt: bytes) -> str:
    """What is kept of a code that is shorter than a key."""
    return hash_secret_raw(code.encode("utf-8", "replace"), salt, CODE_PASSES, CODE_KIB, 1, 32, Type.ID).hex()


def _derive(password: str, salt: bytes, memory: int, passes: int, lanes: int) -> tuple[bytes, bytes]:
    raw = hash_secret_raw(password.encode("utf-8", "surrogatepass"), salt, passes, memory, lanes, 64, Type.ID)
    return hashlib.sha256(raw[:32]).digest(), raw[32:]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
