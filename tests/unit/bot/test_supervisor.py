"""The process that keeps the others alive, with small stand-ins for them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.serve import listen
from tests.fixtures.running import free_port

SUPERVISE = """
import os, sys
from bot.supervisor import Supervisor
from config.serve import listen
sockets = {"serving": listen("127.0.0.1", int(sys.argv[1]))}
child = [sys.executable, "-c", sys.argv[2]]
Supervisor({"serving": child}, os.environ, sockets=sockets).run()
"""
# Says who it is, and answers each caller of the socket that it was handed.
SERVE = """
import os, socket, sys
print("pid", os.getpid(), flush=True)
found = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
while True:
    caller, _ = found.accept()
    caller.sendall(b"%d" % os.getpid())
    caller.close()
"""


def _supervise(port: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", SUPERVISE, str(port), SERVE]
    found = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert found.stdout is not None and "pid" in found.stdout.readline()
    return found


def _ask(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
        caller.settimeout(10)
        return int(caller.recv(20))


def _gone(pid: int, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes():
            return True
        time.sleep(0.02)
    return False


def test_callers_wait_while_a_process_restarts_and_none_is_refused() -> None:
    port = free_port()
    found = _supervise(port)
    first = _ask(port)
    os.kill(first, signal.SIGKILL)
    assert _gone(first)
    second = _ask(port)
    assert second != first
    found.terminate()
    assert found.wait(10) == 0 and _gone(second)


def test_a_killed_supervisor_leaves_nobody_behind() -> None:
    port = free_port()
    found = _supervise(port)
    child = _ask(port)
    found.kill()
    found.wait(10)
    assert _gone(child)


def test_a_port_in_other_hands_is_named() -> None:
    port = free_port()
    with listen("127.0.0.1", port), pytest.raises(OSError, match=f"127.0.0.1:{port}: Address already in use"):
        listen("127.0.0.1", port, seconds=0.1)
