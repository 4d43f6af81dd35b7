"""Gettext catalogues as their editors see them: each entry with its line, its state, and who reviewed it when.

A native reader signs an entry by a translator's comment, `# reviewed: initials 2026-11-24`, and takes away its fuzzy mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polib

from config.files import write_text
from config.marked import Unreadable, read_plain

Wanted = tuple[str, str, str]  # context, English, note for translators
REVIEWED = re.compile(r"reviewed:\s*(\S{1,20})\s+(\d{4}-\d\d-\d\d)\s*$", re.MULTILINE)
_WELL = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?"(?:[^"\\]|\\.)*"')
_LINE = re.compile(r"\(line (\d+)\)")
WIDTH = 110
# Contexts of many texts, each on its own: one is no later form of another.
SHARED = ("option", "menu")
RULES = """For translators. People in fear read this on small phones: short, kind, plain words of everyday speech.
Keep as they are: {names in braces}, the keys 0 00 000 88 99 X STOP DELETE.
option: an answer, at most 20 characters where the language allows. No word may name the subject (a screen may be seen).
When you have read a text as a native reader: take away its fuzzy mark and add the comment  reviewed: your-initials 2026-01-31
"""
PLURALS = {lang: "nplurals=1; plural=0;" for lang in ("km", "lo", "my", "th", "vi", "zh")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a catalogue; `reviewed` is (initials, day) where somebody signed it."""

    context: str
    english: str
    text: str
    line: int
    fuzzy: bool
    reviewed: tuple[str, date] | None
    outdated: bool = False  # made from an English that has been changed since

    @property
    def key(self) -> tuple[str, str]:
        """What a text is found by."""
        return self.context, self.english


def read_catalogue(path: Path) -> tuple[Entry, ...]:
    """The entries that are not obsolete. Raises Unreadable."""
    po = _parse(path)
    lines = read_plain(path).splitlines()
    return tuple(_entry(entry, lines) for entry in po if not entry.obsolete)


def _parse(path: Path) -> polib.POFile:
    text = read_plain(path)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#") and not _WELL.fullmatch(line.strip()):
            raise Unreadable("this is no line of a gettext catalogue; look for a missing quotation mark, msgid or msgstr", number)
    try:
        return polib.pofile(text, wrapwidth=WIDTH)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        found = _LINE.search(str(error))
        raise Unreadable("this is no gettext catalogue; look for a missing msgid or msgstr", int(found.group(1)) if found else 1) from error


def _entry(entry: polib.POEntry, lines: list[str]) -> Entry:
    # polib counts from the remarks above; gettext's own tools name the line of the msgid.
    line = next((at + 1 for at in range(entry.linenum - 1, len(lines)) if lines[at].startswith("msgid")), entry.linenum)
    reviewed, outdated = reviewed_by(entry.tcomment), bool(entry.previous_msgid)
    return Entry(entry.msgctxt or "", entry.msgid, entry.msgstr, line, entry.fuzzy, reviewed, outdated)


def reviewed_by(comment: str) -> tuple[str, date] | None:
    """Who signed and when; None where nobody did or the day is none."""
    found = REVIEWED.search(comment or "")
    if found is None:
        return None
    try:
        return found.group(1), date.fromisoformat(found.group(2))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update did to a catalogue."""

    added: int
    obsolete: int
    kept: int


def template(wanted: Iterable[Wanted]) -> polib.POFile:
    """A template (.pot) of every text, with its note for translators."""
    pot = polib.POFile(wrapwidth=WIDTH)
    pot.header = RULES
    pot.metadata = _headers("")
    for context, english, note in wanted:
        pot.append(polib.POEntry(msgctxt=context, msgid=english, msgstr="", comment=note))
    return pot


def _headers(lang: str) -> dict[str, str]:
    headers = {
        "Project-Id-Version": "hotline",
        "Language": lang,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return headers | ({"Plural-Forms": PLURALS[lang]} if lang in PLURALS else {})


def write_template(path: Path, wanted: Iterable[Wanted]) -> int:
    """Writes a template; how many texts it has."""
    pot = template(wanted)
    write_text(path, f"{pot}\n")
    return len(pot)


def update(path: Path, lang: str, wanted: Iterable[Wanted]) -> Changes:
    """Brings a catalogue up to date: new texts come empty, those that nothing says any more are kept as obsolete, comments stay.

    Makes the catalogue where there is none. Raises Unreadable.
    """
    po = _parse(path) if path.exists() else polib.POFile(wrapwidth=WIDTH)
    old = {(entry.msgctxt or "", entry.msgid): entry for entry in po}
    fresh = template(wanted)
    fresh.header = po.header if po.header.strip() else RULES
    fresh.metadata = _headers(lang) | dict(po.metadata)
    fresh.metadata_is_fuzzy = po.metadata_is_fuzzy
    added = 0
    for entry in fresh:
        before = old.pop((entry.msgctxt, entry.msgid), None)
        if before is not None:
            _keep(entry, before)
        added += before is None or before.obsolete
    for entry in fresh:
        if not entry.msgstr:
            _carry(entry, old)
    gone = [entry for entry in old.values() if entry.msgstr]
    newly = sum(not entry.obsolete for entry in old.values())
    for entry in gone:
        entry.obsolete = True
        fresh.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    if (text := f"{fresh}\n") != (read_plain(path) if path.exists() else ""):
        write_text(path, text)
    return Changes(added, newly, len(fresh) - added - len(gone))


def _keep(entry: polib.POEntry, before: polib.POEntry) -> None:
    entry.msgstr = before.msgstr
    entry.tcomment = before.tcomment
    entry.flags = list(before.flags)
    entry.previous_msgid, entry.previous_msgctxt = before.previous_msgid, before.previous_msgctxt


def _carry(entry: polib.POEntry, old: dict[tuple[str, str], polib.POEntry]) -> None:
    """Where the English of a question was changed, its old translation stands by as a draft, with the English it was made from."""
    same = [key for key in old if key[0] == entry.msgctxt and old[key].msgstr]
    if len(same) == 1 and entry.msgctxt not in SHARED:
        before = old.pop(same[0])
        entry.msgstr, entry.previous_msgid, entry.tcomment = before.msgstr, before.msgid, before.tcomment
        entry.flags = ["fuzzy"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a catalogue is; `readers` are the initials of those who reviewed, each with the last day."""

    total: int
    translated: int
    fuzzy: int
    missing: int
    reviewed: int
    readers: Mapping[str, date]


def standing(entries: Iterable[Entry], wanted: Iterable[Wanted]) -> Standing:
    """The state of a catalogue against what is wanted."""
    found = {entry.key: entry for entry in entries if entry.text and not entry.outdated}
    keys = [(context, english) for context, english, _ in wanted]
    there = [found[key] for key in keys if key in found]
    readers: dict[str, date] = {}
    for entry in there:
        if entry.reviewed is not None and not entry.fuzzy:
            who, day = entry.reviewed
            readers[who] = max(day, readers.get(who, day))
    fuzzy = sum(entry.fuzzy for entry in there)
    signed = sum(entry.reviewed is not None and not entry.fuzzy for entry in there)
    return Standing(len(keys), len(there) - fuzzy, fuzzy, len(keys) - len(there), signed, readers)
