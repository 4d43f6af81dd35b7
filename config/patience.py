"""How long a server listens to one caller: slow phones are heard to the end, who keeps a line busy with a letter now and then is not."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

START = 10.0  # seconds for whatever comes first
PACE = 500  # bytes that earn a second more: below the slowest telephone network, far above a letter now and then
ANSWER = 300.0  # seconds in which a caller takes an answer, or a piece of one


class Patient:
    """A socket that a request is read from. `recv` raises ConnectionResetError where it comes too slowly; all else is the socket's."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.begin()

    def begin(self) -> None:
        """Another request starts now."""
        self._until = time.monotonic() + START

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise _too_slow()
        self._sock.settimeout(left)
        try:
            found = self._sock.recv(size)
        except TimeoutError as error:
            raise _too_slow() from error
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


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, none of which waits long for a caller who does not speak."""

    def enqueue_req(self, conn: Any) -> None:
        """Hands a caller to a thread."""
        if type(conn) is TConn:
            conn.__class__ = PatientConnection
        super().enqueue_req(conn)


def _too_slow() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "too slow")
