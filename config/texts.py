"""Translations: gettext catalogues under config/texts/<lang>/*.po, read once into plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.catalogues import read_catalogue


class Texts:
    """Every translation by language, context and English."""

    def __init__(self, tables: Mapping[str, Mapping[tuple[str, str], str]]) -> None:
        self._tables = tables

    def translate(self, lang: str, context: str, english: str) -> str:
        """The text in that language, or in the language it is written form of (zh for zh-Hant); the English where there is none."""
        table = self._tables.get(lang)
        found = table.get((context, english)) if table is not None else None
        if found is None and "-" in lang:
            return self.translate(lang.split("-")[0], context, english)
        return english if found is None else found

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages with a catalogue."""
        return tuple(sorted(self._tables))


def read_texts(folder: Path) -> Texts:
    """All catalogues of the folder. Fuzzy entries are drafts and are used; an outdated one is not: better English than another meaning.

    Raises Unreadable.
    """
    tables: dict[str, dict[tuple[str, str], str]] = {}
    for path in sorted(folder.glob("*/*.po")):
        table = tables.setdefault(path.parent.name, {})
        table.update({entry.key: entry.text for entry in read_catalogue(path) if entry.text and not entry.outdated})
    return Texts(tables)
