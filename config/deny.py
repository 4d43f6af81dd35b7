"""The deny-list of texts: words that may not be on a screen, read from denied.yaml."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.files import read_yaml


@dataclass(frozen=True, slots=True)
class DenyList:
    """Words by language: those that no text may hold, and those that none may hold where the screen may be seen."""

    always: Mapping[str, tuple[str, ...]]
    cover: Mapping[str, tuple[str, ...]]

    def found(self, text: str, lang: str, cover: bool = False) -> tuple[str, ...]:
        """The denied words of a language (and the English ones, which every reader knows) that a text holds."""
        plain = _plain(text)
        lists = (self.always, self.cover) if cover else (self.always,)
        words = dict.fromkeys(word for group in lists for code in (lang, "en") for word in group.get(code, ()))
        return tuple(word for word in words if _plain(word) in plain)


def read_deny(folder: Path) -> DenyList:
    """denied.yaml of the config folder. Raises OSError, YAMLError."""
    raw = read_yaml(folder / "denied.yaml")
    always, cover = ({str(lang): tuple(map(str, words)) for lang, words in raw[name].items()} for name in ("always", "cover"))
    return DenyList(always, cover)


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFD", text.casefold())
    # Tone marks of Latin letters only: in other scripts a mark is a vowel.
    kept = (char for at, char in enumerate(flat) if unicodedata.category(char) != "Mn" or not _latin_before(flat, at))
    return unicodedata.normalize("NFC", "".join(kept)).replace("đ", "d")


def _latin_before(text: str, at: int) -> bool:
    while at > 0 and unicodedata.category(text[at]) == "Mn":
        at -= 1
    return "a" <= text[at] <= "z"
