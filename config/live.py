"""The operators' config as it is live: the last one that passed its check, copied into HOTLINE_HOME and read from there.

An edit is seen within a second, checked in a process of its own, and taken whole or not at all. What was taken last stays there, so
that a restart during a bad edit comes up with it. Each process looks by itself; a lock lets one of them check for all.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from config.files import read_text, write_text
from config.settings import Settings
from config.snapshots import digest, snapshot

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
log = logging.getLogger("hotline.config")

LOOK_SECONDS = 0.8  # an edit is looked for
SETTLE_SECONDS = 0.4  # and waited for until its files stay as they are
CHECK_SECONDS = 60
KEPT = 3  # configs that were live, for whoever wants one back


class ConfigBroken(RuntimeError):
    """The config has faults and none was ever good; the message is a line for each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of looking at the config: the folder to read from, and the faults (one line each) that keep the newest out."""

    folder: Path
    faults: tuple[str, ...] = ()


class Store:
    """The configs that were taken, in HOTLINE_HOME/live: one folder each, and the name of the one that is live."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.home = settings.home / "live"

    def verdict(self) -> Verdict:
        """Looks at the config as it lies there now, checks it where nobody has, and says what is live. Raises ConfigBroken, OSError."""
        self._settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.mkdir(mode=0o700, exist_ok=True)
        with self._locked():
            name = digest(self._settings.config)
            if self._taken(name):
                if self._current() != name:
                    self._make_current(name)
                return Verdict(self.home / name)
            faults = self._refused(name)
            if faults is None:
                faults = self._check(name)
            if not faults:
                return Verdict(self.home / name)
            current = self._current()
            if not self._taken(current):
                raise ConfigBroken("\n".join(faults))
            return Verdict(self.home / current, faults)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _taken(self, name: str) -> bool:
        return bool(name) and (self.home / name).is_dir()

    def _current(self) -> str:
        path = self.home / "current"
        return read_text(path).strip() if path.exists() else ""

    def _refused(self, name: str) -> tuple[str, ...] | None:
        path = self.home / "refused.json"
        try:
            told = json.loads(read_text(path)) if path.exists() else {}
        except ValueError:
            return None
        return tuple(told["faults"]) if told.get("name") == name else None

    def _check(self, name: str) -> tuple[str, ...]:
        """Copies first, so that what is checked is what is taken; the faults, none where it was taken."""
        draft = self.home / f"{name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        _copy(self._settings.config, draft)
        faults = _ask(draft, self._settings.config)
        if faults:
            shutil.rmtree(draft, ignore_errors=True)
            write_text(self.home / "refused.json", json.dumps({"name": name, "faults": faults}, ensure_ascii=False), 0o600)
            for line in faults[:20]:
                log.error("%(fault)s", {"fault": line})
            return faults
        draft.rename(self.home / name)
        self._make_current(name)
        log.info("config %(name)s is live", {"name": name})
        return ()

    def _make_current(self, name: str) -> None:
        write_text(self.home / "current", name + "\n", 0o600)
        (self.home / "refused.json").unlink(missing_ok=True)
        (self.home / name).touch()
        old = sorted((path for path in self.home.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in old[KEPT:]:
            shutil.rmtree(path, ignore_errors=True)


def with_live(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the folder that is live for `config`, and the faults of the newest edit. Raises ConfigBroken, OSError."""
    found = Store(settings).verdict()
    return replace(settings, config=found.folder), found.faults


def _copy(folder: Path, into: Path) -> None:
    into.mkdir(mode=0o700)
    for name, _, size in snapshot(folder):
        if size < 0:
            (into / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            (into / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(folder / name, into / name)
            except OSError:
                # Cannot be read: its own copy cannot be read either, and the check says so.
                (into / name).symlink_to(folder / name)


def _ask(draft: Path, folder: Path) -> tuple[str, ...]:
    """`hotline check` in a process of its own: it takes a second, and memory that a server should not spend. Only errors count."""
    hotline = Path(sys.executable).parent / "hotline"
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOTLINE_CONFIG": str(draft), "HOTLINE_HOME": str(draft)}
    try:
        done = subprocess.run(
            [str(hotline), "check", "--json"], env=environ, capture_output=True, text=True, timeout=CHECK_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return (f"{folder}:1:1: the check took more than {CHECK_SECONDS} s; take out what is large",)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode not in (0, 1) or (done.returncode == 1 and not found):
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return (f"{folder}:1:1: the check could not be done ({last})",)
    return tuple(_line(fault, draft, folder) for fault in found if fault["grade"] == "error")


def _line(fault: Mapping[str, Any], draft: Path, folder: Path) -> str:
    file = Path(fault["file"])
    shown = folder / file.relative_to(draft) if file.is_relative_to(draft) else file
    return f"{shown}:{fault['line']}:{fault['column']}: {fault['text']}"


class Current(Protocol[T_co]):
    """What is live now; `faults` keep the newest edit out, a line each."""

    @property
    def now(self) -> T_co:
        """Take it once for one piece of work."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Empty where the newest edit is live."""


@dataclass(frozen=True, slots=True)
class Fixed(Generic[T]):
    """What stays as it is, for commands that end soon and for tests."""

    now: T
    faults: tuple[str, ...] = ()


def before_fork() -> None:
    """What is built from now on is shared with children: threads, which do not live through a fork, are started by `after_fork`."""
    Live._waiting = []


def after_fork() -> None:
    """In a child: looks for edits from now on."""
    waiting, Live._waiting = Live._waiting or [], None
    for live in waiting:
        live.watch()


class Live(Generic[T]):
    """What a process has built from the config that is live; swapped whole when another one is taken.

    `build` makes it from a folder; it runs beside the old one, in a thread of its own.
    """

    # Those that wait for their process to be forked; None where nothing is going to be.
    _waiting: ClassVar[list[Live[Any]] | None] = None

    def __init__(self, settings: Settings, build: Callable[[Path], T]) -> None:
        self._store, self._config, self._build = Store(settings), settings.config, build
        self._seen = snapshot(self._config)
        verdict = self._store.verdict()
        self._folder, self._faults = verdict.folder, verdict.faults
        self._now = build(verdict.folder)
        self._stop = threading.Event()

    @property
    def now(self) -> T:
        """What is live; take it once for one piece of work."""
        return self._now

    @property
    def folder(self) -> Path:
        """The folder that it was read from."""
        return self._folder

    @property
    def faults(self) -> tuple[str, ...]:
        """What keeps the newest edit out, a line each; empty where the newest is live."""
        return self._faults

    def watch(self) -> Live[T]:
        """Looks for edits from now on, in a thread that ends with the process; before a fork it waits for `after_fork`."""
        if Live._waiting is not None:
            Live._waiting.append(self)
            return self
        threading.Thread(target=self._watching, name="config", daemon=True).start()
        return self

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()

    def _watching(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # the config that is live stays live, whatever happens
                log.error("config: %(error)s", {"error": type(error).__name__})
                self._stop.wait(5)

    def look(self) -> None:
        """One look: takes what was edited, once its files stay as they are."""
        found = snapshot(self._config)
        if found == self._seen:
            return
        while not self._stop.wait(SETTLE_SECONDS):
            again = snapshot(self._config)
            if again == found:
                break
            found = again
        self._take()
        self._seen = found

    def _take(self) -> None:
        verdict = self._store.verdict()
        if verdict.folder != self._folder:
            self._now = self._build(verdict.folder)
            self._folder = verdict.folder
        self._faults = verdict.faults
