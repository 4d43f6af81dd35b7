"""How long a server listens to one caller: slow phones are heard to the end, who keeps a line busy with a letter now and then is not."""

from __future__ import annotations

import errno
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

START = 10.0  # seconds for whatever comes first
PACE = 500  # bytes that earn a second more: below the slowest telephone network, far above a letter now and then
ANSWER = 300.0  # seconds in which a caller takes an answer, or a piece of one


class Patient:
    """A socket that a request is read from. `recv` raises ConnectionResetError where it comes too slowly; all else is the socket's."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.is_cut = False
        self.begin()

    def begin(self) -> None:
        """Another request starts now."""
        self._until = time.monotonic() + START

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        try:
            self._sock.settimeout(max(self._until - time.monotonic(), 0.001))
            found = self._sock.recv(size)
        except TimeoutError as error:
            self.is_cut = True
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from error
        finally:
            self._sock.settimeout(ANSWER)
        self._until += len(found) / PACE
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class PatientConnection(TConn):  # type: ignore[misc]
    """A caller whose requests are read with patience."""

    def init(self) -> None:
        """Begins a request."""
        super().init()
        reader = self.parser.unreader
        if isinstance(reader.sock, Patient):
            reader.sock.begin()
        else:
            reader.sock = Patient(reader.sock)

    def close(self, graceful: bool = False) -> None:
        """Ends the line. Who was answered gets time to take it in, and the thread that greets callers waits for none of them."""
        if graceful and not (self.parser and getattr(self.parser.unreader.sock, "is_cut", False)):
            self.sock.setblocking(True)
            _farewells().submit(util.close_graceful, self.sock)
        else:
            util.close(self.sock)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, none of which waits long for a caller who does not speak."""

    @property
    def worker_connections(self) -> int:
        """How many lines it takes: none that no thread is free for, so that another worker may."""
        return int(self.cfg.threads) + len(self.keepalived_conns) + len(self.pending_conns)

    @worker_connections.setter
    def worker_connections(self, _value: int) -> None:
        """Not by a setting."""

    def enqueue_req(self, conn: Any) -> None:
        """Hands a caller to a thread."""
        # gunicorn builds its connections itself and asks no one for their class.
        if type(conn) is TConn:
            conn.__class__ = PatientConnection
        super().enqueue_req(conn)


@lru_cache(maxsize=1)
def _farewells() -> ThreadPoolExecutor:
    # Up to two seconds each (RFC 9112, 9.6). Made on first use, so in each process after it was forked.
    return ThreadPoolExecutor(16, thread_name_prefix="farewell")
