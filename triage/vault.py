"""Sealing at rest: who can write a blob, who can read it, and how it names its key.

Three kinds of key, each a file under HOTLINE_HOME/keys with mode 0600:

* `sealing.pub` / `opening.key`: a libsodium key pair (X25519 sealed boxes). Whoever holds only the public half can add, never read.
* `state.key`: secret box for what the public process must read back itself: the step of a running talk, the reply to a redelivery.
* `pepper.key`: keys the blind indexes, so that a contact can be found and not listed.

Every blob begins with a version byte and the first eight bytes of a hash of its key. The purpose is inside the
ciphertext, so that a blob moved to another column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

VERSION = b"\x01"
KEY_ID_BYTES = 8


class CannotOpen(Exception):
    """The blob is damaged, was sealed for another purpose, or its key is not here."""


def key_id(public: bytes) -> bytes:
    """The eight bytes by which a blob names its key."""
    return hashlib.blake2b(public, digest_size=KEY_ID_BYTES, person=b"hotline-key").digest()


class Sealer:
    """Seals to a public key. Cannot open what it sealed."""

    def __init__(self, public: bytes) -> None:
        self._box = SealedBox(PublicKey(public))
        self._head = VERSION + key_id(public)
        self.public = public

    def seal(self, purpose: str, data: bytes) -> bytes:
        """`data` sealed for `purpose`; 57 bytes longer than both together."""
        return self._head + self._box.encrypt(purpose.encode() + b"\0" + data)


class Opener:
    """Opens what was sealed to any of its key pairs, and seals to the first."""

    def __init__(self, *private: bytes) -> None:
        keys = [PrivateKey(seed) for seed in private]
        self._boxes = {key_id(bytes(key.public_key)): SealedBox(key) for key in keys}
        self.sealer = Sealer(bytes(keys[0].public_key))

    def open(self, purpose: str, blob: bytes) -> bytes:
        """The data of a blob that was sealed for `purpose`. Raises CannotOpen."""
        box = self._boxes.get(bytes(blob[1 : 1 + KEY_ID_BYTES]))
        if blob[:1] != VERSION or box is None:
            raise CannotOpen("no key for this blob")
        try:
            plain = box.decrypt(bytes(blob[1 + KEY_ID_BYTES :]))
        except CryptoError as error:
            raise CannotOpen("damaged blob") from error
        return _for_purpose(purpose, plain)


class StateBox:
    """Secret box for short-lived state that its writer must read back."""

    def __init__(self, key: bytes) -> None:
        self._box = SecretBox(key)

    def seal(self, purpose: str, data: bytes) -> bytes:
        """`data` under the state key, bound to `purpose`."""
        return VERSION + self._box.encrypt(purpose.encode() + b"\0" + data)

    def open(self, purpose: str, blob: bytes) -> bytes:
        """The data again. Raises CannotOpen, also after the state key was replaced."""
        try:
            plain = self._box.decrypt(bytes(blob[1:]))
        except (CryptoError, ValueError) as error:
            raise CannotOpen("not under this state key") from error
        return _for_purpose(purpose, plain)


def _for_purpose(purpose: str, plain: bytes) -> bytes:
    head = purpose.encode() + b"\0"
    if not plain.startswith(head):
        raise CannotOpen(f"not sealed for {purpose}")
    return plain[len(head) :]


class BlindIndex:
    """A keyed fingerprint by which a contact or a code is found without being stored."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def of(self, purpose: str, value: str) -> bytes:
        """Sixteen bytes for `value`; other purposes give other bytes for the same value."""
        return hmac.digest(self._pepper, purpose.encode() + b"\0" + value.encode("utf-8", "surrogatepass"), "sha256")[:16]


@dataclass(frozen=True, slots=True)
class Keyring:
    """What one process holds. `opener` is None in the public process: it can add reports and never read old ones."""

    sealer: Sealer
    state: StateBox
    index: BlindIndex
    opener: Opener | None = None

    def opening(self) -> Opener:
        """The opener. Raises CannotOpen in a process that must not have it."""
        if self.opener is None:
            raise CannotOpen("this process holds the sealing key only")
        return self.opener
