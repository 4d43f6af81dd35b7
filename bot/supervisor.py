"""Keeps the processes of the Procfile alive: prints their lines, restarts what died, ends them all together.

It holds the sockets of those that serve: while one restarts, callers wait in the kernel's queue and nobody is refused.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

COLOURS = (36, 33, 32, 35, 34, 31)
GRACE_SECONDS = 10.0
LONG_ENOUGH = 5.0
MAX_PAUSE = 2.0  # a hotline that is away costs more than a start that fails every two seconds
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(slots=True)
class Child:
    """One process of the Procfile and what is known of its life."""

    name: str
    command: Sequence[str]
    colour: int
    socket: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.2
    restart_at: float = field(default=0.0)


class Supervisor:
    """Runs commands side by side until told to stop."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        environ: Mapping[str, str],
        out: IO[str] = sys.stdout,
        sockets: Mapping[str, socket.socket] | None = None,
    ) -> None:
        held = sockets or {}
        self._children = [
            Child(name, command, COLOURS[at % len(COLOURS)], held.get(name)) for at, (name, command) in enumerate(commands.items())
        ]
        self._environ = dict(environ)
        self._out = out
        self._width = max(len(child.name) for child in self._children)
        self._stop = threading.Event()
        self._print_lock = threading.Lock()

    def run(self) -> None:
        """Starts all and watches them; returns when a signal or `stop` came and all have ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        for child in self._children:
            self._start(child)
        while not self._stop.wait(0.1):
            for child in self._children:
                self._watch(child)
        self._end_all()

    def say(self, name: str, text: str, colour: int = 37) -> None:
        """One line under a process's name."""
        head = f"\x1b[{colour}m{name:<{self._width}} |\x1b[0m" if self._out.isatty() else f"{name:<{self._width}} |"
        with self._print_lock:
            print(f"{head} {text}", file=self._out, flush=True)

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends its children in order.
        fds = [child.socket.fileno()] if child.socket is not None else []
        child.process = subprocess.Popen(
            [*child.command, *(word for fd in fds for word in ("--fd", str(fd)))],
            env=self._environ,
            pass_fds=fds,
            preexec_fn=die_with_parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        child.started = time.monotonic()
        threading.Thread(target=self._copy, args=(child, child.process), daemon=True).start()

    def _copy(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.say(child.name, line.decode("utf-8", "replace").rstrip(), child.colour)

    def _watch(self, child: Child) -> None:
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            lived = time.monotonic() - child.started
            child.pause = 0.2 if lived > LONG_ENOUGH else min(child.pause * 2, MAX_PAUSE)
            child.restart_at = time.monotonic() + child.pause
            self.say(child.name, f"ended with {code}; starts again in {child.pause:.1f} s", child.colour)
            _kill_group(child.process, signal.SIGKILL)  # gunicorn's workers outlive a killed master
            child.process = None
        elif time.monotonic() >= child.restart_at:
            self._start(child)

    def _end_all(self) -> None:
        """Ends what uses the first process before that one: a worker without its Redis would wait for it."""
        first, others = self._children[:1], self._children[1:]
        for group in (others, first) if others else (first,):
            self._end([child.process for child in group if child.process is not None])

    def _end(self, running: list[subprocess.Popen[bytes]]) -> None:
        for process in running:
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _kill_group(process, signal.SIGKILL)


# Loaded before any fork: a child may only call what is there.
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent() -> None:
    """A supervisor that was killed leaves nobody behind who works beside its successor."""
    if _PRCTL is not None:
        _PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _kill_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
