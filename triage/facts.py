"""What a case says of itself: answers, signals, reasons and place of all its messages together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.assess import Assessment
from triage.values import rank

# A reason list that only grows would drown the responder.
MAX_REASONS = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """The sealed part of a case that triage writes; plain data, so that it goes through JSON."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()
    indicators: tuple[str, ...] = ()
    place: Mapping[str, Any] = field(default_factory=dict)
    lang: Mapping[str, Any] = field(default_factory=dict)
    route: str = ""
    zawgyi: bool = False

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Facts:
        """From what `to_json` gave; unknown keys are left out."""
        known = {key: raw[key] for key in ("answers", "place", "lang", "route", "zawgyi") if key in raw}
        return Facts(signals=_names(raw, "signals"), reasons=tuple(raw.get("reasons", ())), indicators=_names(raw, "indicators"), **known)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "answers": dict(self.answers),
            "signals": list(self.signals),
            "indicators": list(self.indicators),
            "reasons": [dict(reason) for reason in self.reasons],
            "place": dict(self.place),
            "lang": dict(self.lang),
            "route": self.route,
            "zawgyi": self.zawgyi,
        }


def merge_answers(answers: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with those of one message; a step answered again keeps the later choice."""
    merged = dict(answers)
    if content.get("flow"):
        merged["flow"] = content["flow"]
    for step, value in (content.get("answers") or {}).items():
        merged[str(step)] = value
    return merged


def merge_reasons(
    old: tuple[Mapping[str, Any], ...], seen: Assessment, more: tuple[Mapping[str, Any], ...] = (), message_id: int | None = None
) -> tuple[Mapping[str, Any], ...]:
    """The reasons with those of a new look and `more`, each rule and its words once, highest level first; spans are places in the
    message."""
    merged: dict[tuple[str, str], Mapping[str, Any]] = {(str(r["rule"]), " ".join(r["words"])): r for r in old}
    for reason in seen.reasons:
        item: dict[str, Any] = {"rule": reason.rule, "level": reason.level, "words": list(reason.words), "text": reason.text}
        if message_id is not None and reason.spans:
            item |= {"message": message_id, "spans": [list(span) for span in reason.spans]}
        merged.setdefault((reason.rule, " ".join(reason.words)), item)
    for extra in more:
        merged.setdefault((str(extra["rule"]), " ".join(extra["words"])), extra)
    ordered = sorted(merged.values(), key=lambda r: -rank(str(r["level"])) if r["level"] else 1)
    return tuple(ordered[:MAX_REASONS])


def merge(old: Facts, new: Facts) -> Facts:
    """Two looks at one case as one: later answers and places hold, signals and reasons of both stand."""
    reasons = {(str(r["rule"]), " ".join(r["words"])): r for r in (*new.reasons, *old.reasons)}
    ordered = sorted(reasons.values(), key=lambda r: -rank(str(r["level"])) if r["level"] else 1)
    return Facts(
        {**old.answers, **new.answers},
        tuple(dict.fromkeys((*old.signals, *new.signals))),
        tuple(ordered[:MAX_REASONS]),
        tuple(dict.fromkeys((*old.indicators, *new.indicators))),
        new.place if new.place.get("country") or not old.place else {**new.place, **old.place},
        old.lang or new.lang,
        new.route or old.route,
        old.zawgyi or new.zawgyi,
    )


def _names(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(name) for name in raw.get(key, ()))
