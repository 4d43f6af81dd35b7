"""Blind indexes: a keyed fingerprint by which a contact or a code is found without being stored.

Telephone numbers are few: with the pepper in hand, all of a country's can be tried. So a contact's fingerprint is slow
(argon2id); `docs/threat-model.md` has the arithmetic. A receipt code has 66 bits and a page's token 192: theirs is fast.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict

from argon2.low_level import Type, hash_secret_raw

SIZE = 16
# 8 MiB and two passes: 6 ms on the machine it was measured on, outside of any lock and transaction.
MEMORY_KIB, PASSES = 8 * 1024, 2
REMEMBERED = 20_000


def pepper_id(pepper: bytes) -> bytes:
    """The eight bytes by which a row names the pepper that its fingerprint was made under."""
    return hashlib.blake2b(pepper, digest_size=8, person=b"hotline-pepper").digest()


def bound(secret: str, content: str) -> bytes:
    """Sixteen bytes for `content` that nobody makes without `secret`, which cannot be guessed itself; no pepper is in it."""
    key = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), key=key, digest_size=SIZE).digest()


class BlindIndex:
    """Fingerprints under one pepper; `others` are held beside it while rows under them are left.

    `coming`: one of the others is about to take this one's place, and may have done so elsewhere.
    """

    def __init__(self, pepper: bytes, *others: bytes, coming: bool = False) -> None:
        self._pepper, self.coming = pepper, coming
        self.id = pepper_id(pepper)
        self.others = tuple(BlindIndex(other) for other in dict.fromkeys(others) if other != pepper)
        # Who wrote lately is not hashed anew; the memory names nobody: it is keyed by a secret of this process.
        self._own = secrets.token_bytes(32)
        self._recent: OrderedDict[bytes, bytes] = OrderedDict()
        self._memory_lock, self._turn = threading.Lock(), threading.Lock()

    @property
    def all(self) -> tuple[BlindIndex, ...]:
        """This one and those beside it."""
        return (self, *self.others)

    def under(self, wanted: bytes | None) -> BlindIndex | None:
        """The one whose pepper has this id; this one where a row names none; None where it is not held."""
        if wanted is None:
            return self
        return next((index for index in self.all if index.id == bytes(wanted)), None)

    def of(self, purpose: str, value: str) -> bytes:
        """Sixteen bytes for a `value` that cannot be guessed, at once; other purposes give other bytes for the same value."""
        return hmac.digest(self._pepper, _joined(purpose, value), "sha256")[:SIZE]

    def slow(self, purpose: str, value: str, remember: bool = True) -> bytes:
        """Sixteen bytes for a `value` out of few, such as a telephone number; milliseconds of work, once while it is remembered.

        Not to be remembered is what somebody may guess at: the time would tell whether it was asked for before.
        """
        key = hmac.digest(self._own, _joined(purpose, value), "sha256")
        if remember:
            with self._memory_lock:
                found = self._recent.get(key)
                if found is not None:
                    self._recent.move_to_end(key)
                    return found
        salt = hmac.digest(self._pepper, _joined("slow", purpose), "sha256")
        with self._turn:  # one at a time: each takes its megabytes
            made = hash_secret_raw(hmac.digest(self._pepper, _joined(purpose, value), "sha256"), salt, PASSES, MEMORY_KIB, 1, SIZE, Type.ID)
        if not remember:
            return made
        with self._memory_lock:
            self._recent[key] = made
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        return made


def _joined(purpose: str, value: str) -> bytes:
    return purpose.encode() + b"\0" + value.encode("utf-8", "surrogatepass")
