"""What people write about who must not know, and that nobody may write back: phrases by language, read from refusals.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.files import read_yaml


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """Phrases of all languages together: two wishes, who is said to take part, and what makes a wish somebody else's words."""

    no_authorities: tuple[str, ...] = ()
    implicated: tuple[str, ...] = ()
    no_reply: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


def read_refusals(folder: Path) -> RefusalWords:
    """refusals.yaml."""
    raw = read_yaml(folder / "refusals.yaml")
    return RefusalWords(*(_all(raw[name]) for name in ("no_authorities", "implicated", "no_reply", "quoted")))


def _all(by_lang: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(word) for words in by_lang.values() for word in words))
