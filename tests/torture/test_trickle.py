"""Callers who never finish what they say keep nobody else from being heard."""

from __future__ import annotations

import socket
import time

import pytest

from tests.fixtures.hotline import Hotline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
HEAD = b"POST /sms/twilio HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n"
BUSY = 100  # callers, more than all threads of both workers once were


def test_a_hundred_who_trickle_keep_no_message_waiting_and_are_cut_off(shared_hotline: Hotline) -> None:
    started = time.monotonic()
    lines = [_line(shared_hotline) for _ in range(BUSY)]
    for each in lines:
        each.sendall(HEAD % shared_hotline.web.removeprefix("http://").encode() + b"Body=")
    sent = time.monotonic()
    for number in range(5):
        assert shared_hotline.sms("please help, a sample", sender=f"+8551200098{number}", sid=f"SMtrickle{number}").status_code == 200
    assert time.monotonic() - sent < 5.0
    cut = 0
    while cut < BUSY and time.monotonic() - started < 60:
        cut = sum(_is_cut(each) for each in lines)
        time.sleep(1)
    assert cut == BUSY
    assert time.monotonic() - started > 8, "slow phones need some seconds"


def _line(hotline: Hotline) -> socket.socket:
    host, port = hotline.web.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def _is_cut(line: socket.socket) -> bool:
    """Sends one letter more; true where nobody listens any more."""
    try:
        line.sendall(b"a")
        line.settimeout(0.01)
        return line.recv(4096) is not None
    except TimeoutError:
        return False
    except OSError:
        return True
