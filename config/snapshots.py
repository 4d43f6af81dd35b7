"""A folder of config as it lies there: cheap to look at each second, and a name for exactly its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

NOT_DATA = (".py", ".pyc", ".swp", ".tmp", ".new", "~")
Snapshot = tuple[tuple[str, int, int], ...]


def snapshot(folder: Path) -> Snapshot:
    """Name, change time and size of every file that belongs to the config; cheap enough for every second."""
    return tuple(sorted(_files(folder, "")))


def _files(folder: Path, before: str) -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__")) or entry.name.endswith(NOT_DATA) or (not before and entry.name == "schemas"):
            continue
        name = f"{before}{entry.name}"
        try:
            state = entry.stat()
        except OSError:
            continue
        if not (entry.is_dir() or entry.is_file()):
            continue  # a pipe would never end
        yield name, state.st_mtime_ns, -1 if entry.is_dir() else state.st_size
        if entry.is_dir():
            yield from _files(Path(entry.path), f"{name}/")


def digest(folder: Path) -> str:
    """A name for exactly this content, read by exactly this code."""
    found = hashlib.sha256(_code().encode())
    for name, _, size in snapshot(folder):
        found.update(f"\0{name}\0{size}\0".encode("utf-8", "surrogateescape"))
        if size >= 0:
            try:
                found.update((folder / name).read_bytes())
            except OSError as error:
                found.update(str(error.errno).encode())
    return found.hexdigest()[:20]


def _code() -> str:
    """Changes with the program: what an older check took is checked again."""
    root = Path(__file__).parent.parent
    rooms = [root / room for room in ("bot", "config", "triage")]
    states = [path.stat() for room in rooms for path in sorted(room.rglob("*.py"))]
    return str([(state.st_mtime_ns, state.st_size) for state in states])
