"""Sealing: who can write a blob, who can read it, and how it names its key. Whose keys there are says `triage.holders`.

* Sealed boxes (libsodium, X25519): whoever holds only the public half can add, never read.
* Secret boxes: for what its writer must read back itself, under the state key, a password or a session's token.

Every blob begins with a version byte and eight bytes of a hash of its key. The purpose is inside the ciphertext, so
that a blob moved to another column does not open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from triage.blind import BlindIndex

VERSION = b"\x01"
NAMED = b"\x02"  # a secret box that names its key
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
    """Opens what was sealed to any of its key pairs, and seals to the first. May hold none, and then opens nothing."""

    def __init__(self, *private: bytes) -> None:
        self._private = tuple(dict.fromkeys(private))
        keys = [PrivateKey(seed) for seed in self._private]
        self._boxes = {key_id(bytes(key.public_key)): SealedBox(key) for key in keys}
        self._first = bytes(keys[0].public_key) if keys else b""

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of the keys whose blobs it opens."""
        return tuple(self._boxes)

    @property
    def sealer(self) -> Sealer:
        """Seals to the first key. Raises CannotOpen where there is none."""
        if not self._first:
            raise CannotOpen("no key")
        return Sealer(self._first)

    def plus(self, *private: bytes) -> Opener:
        """One that opens with these keys too."""
        return Opener(*self._private, *private)

    def private(self, wanted: bytes) -> bytes:
        """The private key of this id. Raises CannotOpen."""
        for private, known in zip(self._private, self._boxes, strict=True):
            if known == wanted:
                return private
        raise CannotOpen("no such key")

    def open(self, purpose: str, blob: bytes) -> bytes:
        """The data of a blob that was sealed for `purpose`. Raises CannotOpen."""
        box = self._boxes.get(bytes(blob[1 : 1 + KEY_ID_BYTES]))
        if blob[:1] != VERSION or box is None:
            raise CannotOpen("no key for this blob")
        try:
            plain = box.decrypt(bytes(blob[1 + KEY_ID_BYTES :]))
        except (CryptoError, ValueError) as error:
            raise CannotOpen("damaged blob") from error
        return _for_purpose(purpose, plain)


def new_pair() -> tuple[bytes, bytes]:
    """A fresh key pair: (private, public)."""
    key = PrivateKey.generate()
    return bytes(key), bytes(key.public_key)


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    return bytes(PrivateKey(private).public_key)


class StateBox:
    """Secret box under a key that the writer keeps; opens what older keys sealed, while they are given too."""

    def __init__(self, key: bytes, *older: bytes) -> None:
        self._head = NAMED + key_id(key)
        self._boxes = {key_id(each): SecretBox(each) for each in (key, *older)}

    def seal(self, purpose: str, data: bytes) -> bytes:
        """`data` under the first key, bound to `purpose`."""
        return self._head + self._boxes[self._head[1:]].encrypt(purpose.encode() + b"\0" + data)

    def open(self, purpose: str, blob: bytes) -> bytes:
        """The data again. Raises CannotOpen, also where its key is gone."""
        if blob[:1] == NAMED:
            box = self._boxes.get(bytes(blob[1 : 1 + KEY_ID_BYTES]))
            tries, body = [box] if box else [], blob[1 + KEY_ID_BYTES :]
        else:  # before keys were named
            tries, body = list(self._boxes.values()), blob[1:]
        for box in tries:
            try:
                return _for_purpose(purpose, box.decrypt(bytes(body)))
            except (CryptoError, ValueError):
                continue
        raise CannotOpen("not under this key")


def _for_purpose(purpose: str, plain: bytes) -> bytes:
    head = purpose.encode() + b"\0"
    if not plain.startswith(head):
        raise CannotOpen(f"not sealed for {purpose}")
    return plain[len(head) :]


@dataclass(frozen=True, slots=True)
class Keyring:
    """What one process holds. `sealer` seals contacts and parcels for delivery.

    `opener` is None in the public process and at the desk: they add, and by themselves read nothing.
    """

    sealer: Sealer
    state: StateBox
    index: BlindIndex
    opener: Opener | None = None

    def opening(self) -> Opener:
        """The opener. Raises CannotOpen in a process that must not have it."""
        if self.opener is None:
            raise CannotOpen("this process holds no private key")
        return self.opener
