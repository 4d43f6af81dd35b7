"""What is set apart: words of all languages together, read from apart.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.files import read_yaml


@dataclass(frozen=True, slots=True)
class ApartWords:
    """`test`: the whole message is one of these; `abuse`: one of these stands in it."""

    test: tuple[str, ...] = ()
    abuse: tuple[str, ...] = ()


def read_apart(folder: Path) -> ApartWords:
    """apart.yaml."""
    raw = read_yaml(folder / "apart.yaml")
    return ApartWords(*(tuple(str(word) for words in raw[name].values() for word in words) for name in ("test", "abuse")))
