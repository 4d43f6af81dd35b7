"""A PostgreSQL of its own on a disk of its own that fills up, started again whenever it ends, as systemd or a container does."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.supervisor import die_with_parent
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.running import free_port
from tests.torture.cluster import binaries
from tests.torture.disk import Disk, small_disk
from tests.torture.network import NOBODY

MEGABYTES = 96
# Where nothing may be mounted: no file of the server may grow beyond this, and its log's files are larger.
LIMIT = "65536"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "16MB",
    "min_wal_size": "2MB",
    "max_wal_size": "6MB",
    "checkpoint_timeout": "30s",
}


class SmallPostgres:
    """The server; it is also the disk that is full and has space again."""

    def __init__(self, folder: Path, disk: Disk | None) -> None:
        self._folder, self._disk, self._bin, self._port = folder, disk, binaries(folder.parent), free_port()
        self._ended, self._limit, self.starts = threading.Event(), "unlimited", 0
        self._process: subprocess.Popen[bytes] | None = None
        self._other: dict[str, Any] = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        if not os.geteuid():
            os.chown(folder, NOBODY, NOBODY)
        words = ("initdb", "-D", str(folder / "data"), "-U", "hotline", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=1")
        subprocess.run([str(self._bin / words[0]), *words[1:]], check=True, capture_output=True, **self._other)
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        wait_for(self.answers, 30)

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql://hotline@127.0.0.1:{self._port}/postgres"

    def answers(self) -> bool:
        """True where it takes connections."""
        words = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port), "-t", "1"]
        return subprocess.run(words, check=False).returncode == 0

    def fill(self, hotline: Hotline) -> None:
        """From now on nothing new can be stored."""
        if self._disk is not None:
            self._disk.fill(hotline)
        else:
            self._limit = LIMIT
            self._apply()

    def free(self, hotline: Hotline) -> None:
        """There is space again."""
        if self._disk is not None:
            self._disk.free(hotline)
        else:
            self._limit = "unlimited"
            self._apply()

    def end(self) -> None:
        """The server and who keeps it."""
        self._ended.set()
        if self._process is not None:
            self._process.terminate()
        self._keeper.join(30)

    def _keep(self) -> None:
        words = [word for key, value in (SETTINGS | {"port": str(self._port)}).items() for word in ("-c", f"{key}={value}")]
        data = self._folder / "data"
        while not self._ended.is_set():
            self.starts += 1
            with open(self._folder.parent / "log", "ab") as log:
                self._process = subprocess.Popen(
                    [str(self._bin / "postgres"), "-D", str(data), *words],
                    stdout=log,
                    stderr=log,
                    cwd=data,
                    env={"LANG": "C"},
                    preexec_fn=die_with_parent,
                    **self._other,
                )
            self._apply()
            self._process.wait()
            self._ended.wait(0.5)

    def _apply(self) -> None:
        """On the server and on every process of it: later ones inherit."""
        process = self._process
        for folder in Path("/proc").glob("[0-9]*") if process and self._disk is None else ():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if process is not None and process.pid in (parent, int(folder.name)):
                    # As the server's own user: another's limits may not be changed everywhere, not even by root.
                    subprocess.run(["prlimit", f"--fsize={self._limit}:", "--pid", folder.name], check=False, **self._other)


@contextlib.contextmanager
def small_postgres() -> Iterator[SmallPostgres]:
    """One, on a mounted disk, or under a limit on its files where nothing may be mounted."""
    with tempfile.TemporaryDirectory(prefix="hl-dp-") as above, contextlib.ExitStack() as stack:
        folder = Path(above) / "disk"
        folder.mkdir()
        Path(above).chmod(0o755)
        server = SmallPostgres(folder, stack.enter_context(small_disk(folder, MEGABYTES)))
        try:
            yield server
        finally:
            server.end()
            time.sleep(0.2)  # its last processes leave the disk
