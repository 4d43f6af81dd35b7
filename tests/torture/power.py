"""A power cut without pulling a plug: every write and sync of a running hotline's database files is recorded by strace, and its files are
then rebuilt as a disk could hold them at any moment: what was synced, and of all later writes a random part, some of them torn.

A file system that drops writes (LazyFS) or a device that does (dm-flakey) needs a kernel module or FUSE; this needs neither, and one
record gives any number of cuts.
"""

from __future__ import annotations

import random
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
TORN, DROPPED = 0.2, 0.5
CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,copy_file_range,"
    "rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync,sync_file_range,recvfrom,recvmsg,sendto,sendmsg"
)
LINE = re.compile(r"^(\d+) +(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*))$")
FD = re.compile(r"\d+<([^>]*)>")
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
# Whose words a request brings, as `sender.Person` writes them; also within a form or JSON.
MARKER = re.compile(rb"(?:sms|telegram|web)-\d+-\d+-\d{6}")


def recorder(into: Path) -> tuple[str, ...]:
    """What a command is started under to be recorded: its tracer stands aside, so that the command stays whose child it was."""
    return ("strace", "-D", "-f", "-qq", "-y", "-xx", "-s", "70000", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(into))


@dataclass(frozen=True, slots=True)
class Step:
    """One call on a file, from the line of the record where it began to the one where it ended. `size`: of a truncation."""

    kind: str  # write, truncate, create, unlink, sync
    path: Path
    start: int
    end: int
    offset: int = 0
    data: bytes = b""


@dataclass
class Record:
    """What was asked of the disk, in order, and when each message was answered by 200."""

    steps: list[Step] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    lines: int = 0

    def acknowledged(self, at: int) -> set[str]:
        """Whose 200 had begun to leave by then."""
        return {marker for marker, line in self.answered.items() if line <= at}

    def moments(self, rng: random.Random, count: int) -> list[int]:
        """Where to cut: as an answer leaves, while the log is carried over into the database, and anywhere from the first answer on."""
        answers = sorted(self.answered.values())
        carried = [step.start for step in self.steps if step.kind == "write" and step.path.suffix == ".db" and step.start > answers[0]]
        drawn = []
        for number in range(count):
            if number % 3 == 0:
                drawn.append(rng.choice(answers))
            elif number % 3 == 1 and carried:
                drawn.append(rng.choice(carried) + rng.randrange(3))
            else:
                drawn.append(rng.randrange(answers[0], self.lines + 1))
        return drawn


def written(log: Path) -> Path:
    """The record, once its tracer has written it to its end; what it traced must have ended."""
    size = -1
    while size != log.stat().st_size:
        size = log.stat().st_size
        time.sleep(0.3)
    return log


def read(log: Path, files: Sequence[Path]) -> Record:
    """Reads a record. `files`: those that are rebuilt. Raises ValueError where they were written in a way that is not understood."""
    record, begun, heard = Record(), {}, dict[str, str]()
    reader = _Reader(record, {str(path): path for path in files}, heard)
    with log.open(errors="replace") as lines:
        for number, line in enumerate(lines):
            found = LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            pid, resumed, rest, name, words = found.groups()
            if resumed:
                start, words = begun.pop((pid, resumed), (number, ""))
                reader.call(resumed, words + rest, start, number)
            elif words.endswith("<unfinished ...>"):
                begun[pid, name] = number, words.removesuffix("<unfinished ...>").rstrip()
                # An answer counts from where it begins to leave: the other side may have it already.
                reader.leaves(name, words, number)
            else:
                reader.leaves(name, words, number)
                reader.call(name, words, number, number)
            record.lines = number
    # What had not ended when the record did may have happened, or not.
    for (_, name), (start, words) in begun.items():
        reader.call(name, words + ") = 0", start, record.lines + 1)
    record.steps.sort(key=lambda step: step.start)
    return record


