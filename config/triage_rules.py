"""The rules of triage: words by concept and language, and what follows from them. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.files import read_yaml


@dataclass(frozen=True, slots=True)
class TextRule:
    """Fires when all of `all`, one of `any` (if given) and none of `none` hold."""

    id: str
    level: str
    why: str
    all: tuple[str, ...]
    any: tuple[str, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Fires when the condition `when` holds for the answers of a flow."""

    id: str
    level: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class TriageRules:
    """All of it: `words` by language and concept."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    text: tuple[TextRule, ...]
    answers: tuple[AnswerRule, ...]
    groups: Mapping[str, tuple[str, ...]]


def read_triage_rules(folder: Path) -> TriageRules:
    """signals/*.yaml and urgency.yaml of the config folder."""
    words = {
        path.stem: {str(concept): tuple(str(word) for word in found) for concept, found in read_yaml(path).items()}
        for path in sorted((folder / "signals").glob("*.yaml"))
    }
    raw: dict[str, Any] = read_yaml(folder / "urgency.yaml")
    text = tuple(
        TextRule(r["id"], r["level"], r["why"], tuple(r.get("all", ())), tuple(r.get("any", ())), tuple(r.get("none", ())))
        for r in raw["rules"]
    )
    answers = tuple(AnswerRule(r["id"], r["level"], r["why"], r["when"]) for r in raw["answers"])
    return TriageRules(words, text, answers, {name: tuple(ids) for name, ids in raw["groups"].items()})
