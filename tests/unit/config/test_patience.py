"""Slow phones are heard to the end, and nobody keeps a line by a letter now and then."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

import pytest
from gunicorn.config import Config

from config import patience
from config.patience import Patient, PatientConnection, PatientWorker


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, Patient]]:
    monkeypatch.setattr(patience, "START", 0.3)
    caller, server = socket.socketpair()
    with caller, server:
        yield caller, Patient(server)


def test_who_says_nothing_is_waited_for_so_long_and_no_longer(line: tuple[socket.socket, Patient]) -> None:
    started = monotonic()
    with pytest.raises(ConnectionResetError):
        line[1].recv(100)
    assert 0.2 < monotonic() - started < 3
    line[1].begin()
    line[0].sendall(b"sample")
    assert line[1].recv(100) == b"sample"


def test_a_letter_now_and_then_buys_no_time(line: tuple[socket.socket, Patient]) -> None:
    def trickle() -> None:
        for _ in range(200):
            try:
                line[0].sendall(b"a")
            except OSError:
                return
            sleep(0.02)

    Thread(target=trickle, daemon=True).start()
    started = monotonic()
    with pytest.raises(ConnectionResetError):
        while True:
            line[1].recv(100)
    assert monotonic() - started < 3


def test_what_comes_at_a_slow_phones_pace_is_heard_to_the_end(line: tuple[socket.socket, Patient]) -> None:
    def speak() -> None:
        for _ in range(10):
            line[0].sendall(b"a" * 100)
            sleep(0.1)
        line[0].shutdown(socket.SHUT_WR)

    Thread(target=speak, daemon=True).start()
    heard = b""
    while piece := line[1].recv(4096):
        heard += piece
    assert len(heard) == 1000


def test_all_else_is_the_sockets_own(line: tuple[socket.socket, Patient]) -> None:
    line[1].sendall(b"an answer")
    assert line[0].recv(100) == b"an answer"
    assert line[1].fileno() > 0


def test_who_never_hangs_up_keeps_nobody_from_being_greeted(line: tuple[socket.socket, Patient]) -> None:
    ended = PatientConnection(Config(), line[1], ("127.0.0.1", 1), ("127.0.0.1", 2))
    started = monotonic()
    ended.close(graceful=True)
    assert monotonic() - started < 0.5
    assert line[0].recv(10) == b""


def test_a_worker_takes_no_line_that_no_thread_is_free_for() -> None:
    worker = PatientWorker(1, 1, [], None, 60, Config(), None)
    assert worker.worker_connections == worker.cfg.threads
    worker.keepalived_conns.append(object())
    assert worker.worker_connections == worker.cfg.threads + 1
