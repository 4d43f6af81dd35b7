"""Counts what a running process asks of the disk, by strace: how many syncs end before each answer leaves."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SYNC = re.compile(r"\b(?:fdatasync|fsync)(?:\(| resumed).*= 0$")
ANSWER = re.compile(r"\bsend(?:to|msg)?\(.*HTTP/1\.1 (\d{3})")


@dataclass(frozen=True)
class Traced:
    """One answer: its status, and how many syncs ended since the answer before."""

    status: int
    syncs: int


@contextlib.contextmanager
def traced(pids: list[int], into: Path) -> Iterator[None]:
    """Watches processes and their threads."""
    words = ["strace", "-f", "-qq", "-s", "32", "-e", "trace=fsync,fdatasync,sendto,sendmsg", "-o", str(into)]
    found = subprocess.Popen([*words, *(word for pid in pids for word in ("-p", str(pid)))], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while not all(_is_watched(pid) for pid in pids):
        assert found.poll() is None, f"strace cannot watch: {found.stderr.read() if found.stderr else ''}"
        assert time.monotonic() < until, "strace did not take hold"
        time.sleep(0.05)
    try:
        yield
    finally:
        found.terminate()
        found.wait(10)


def _is_watched(pid: int) -> bool:
    """True where every thread of a process has its watcher."""
    return all("TracerPid:\t0\n" not in (task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir())


def answers(log: Path) -> list[Traced]:
    """The answers of a trace in their order; requests must have come one after another."""
    found, syncs = [], 0
    for line in log.read_text(errors="replace").splitlines():
        if SYNC.search(line):
            syncs += 1
        elif answer := ANSWER.search(line):
            found.append(Traced(int(answer.group(1)), syncs))
            syncs = 0
    return found
