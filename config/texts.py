"""Translations: gettext catalogues under config/texts/<lang>/*.po, read once into plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

RULES = """For translators. People in fear read this on small phones: short, kind, plain words of everyday speech.
Keep as they are: {names in braces}, the keys 0 00 000 88 99 X STOP DELETE.
option: an answer, at most 20 characters where the language allows. No word may name the subject (a screen may be seen).
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a language is: texts in all, translated, of those drafts that need a native reader, and without translation."""

    total: int
    translated: int
    drafts: int
    missing: int


class Texts:
    """Every translation by language, context and English."""

    def __init__(self, tables: Mapping[str, Mapping[tuple[str, str], str]], drafts: Mapping[str, int]) -> None:
        self._tables = tables
        self._drafts = drafts

    def translate(self, lang: str, context: str, english: str) -> str:
        """The text in that language; the English where there is none."""
        table = self._tables.get(lang)
        return table.get((context, english), english) if table is not None else english

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages with a catalogue."""
        return tuple(sorted(self._tables))

    def counts(self, lang: str, wanted: Iterable[tuple[str, str]]) -> Counts:
        """How many of the wanted (context, English) the language has."""
        table, total, found = self._tables.get(lang, {}), 0, 0
        for key in wanted:
            total += 1
            found += key in table
        return Counts(total, found, self._drafts.get(lang, 0), total - found)


def read_texts(folder: Path) -> Texts:
    """All catalogues of the folder; fuzzy entries are drafts: used, and counted. Raises OSError where a catalogue is broken."""
    tables: dict[str, dict[tuple[str, str], str]] = {}
    drafts: dict[str, int] = {}
    for path in sorted(folder.glob("*/*.po")):
        table, lang = tables.setdefault(path.parent.name, {}), path.parent.name
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.msgstr and not entry.obsolete:
                table[(entry.msgctxt or "", entry.msgid)] = entry.msgstr
                drafts[lang] = drafts.get(lang, 0) + entry.fuzzy
    return Texts(tables, drafts)


def write_template(path: Path, wanted: Iterable[tuple[str, str, str]]) -> int:
    """Writes messages.pot with every (context, English, note for translators); how many there are."""
    pot = polib.POFile(wrapwidth=110)
    pot.header = RULES
    pot.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit", "Language": ""}
    for context, english, note in wanted:
        pot.append(polib.POEntry(msgctxt=context, msgid=english, msgstr="", comment=note))
    pot.save(str(path))
    return len(pot)
