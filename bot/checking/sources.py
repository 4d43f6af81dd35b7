"""Everything that lies in the config folder, read once, with what cannot be read as faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from bot.checking.fault import Fault, Spot, spot
from config.catalogues import Entry, read_catalogue
from config.marked import Marked, Unreadable, read_marked, read_plain

T = TypeVar("T")

BLOCKS, KEYWORDS = "flows/blocks.yaml", "flows/keywords.yaml"
PHRASES, WEB = "texts/phrases.yaml", "texts/web.yaml"
URGENCY, ROUTING, DESKS, SERVICES = "urgency.yaml", "routing.yaml", "focal_points.yaml", "services.yaml"
SMS, DENIED, KINDS = "sms.yaml", "denied.yaml", "kinds.yaml"
REQUIRED = (BLOCKS, KEYWORDS, PHRASES, WEB, URGENCY, ROUTING, DESKS, SERVICES, SMS, DENIED)
# The catalogues that each language has, and what they hold.
CATALOGUES = ("flows.po", "web.po")
HIDDEN = ("schemas", "__pycache__")


@dataclass(frozen=True, slots=True)
class Table:
    """A tab-separated file: its columns, and (line, cells by column)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


@dataclass(frozen=True)
class Sources:
    """The files by their path from the config folder."""

    folder: Path
    yaml: Mapping[str, Marked]
    catalogues: Mapping[str, tuple[Entry, ...]]
    tables: Mapping[str, Table]
    faults: tuple[Fault, ...] = field(default=())

    def data(self, file: str) -> dict[str, Any]:
        """The mapping that a file holds; empty where it is missing or something else."""
        found = self.yaml.get(file)
        return found.data if found is not None and isinstance(found.data, dict) else {}

    def spot(self, file: str, *steps: Any) -> Spot:
        """Where a value stands."""
        found = self.yaml.get(file)
        return spot(file, found.at(*steps)) if found is not None else Spot(file)

    def key(self, file: str, *steps: Any) -> Spot:
        """Where a key stands."""
        found = self.yaml.get(file)
        return spot(file, found.key(*steps)) if found is not None else Spot(file)

    def whole(self, *names: str) -> bool:
        """True where every file that begins with one of these names could be read: what a lost one says is not known."""
        return not any(fault.file.startswith(names) for fault in self.faults)

    @cached_property
    def flows(self) -> tuple[str, ...]:
        """The files that hold a flow each."""
        return tuple(name for name in self.yaml if name.startswith("flows/") and name not in (BLOCKS, KEYWORDS))

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """The files that hold the words of a language each."""
        return tuple(name for name in self.yaml if name.startswith("signals/"))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that people are answered in, English left out."""
        found = self.data(BLOCKS).get("languages", {})
        return tuple(str(code) for code in found if code != "en") if isinstance(found, dict) else ()


def read_sources(folder: Path) -> Sources:
    """Reads the folder; never raises on what an operator can do to it."""
    faults: list[Fault] = []
    yaml: dict[str, Marked] = {}
    catalogues: dict[str, tuple[Entry, ...]] = {}
    tables: dict[str, Table] = {}
    names = _names(folder)
    for name in [*names, *(name for name in REQUIRED if name not in names)]:
        if name.endswith((".yaml", ".yml")):
            _take(folder, name, read_marked, yaml, faults)
        elif name.endswith(".po"):
            _take(folder, name, read_catalogue, catalogues, faults)
        elif name.endswith(".tsv"):
            _take(folder, name, read_table, tables, faults)
    for name in yaml:
        if name.endswith(".yml"):
            faults.append(Spot(name).fault(f"nobody reads a .yml file; rename it to {name[:-4]}.yaml"))
    return Sources(folder, yaml, catalogues, tables, tuple(faults))


def _names(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") or part in HIDDEN for part in parts) and (not path.is_dir() or path.suffix):
            found.append("/".join(parts))
    return found


def _take(folder: Path, name: str, read: Callable[[Path], T], into: dict[str, T], faults: list[Fault]) -> None:
    try:
        into[name] = read(folder / name)
    except Unreadable as error:
        faults.append(Fault(name, error.line, error.column, error.text))


def read_table(path: Path) -> Table:
    """A tab-separated file with its line numbers; lines that begin with # are remarks. Raises Unreadable."""
    lines = [(number, line) for number, line in enumerate(read_plain(path).splitlines(), 1) if line.strip() and not line.startswith("#")]
    if not lines:
        raise Unreadable("this table is empty; its first line names the columns")
    columns = tuple(lines[0][1].split("\t"))
    rows = []
    for number, line in lines[1:]:
        cells = line.split("\t")
        if len(cells) > len(columns):
            raise Unreadable(f"this line has {len(cells)} cells, the first line names {len(columns)} columns; take out a tab", number)
        rows.append((number, dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))))
    return Table(columns, tuple(rows))
