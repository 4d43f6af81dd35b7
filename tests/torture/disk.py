"""A disk that fills up: a small file system of its own where that is allowed, else a limit on the size of files."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tests.fixtures.hotline import Hotline


class Disk(Protocol):
    """Can be full, and have space again."""

    def fill(self, hotline: Hotline) -> None:
        """From now on nothing can be stored."""

    def free(self, hotline: Hotline) -> None:
        """There is space again."""


class FileLimit:
    """No file of the running processes may grow; the answer of the system is EFBIG instead of ENOSPC."""

    def fill(self, hotline: Hotline) -> None:
        largest = max(path.stat().st_size for path in hotline.home.glob("hotline.db*"))
        self._limit(hotline, min(largest, (hotline.home / "hotline.db-wal").stat().st_size) + 4096)

    def free(self, hotline: Hotline) -> None:
        self._limit(hotline, resource.RLIM_INFINITY)

    def _limit(self, hotline: Hotline, size: int) -> None:
        for pid in hotline.pids():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self, hotline: Hotline) -> None:
        handle, block = os.open(self._filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 1 << 20
        while block:
            try:
                os.write(handle, b"\0" * block)
            except OSError as error:
                assert error.errno == errno.ENOSPC
                block //= 2
        os.close(handle)

    def free(self, hotline: Hotline) -> None:
        self._filler.unlink()


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 24) -> Iterator[Disk | None]:
    """Mounts a small disk on an empty folder; None where this user may not."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)], capture_output=True).returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
