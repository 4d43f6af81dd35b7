"""Requests over kept connections, as fast as they are answered or at a given pace, with the time of each."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 60.0


@dataclass
class Load:
    """What came back: milliseconds of each answer, and how often each status."""

    seconds: float = 0.0
    millis: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.millis) / self.seconds


class _Line:
    """One connection; opened again where the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._open()
        self.buffer, self.began = b"", 0.0

    def _open(self) -> socket.socket:
        found = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_SECONDS)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found

    def send(self, request: bytes, began: float) -> None:
        self.buffer, self.began = b"", began
        self.socket.sendall(request)

    def read(self) -> int:
        """The status once the answer is whole, else 0; -1 where the connection broke first."""
        try:
            more = self.socket.recv(65536)
        except OSError:
            more = b""
        self.buffer += more
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if found:
            length = _length(head)
            if length is not None and len(body) >= length or length is None and not more:
                return int(head.split(b" ", 2)[1])
        return 0 if more else -1

    def renew(self) -> None:
        """A fresh connection in place of one that ended."""
        self.socket.close()
        self.socket = self._open()


def _length(head: bytes) -> int | None:
    if head.split(b" ", 2)[1] == b"204":
        return 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return None


def fire(port: int, requests: Iterator[bytes], connections: int, pace: float = 0.0) -> Load:
    """Sends all on so many connections. With `pace` (a second) each has its moment, and its time counts from there."""
    found, lines = Load(), [_Line(port) for _ in range(connections)]
    selector, idle, began = selectors.DefaultSelector(), list(lines), time.perf_counter()
    sent, busy, more = 0, 0, True
    while more or busy:
        while idle and more and (not pace or began + sent / pace <= time.perf_counter()):
            request = next(requests, None)
            if request is None:
                more = False
                break
            line = idle.pop()
            line.send(request, began + sent / pace if pace else time.perf_counter())
            selector.register(line.socket, selectors.EVENT_READ, line)
            sent, busy = sent + 1, busy + 1
        wait = max(0.0, began + sent / pace - time.perf_counter()) if pace and more and idle else TIMEOUT_SECONDS
        if not busy:
            time.sleep(wait if pace else 0)
            continue
        for key, _ in selector.select(wait):
            line = key.data
            status = line.read()
            if status == 0:
                continue
            found.millis.append((time.perf_counter() - line.began) * 1000)
            found.statuses[status] += 1
            selector.unregister(line.socket)
            if status < 0 or b"\r\nConnection: close\r\n" in line.buffer[:400]:
                line.renew()
            idle.append(line)
            busy -= 1
    found.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return found
