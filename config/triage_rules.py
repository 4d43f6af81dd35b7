"""The rules of triage: words by concept and language, what they are signs of, and what follows from them. Data only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.files import read_text, read_yaml

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """What a rule must fire on and must not: messages for rules over words, answers for rules over answers."""

    match: tuple[Any, ...] = ()
    no: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class TextRule:
    """Fires when all of `all`, one of `any` (if given) and none of `none` hold.

    It stands for `least` in any case, and for `level` as far as the model agrees.
    """

    id: str
    level: str
    why: str
    all: Names
    any: Names
    none: Names
    least: str
    examples: Examples = field(default_factory=Examples)


@dataclass(frozen=True, slots=True)
class KindRule:
    """As a text rule; the first that fires decides the kind. `weak`: where words alone say little."""

    id: str
    kind: str
    why: str
    all: Names
    any: Names
    none: Names
    weak: bool = False
    examples: Examples = field(default_factory=Examples)


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Fires when the condition `when` holds for the answers of a flow, the clock, or what a responder noted."""

    id: str
    level: str
    why: str
    when: str
    examples: Examples = field(default_factory=Examples)


@dataclass(frozen=True, slots=True)
class Context:
    """A fact about a whole message that follows from its concepts; several of one name: any of them."""

    name: str
    all: Names
    any: Names
    none: Names


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of trafficking: its ILO indicator, codes of the HTCDS, element of the Palermo definition, group of questions."""

    id: str
    ilo: str | None
    element: str | None
    group: str
    control: Names
    form: Names
    concepts: Names
    text: str


@dataclass(frozen=True, slots=True)
class TriageRules:
    """All of it: `words` by language and concept; `sets` of concepts; `groups` of signs."""

    words: Mapping[str, Mapping[str, Names]]
    text: tuple[TextRule, ...]
    answers: tuple[AnswerRule, ...]
    groups: Mapping[str, Names]
    kinds: tuple[KindRule, ...] = ()
    contexts: tuple[Context, ...] = ()
    sets: Mapping[str, Names] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()
    time: tuple[AnswerRule, ...] = ()
    noted: tuple[AnswerRule, ...] = ()
    masks: Names = ()
    negated: Names = ()
    yields: Mapping[str, Names] = field(default_factory=dict)
    hides: Mapping[str, Names] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    deadlines: Mapping[str, int] = field(default_factory=dict)  # minutes by concept or answer


def read_triage_rules(folder: Path) -> TriageRules:
    """signals/*.yaml, indicators.yaml, urgency.yaml and kinds.yaml of the config folder."""
    kinds: dict[str, Any] = read_yaml(folder / "kinds.yaml")
    return replace(
        read_fact_rules(folder),
        words=_words(folder / "signals"),
        kinds=tuple(KindRule(r["id"], r["kind"], r["why"], *_sides(r), bool(r.get("weak")), _examples(r)) for r in kinds["rules"]),
        model=_model(folder / "model" / "triage.json"),
    )


def read_fact_rules(folder: Path) -> TriageRules:
    """The rules over answers, time and notes alone, without a word list: what the clock and the desk need."""
    urgency: dict[str, Any] = read_yaml(folder / "urgency.yaml")
    indicators: dict[str, Any] = read_yaml(folder / "indicators.yaml")
    return TriageRules(
        words={},
        text=tuple(TextRule(r["id"], r["level"], r["why"], *_sides(r), r.get("least", r["level"]), _examples(r)) for r in urgency["rules"]),
        answers=_conditions(urgency["answers"]),
        groups={name: tuple(ids) for name, ids in urgency["groups"].items()},
        contexts=tuple(Context(c["name"], *_sides(c)) for c in urgency["contexts"]),
        sets={name: tuple(ids) for name, ids in urgency["sets"].items()},
        signs=_signs(indicators),
        time=_conditions(urgency["time"]),
        noted=_conditions(urgency["noted"]),
        masks=tuple(indicators["masks"]),
        negated=tuple(indicators["negated"]),
        yields={name: tuple(ids) for name, ids in indicators["yields"].items()},
        hides={name: tuple(ids) for name, ids in indicators["hides"].items()},
        deadlines=dict(urgency.get("deadlines", {})),
    )


def _model(path: Path) -> Mapping[str, Any]:
    """The weights of the model beside the rules; none where it was taken away."""
    return dict(json.loads(read_text(path))) if path.exists() else {}


def _words(folder: Path) -> Mapping[str, Mapping[str, Names]]:
    found: dict[str, dict[str, Names]] = {}
    for path in sorted(folder.glob("*.yaml")):
        lists = read_yaml(path)
        found[path.stem] = {str(name): tuple(str(word) for word in words) for name, words in lists.items()}
    return found


def _signs(raw: Mapping[str, Any]) -> tuple[Sign, ...]:
    return tuple(
        Sign(
            id=name,
            ilo=s.get("ilo"),
            element=s.get("element"),
            group=s["group"],
            control=tuple(s.get("htcds_control", ())),
            form=tuple(s.get("htcds_form", ())),
            concepts=tuple(s.get("concepts", ())),
            text=s["text"],
        )
        for name, s in raw["signals"].items()
    )


def _sides(raw: Mapping[str, Any]) -> tuple[Names, Names, Names]:
    return tuple(raw.get("all", ())), tuple(raw.get("any", ())), tuple(raw.get("none", ()))


def _conditions(raw: list[Mapping[str, Any]]) -> tuple[AnswerRule, ...]:
    return tuple(AnswerRule(r["id"], r["level"], r["why"], r["when"], _examples(r)) for r in raw)


def _examples(raw: Mapping[str, Any]) -> Examples:
    given = raw.get("examples") or {}
    return Examples(tuple(given.get("match", ())), tuple(given.get("not", ())))
