"""The machine's own floor, measured in the same run: what no program can pass here today."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

from argon2.low_level import Type, hash_secret_raw

from triage.blind import MEMORY_KIB, PASSES
from triage.db import sqlite_module

SECONDS = 0.6


def limits() -> Iterator[tuple[str, float]]:
    """(what, how many a second)."""
    with tempfile.TemporaryDirectory(prefix="hl-limit") as folder:
        yield "fdatasync of 4 KiB", _synced(folder)
        yield "SQLite commit, WAL, synchronous=FULL", _committed(folder)
    block = b"x" * 1_000_000
    yield "SHA-256, MB", _times(lambda: hashlib.sha256(block))
    yield "argon2id of a number (blind index), one core", _times(
        lambda: hash_secret_raw(b"x" * 32, b"y" * 32, PASSES, MEMORY_KIB, 1, 16, Type.ID)
    )
    yield "loopback round trip", _echoed()


def _times(work: Callable[[], object]) -> float:
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        work()
        count += 1
    return count / (time.perf_counter() - began)


def _synced(folder: str) -> float:
    handle, block = os.open(f"{folder}/file", os.O_WRONLY | os.O_CREAT), b"x" * 4096

    def work() -> None:
        os.pwrite(handle, block, 0)
        os.fdatasync(handle)

    try:
        return _times(work)
    finally:
        os.close(handle)


def _committed(folder: str) -> float:
    connection = sqlite_module().connect(f"{folder}/x.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (x TEXT)")
    found = _times(lambda: connection.execute("INSERT INTO t VALUES ('some sample words')"))
    connection.close()
    return found


def _echoed() -> float:
    server = socket.create_server(("127.0.0.1", 0))

    def echo() -> None:
        there, _ = server.accept()
        while data := there.recv(64):
            there.sendall(data)
        there.close()

    threading.Thread(target=echo, daemon=True).start()
    with socket.create_connection(server.getsockname()) as here:
        here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def work() -> None:
            here.sendall(b"x")
            here.recv(1)

        found = _times(work)
    server.close()
    return found
