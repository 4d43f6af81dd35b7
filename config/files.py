"""Files: the only functions of ours that read and write them outside of the database."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ruamel.yaml import YAML


def read_yaml(path: Path) -> Any:
    """The plain data of a YAML 1.2 file."""
    return YAML(typ="safe").load(path.read_bytes())


def read_secret(path: Path) -> str:
    """A one-line secret. Raises OSError."""
    return path.read_text(encoding="ascii").strip()


def write_secret(path: Path, text: str) -> None:
    """Writes a new file that only its owner reads, durably; an existing one is never replaced (FileExistsError)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_text(path: Path) -> str:
    """A UTF-8 text."""
    return path.read_text(encoding="utf-8")


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Replaces a text in one step: readers see the old or the new, never half."""
    draft = path.with_suffix(path.suffix + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that only its owner reads, in place of an older one once it is whole and on disk."""
    draft = path.with_name(path.name + ".part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def reading(path: Path) -> IO[bytes]:
    """A binary file to read from; its user closes it."""
    return path.open("rb")


def has(path: Path) -> bool:
    """True where there is such a file."""
    return path.exists()


def remove(path: Path) -> None:
    """Takes a file away, where there is one."""
    path.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds a lock that one process has at a time. Raises BlockingIOError where another has it."""
    with path.open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
