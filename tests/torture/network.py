"""Hosts on one machine: a network namespace each, all on one switch, whose cables can be pulled out.

Where this user may make none, a host is an address of the loopback and the processes that were started on it, and to pull its
cable is to stop them: nobody hears them, and they hear nobody.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

MARK = "HL_TEST_HOST"
Process: TypeAlias = "subprocess.Popen[bytes]"
NOBODY = 65_534  # PostgreSQL refuses to run as root


def run(*words: str) -> None:
    """Runs a command; raises with what it said."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")


@dataclass
class Host:
    """One machine: its address, and the processes that run on it."""

    name: str
    address: str
    network: Network
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: list[str], environ: Mapping[str, str], out: IO[bytes], root: bool = True, cwd: Path | None = None) -> Process:
        """Starts a process on this machine."""
        marked = dict(environ) | {MARK: self.network.named(self.name)}
        process = subprocess.Popen(
            [*self._enter(root), *command], env=marked, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        self.processes.append(process)
        return process

    def _enter(self, root: bool) -> list[str]:
        if not self.network.spaces:
            other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
            return [] if root or os.geteuid() else other
        return ["nsenter", f"--net=/run/netns/{self.network.named(self.name)}", *(() if root else (f"-S{NOBODY}", f"-G{NOBODY}")), "--"]

    def pids(self) -> list[int]:
        """Everything that runs on this machine, however it was started."""
        here, found = self._here(), {process.pid for process in self.processes if process.poll() is None}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if here(folder):
                    found.add(int(folder.name))
        return sorted(found)

    def _here(self) -> Callable[[Path], bool]:
        if not self.network.spaces:
            mark = f"\0{MARK}={self.network.named(self.name)}\0".encode()
            return lambda folder: mark in b"\0" + (folder / "environ").read_bytes() + b"\0"
        own = os.stat(f"/run/netns/{self.network.named(self.name)}").st_ino
        return lambda folder: (folder / "ns" / "net").stat().st_ino == own

    def kill(self) -> None:
        """The power is gone: every process at once."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait(10)
        self.processes.clear()

    def pull(self) -> None:
        """The cable is out: nobody hears this machine, and it hears nobody."""
        self._cable("down", signal.SIGSTOP)

    def plug(self) -> None:
        """The cable is in again."""
        self._cable("up", signal.SIGCONT)

    def _cable(self, state: str, number: signal.Signals) -> None:
        if self.network.spaces:
            return self.network.switch("link", "set", f"p-{self.name}", state)
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return None


class Network:
    """The switch and its hosts; ours is the machine that the tests run on, with an address there too."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(2)
        self._net = f"10.{213 + secrets.randbelow(30)}.{secrets.randbelow(250)}"
        self.hosts: dict[str, Host] = {}
        self.spaces = True

    def named(self, name: str) -> str:
        """A namespace of this network."""
        return f"hl{self.mark}-{name}"

    def switch(self, *words: str) -> None:
        """`ip` on the switch."""
        run("ip", "-n", self.named("switch"), *words)

    def build(self, *names: str) -> None:
        """Raises OSError where this user may not."""
        run("ip", "netns", "add", self.named("switch"))
        self.switch("link", "add", "bridge", "type", "bridge", "forward_delay", "0")
        self.switch("link", "set", "bridge", "up")
        run("ip", "link", "add", f"hl{self.mark}", "type", "veth", "peer", "name", "p-ours", "netns", self.named("switch"))
        run("ip", "addr", "add", f"{self._net}.1/24", "dev", f"hl{self.mark}")
        run("ip", "link", "set", f"hl{self.mark}", "up")
        self._join("ours")
        for number, name in enumerate(names, start=11):
            self._host(name, f"{self._net}.{number}")

    def do_without(self, *names: str) -> None:
        """The same by addresses of the loopback."""
        self.spaces, self._net = False, f"127.{self._net.split('.', 1)[1]}"
        self.hosts = {name: Host(name, f"{self._net}.{number}", self) for number, name in enumerate(names, start=11)}

    @property
    def ours(self) -> str:
        """The address of the tests themselves."""
        return f"{self._net}.1"

    def _join(self, name: str) -> None:
        self.switch("link", "set", f"p-{name}", "master", "bridge", "up")

    def _host(self, name: str, address: str) -> None:
        space = self.named(name)
        run("ip", "netns", "add", space)
        self.hosts[name] = Host(name, address, self)
        self.switch("link", "add", f"p-{name}", "type", "veth", "peer", "name", "eth0", "netns", space)
        self._join(name)
        run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            run("ip", "-n", space, "link", "set", device, "up")

    def clear(self) -> None:
        """Nothing of it is left."""
        for host in self.hosts.values():
            with contextlib.suppress(OSError):
                host.kill()
        if not self.spaces:
            return
        for name in (*self.hosts, "switch"):
            subprocess.run(["ip", "netns", "del", self.named(name)], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", f"hl{self.mark}"], capture_output=True, check=False)


@contextlib.contextmanager
def network(*names: str) -> Iterator[Network]:
    """A network with these hosts; of namespaces where that is allowed (it takes root and iproute2)."""
    found = Network()
    try:
        try:
            if os.geteuid() or not shutil.which("ip") or not shutil.which("nsenter"):
                raise OSError("not root, or no ip and nsenter")
            found.build(*names)
        except OSError as error:
            print(f"no namespaces here ({error}): hosts are addresses of the loopback")
            found.do_without(*names)
        yield found
    finally:
        found.clear()


def until(what: Callable[[], object], seconds: float, why: str) -> None:
    """Waits for `what()` to be true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"{why}: not within {seconds:.0f} s"
        time.sleep(0.1)
