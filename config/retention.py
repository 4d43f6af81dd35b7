"""How many days things are kept, read from retention.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.files import has, read_yaml

NAMES = ("question", "case_after_closing", "original", "parcel", "address", "history")


@dataclass(frozen=True, slots=True)
class Days:
    """`question`: an answered question, and what was no case. `history`: that of a case that is gone. The others as in retention.yaml."""

    question: int = 7
    case_after_closing: int = 365
    original: int = 90
    parcel: int = 7
    address: int = 7
    history: int = 1825


def read_retention(folder: Path) -> Days:
    """retention.yaml; a folder from before there was one keeps the days that held then."""
    path = folder / "retention.yaml"
    return Days(**{name: int(value) for name, value in read_yaml(path).items() if name in NAMES}) if has(path) else Days()
