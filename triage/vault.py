"""Sealing: who can write a blob, who can read it, and how it names its key. Whose keys there are says `triage.holders`.

* Sealed boxes (libsodium, X25519): whoever holds only the public half can add, never read.
* Secret boxes: for what its writer must read back itself, under the state key, a password or a session's token.

Every blob begins with a version byte and eight bytes of a hash of its key. The purpose is inside the ciphertext, so
that a blob moved to another column does not open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
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
        return self.seal_plain(purpose.encode() + b"\0" + data)

    def seal_plain(self, plain: bytes) -> bytes:
        """What already begins with its purpose."""
        return self._head + self._box.encrypt(plain)

    @property
    def head(self) -> bytes:
        """How each of its blobs begins."""
        return self._head


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
        return _for_purpose(purpose, self._plain(blob))

    def reseal(self, blob: bytes, to: Sealer) -> bytes:
        """The same data for the same purpose, sealed to another key. Raises CannotOpen."""
        return to.seal_plain(self._plain(blob))

    def _plain(self, blob: bytes) -> bytes:
        box = self._boxes.get(bytes(blob[1 : 1 + KEY_ID_BYTES]))
        if bytes(blob[:1]) != VERSION or box is None:
            raise CannotOpen("no key for this blob")
        try:
            return box.decrypt(bytes(blob[1 + KEY_ID_BYTES :]))
        except (CryptoError, ValueError) as error:
            raise CannotOpen("damaged blob") from error


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
        return _for_purpose(purpose, self._plain(blob))

    def renew(self, blob: bytes) -> bytes:
        """The same data for the same purpose under the first key. Raises CannotOpen."""
        return self._head + self._boxes[self._head[1:]].encrypt(self._plain(blob))

    @property
    def head(self) -> bytes:
        """How each of its blobs begins."""
        return self._head

    def _plain(self, blob: bytes) -> bytes:
        if bytes(blob[:1]) == NAMED:
            box = self._boxes.get(bytes(blob[1 : 1 + KEY_ID_BYTES]))
            tries, body = [box] if box else [], blob[1 + KEY_ID_BYTES :]
        else:  # before keys were named
            tries, body = list(self._boxes.values()), blob[1:]
        for box in tries:
            try:
                return box.decrypt(bytes(body))
            except (CryptoError, ValueError):
                continue
        raise CannotOpen("not under this key")


def _for_purpose(purpose: str, plain: bytes) -> bytes:
    head = purpose.encode() + b"\0"
    if not plain.startswith(head):
        raise CannotOpen(f"not sealed for {purpose}")
    return plain[len(head) :]


@dataclass(frozen=True, slots=True)
class Held:
    """The keys of one process, as they are at one moment."""

    sealer: Sealer
    state: StateBox
    index: BlindIndex
    opener: Opener | None = None


class Keyring:
    """What one process holds. `sealer` seals contacts and parcels for delivery.

    `opener` is None in the public process and at the desk: they add, and by themselves read nothing. What it holds is
    asked for anew at each use (`held`), so that a new key is in use at once and needs no restart.
    """

    def __init__(self, held: Callable[[], Held]) -> None:
        self._held = held

    @property
    def sealer(self) -> Sealer:
        """Seals what delivery opens."""
        return self._held().sealer

    @property
    def state(self) -> StateBox:
        """Keeps the steps of talks."""
        return self._held().state

    @property
    def index(self) -> BlindIndex:
        """Finds contacts and codes."""
        return self._held().index

    @property
    def opener(self) -> Opener | None:
        """Opens what this process may read, if anything."""
        return self._held().opener

    def opening(self) -> Opener:
        """The opener. Raises CannotOpen in a process that must not have it."""
        opener = self.opener
        if opener is None:
            raise CannotOpen("this process holds no private key")
        return opener
