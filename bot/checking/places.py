"""Places: each file with its source, no name twice in one, no name of two places of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checking.fault import Fault, Spot
from bot.checking.sources import Sources, Table
from config.marked import Unreadable, read_plain

README = "places/README.md"
_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4})?")


def _named(sources: Sources) -> Iterator[tuple[str, Table]]:
    """The tables that list names of places."""
    yield from ((file, table) for file, table in sources.tables.items() if file.startswith("places/") and "names" in table.columns)


def names(cell: str) -> list[str]:
    """The names of a place as its cell lists them; `~` marks a name that needs a place word beside it."""
    return [name.strip().lstrip("~") for name in cell.split(";") if name.strip()]


def unsourced(sources: Sources) -> Iterator[Fault]:
    """Tables that README.md does not name a source for, and lines whose source column is empty."""
    files = [file for file in sources.tables if file.startswith("places/")]
    try:
        told = read_plain(sources.folder / README)
    except Unreadable as error:
        if files:
            yield Spot(README, error.line, error.column).fault(f"{error.text}; it names the source of each table")
        return
    spoken = set(re.findall(r"[\w-]+", told))
    for file in files:
        name = file.removeprefix("places/")
        if name not in told and not ({name.removesuffix(".tsv"), "tsv"} <= spoken):
            yield Spot(file).fault(f"the places of this table have no source; name it in {README}")
    for file, table in sources.tables.items():
        if file.startswith("places/") and "source" in table.columns:
            for line, row in table.rows:
                if not row["source"].strip():
                    column = sum(len(row[name]) + 1 for name in table.columns[: table.columns.index("source")]) + 1
                    yield Spot(file, line, column).fault("this place has no source; say where it was read")


def codes(sources: Sources) -> Iterator[Fault]:
    """Codes that are none, or of another country than the line says."""
    for file, table in _named(sources):
        for line, row in table.rows:
            country, code = row.get("country", ""), row.get("subdivision", "")
            column = len(country) + 2
            if not _CODE.fullmatch(country) or "-" in country:
                yield Spot(file, line).fault(f"{country!r} is no country; write its two capital letters (ISO 3166-1)")
            elif code and not code.startswith(f"{country}-"):
                yield Spot(file, line, column).fault(f"{code!r} is no subdivision of {country}; write its code (ISO 3166-2)")
            if not names(row["names"]):
                yield Spot(file, line).fault("this place has no name; write its English one first")


def overlapping(sources: Sources) -> Iterator[Fault]:
    """A name that two places of one kind in one country have: nobody can tell which is meant."""
    seen: dict[tuple[str, str, str], tuple[str, str, int]] = {}
    for file, table in _named(sources):
        if file.endswith("towns.tsv"):
            continue  # built from open data: the hand-kept tables win over it
        for line, row in table.rows:
            if row.get("level") == "ambiguous":
                continue  # stands in several lines on purpose: the conversation asks which is meant
            for name in names(row["names"]):
                key = (row.get("country", ""), row.get("level", ""), name.casefold())
                code, where, first = seen.setdefault(key, (row.get("subdivision", ""), file, line))
                if code != row.get("subdivision", ""):
                    column = _column(table, row, name)
                    text = f"{name} is also in {code} ({where}:{first}); take it out of one, or tell them apart by a longer name"
                    yield Spot(file, line, column).fault(text)


def doubles(sources: Sources) -> Iterator[Fault]:
    """The same name twice in one line."""
    for file, table in _named(sources):
        for line, row in table.rows:
            seen: set[str] = set()
            for name in names(row["names"]):
                if name in seen:
                    yield Spot(file, line, _column(table, row, name, last=True)).fault(f"{name} stands here twice; take one out")
                seen.add(name)


def _column(table: Table, row: Mapping[str, str], name: str, last: bool = False) -> int:
    before = sum(len(row[column]) + 1 for column in table.columns[: table.columns.index("names")])
    found = row["names"].rfind(name) if last else row["names"].find(name)
    return before + found + 1