@dataclass
class _Reader:
    record: Record
    files: dict[str, Path]
    heard: dict[str, str]

    def leaves(self, name: str, words: str, number: int) -> None:
        """A 200 that leaves answers what was last heard on its socket."""
        if name in ("sendto", "sendmsg") and (found := FD.match(words)):
            texts = QUOTED.search(words)
            if texts and _bytes(texts.group(1)).startswith(b"HTTP/1.1 200") and found.group(1) in self.heard:
                self.record.answered.setdefault(self.heard.pop(found.group(1)), number)

    def call(self, name: str, words: str, start: int, end: int) -> None:
        """One whole call with its result."""
        if re.search(r"\) += -1 ", words[-120:]) or words.endswith("= ?"):
            return
        if name in ("recvfrom", "recvmsg"):
            self._hears(words)
        elif name in ("openat", "open", "creat"):
            if "O_CREAT" in words and (path := self._named(words)):
                self._add("create", path, start, end)
        elif name in ("unlink", "unlinkat"):
            if path := self._named(words):
                self._add("unlink", path, start, end)
        elif name in ("fsync", "fdatasync"):
            self._sync(words, start, end)
        elif name in ("pwrite64", "ftruncate"):
            self._changes(name, words, start, end)
        elif any(name.startswith(other) for other in ("write", "pwritev", "trunc", "fallocate", "copy", "rename")) and self._touched(words):
            raise ValueError(f"{name} on {self._touched(words)} is not understood")

    def _hears(self, words: str) -> None:
        found, text = FD.match(words), QUOTED.search(words)
        if found and text and (marks := MARKER.findall(_bytes(text.group(1)))):
            self.heard[found.group(1)] = marks[-1].decode()

    def _changes(self, name: str, words: str, start: int, end: int) -> None:
        path = self._open(words)
        if path is None:
            return
        if name == "ftruncate":
            size = re.search(r">, (\d+)\)", words)
            assert size is not None, words
            self._add("truncate", path, start, end, int(size.group(1)))
            return
        found = re.search(r'"((?:\\x[0-9a-f]{2})*)", (\d+), (\d+)\)', words)
        if found is None or len(found.group(1)) // 4 != int(found.group(2)):
            raise ValueError(f"a write to {path} was not recorded whole")
        self._add("write", path, start, end, int(found.group(3)), _bytes(found.group(1)))

    def _sync(self, words: str, start: int, end: int) -> None:
        found = FD.match(words)
        name = _bytes(found.group(1)).decode(errors="replace") if found else ""
        if name in self.files or any(str(path.parent) == name for path in self.files.values()):
            self._add("sync", Path(name), start, end)

    def _add(self, kind: str, path: Path, start: int, end: int, offset: int = 0, data: bytes = b"") -> None:
        self.record.steps.append(Step(kind, path, start, end, offset, data))

    def _open(self, words: str) -> Path | None:
        found = FD.match(words)
        return self.files.get(_bytes(found.group(1)).decode(errors="replace")) if found else None

    def _named(self, words: str) -> Path | None:
        found = QUOTED.search(words)
        return self.files.get(_bytes(found.group(1)).decode(errors="replace")) if found else None

    def _touched(self, words: str) -> Path | None:
        return self._open(words) or self._named(words)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


class Disk:
    """One file on the disk while its steps are played."""

    def __init__(self, body: bytes | None) -> None:
        self.body = bytearray(body) if body is not None else None

    def play(self, step: Step, rng: random.Random, durable: bool) -> None:
        """What was synced is there whole; of anything else perhaps nothing, or some of its sectors."""
        if not durable and rng.random() < DROPPED:
            return
        if self.body is None:
            self.body = bytearray()
        if step.kind == "truncate":
            size = step.offset
            self.body[size:] = b"\0" * max(0, size - len(self.body))
            return
        torn = not durable and rng.random() < TORN
        for at in range(0, len(step.data), SECTOR):
            if not torn or rng.random() < 0.5:
                self._put(step.offset + at, step.data[at : at + SECTOR])

    def _put(self, offset: int, data: bytes) -> None:
        assert self.body is not None
        if len(self.body) < offset:
            self.body.extend(b"\0" * (offset - len(self.body)))
        self.body[offset : offset + len(data)] = data


def cut(record: Record, at: int, rng: random.Random, base: Path, into: Path, files: Sequence[Path]) -> None:
    """A copy of the home `base` (as it was before the record) in `into`, its database files as after a power cut at line `at`."""
    shutil.copytree(base, into, symlinks=True)
    steps = [step for step in record.steps if step.start <= at]
    for path in files:
        body = _rebuilt(steps, path, base / path.name, at, rng)
        target = into / path.name
        if body is None:
            target.unlink(missing_ok=True)
        else:
            target.write_bytes(body)


def _rebuilt(steps: Sequence[Step], path: Path, base: Path, at: int, rng: random.Random) -> bytes | None:
    own = [step for step in steps if step.path == path]
    named = [step.end for step in steps if step.kind == "sync" and step.path == path.parent and step.end <= at]
    disk = Disk(base.read_bytes() if base.exists() else None)
    for number, life in enumerate(_lives(own)):
        made = next((step for step in life if step.kind == "create"), None)
        if made is not None and (number or disk.body is None):
            # A name that its folder was not synced with may be lost, and with it the file.
            if not any(made.end < end for end in named) and rng.random() < DROPPED:
                continue
            disk.body = bytearray()
        synced = [step for step in life if step.kind == "sync" and step.end <= at]
        for step in life:
            if step.kind in ("write", "truncate"):
                disk.play(step, rng, any(step.end < sync.start for sync in synced))
        if life[-1].kind == "unlink" and (any(life[-1].end < end for end in named) or rng.random() < DROPPED):
            disk.body = None
    return bytes(disk.body) if disk.body is not None else None


def _lives(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """From each making of a file to its end."""
    life: list[Step] = []
    for step in steps:
        life.append(step)
        if step.kind == "unlink":
            yield life
            life = []
    if life:
        yield life
