"""Sealing what is too long for one box: a stream of chunks under a key that is itself sealed (libsodium's secretstream).

A chunk moved, repeated or left out, and a cut end, are noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_HEADERBYTES as HEADER_BYTES,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_keygen,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_FINAL as FINAL,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE as MORE,
)

from triage.vault import CannotOpen, Opener, Sealer

MAGIC = b"hotline-stream\x01"
MAX_CHUNK = 1 << 20


def seal(sealer: Sealer, purpose: str, chunks: Iterable[bytes], out: IO[bytes]) -> None:
    """Writes the chunks, a mebibyte each at most, sealed for `purpose`."""
    key, state = crypto_secretstream_xchacha20poly1305_keygen(), crypto_secretstream_xchacha20poly1305_state()
    box = sealer.seal(purpose, key)
    out.write(MAGIC + len(box).to_bytes(4, "big") + box + crypto_secretstream_xchacha20poly1305_init_push(state, key))
    for chunk in chunks:
        _write(out, crypto_secretstream_xchacha20poly1305_push(state, chunk, None, MORE))
    _write(out, crypto_secretstream_xchacha20poly1305_push(state, b"", None, FINAL))


def unseal(opener: Opener, purpose: str, source: IO[bytes]) -> Iterator[bytes]:
    """The chunks again. Raises CannotOpen where one was changed or the end is missing."""
    if source.read(len(MAGIC)) != MAGIC:
        raise CannotOpen("this is no sealed stream")
    key = opener.open(purpose, _read(source, int.from_bytes(_read(source, 4), "big")))
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, _read(source, HEADER_BYTES), key)
    while True:
        body = _read(source, int.from_bytes(_read(source, 4), "big"))
        try:
            chunk, tag = crypto_secretstream_xchacha20poly1305_pull(state, body, None)
        except Exception as error:  # the binding raises its own RuntimeError
            raise CannotOpen("damaged stream") from error
        if tag == FINAL:
            return
        yield chunk


def _write(out: IO[bytes], body: bytes) -> None:
    out.write(len(body).to_bytes(4, "big") + body)


def _read(source: IO[bytes], size: int) -> bytes:
    if size > 2 * MAX_CHUNK:
        raise CannotOpen("damaged stream")
    body = source.read(size)
    if len(body) != size:
        raise CannotOpen("the stream ends too early")
    return body
