"""How urgent, and why: every rule that fires, the highest level first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.triage_rules import TextRule, TriageRules
from triage.conditions import parse
from triage.signals import Signals
from triage.values import rank

HARM = frozenset(
    "hurt rape locked held sold moved ransom sexwork forced marriage begging threat phone_taken hunted medical die unpaid hard debt".split()
)
GRAVE = frozenset("hurt rape locked held sold ransom sexwork marriage hunted medical die phone_taken".split())
OBSERVATIONS = ("saw_job", "saw_place", "saw_move", "saw_children", "saw_marriage")
SIGNS = ("signs_control", "signs_work", "signs_harm")


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired: its level (None for a remark), the words that fired it, and why in plain English."""

    rule: str
    level: str | None
    words: tuple[str, ...]
    text: str


class Urgency:
    """Judges signals and answers by the operators' rules."""

    def __init__(self, rules: TriageRules) -> None:
        self._text = rules.text
        self._answers = [(rule, parse(rule.when)) for rule in rules.answers]
        self._groups = rules.groups

    def of_text(self, signals: Signals) -> tuple[Reason, ...]:
        """Reasons in what was said."""
        facts = set(signals.found) | context(signals)
        return tuple(
            Reason(rule.id, rule.level, _words(rule, signals), rule.why)
            for rule in self._text
            if all(name in facts for name in rule.all)
            and (not rule.any or any(name in facts for name in rule.any))
            and not any(name in facts for name in rule.none)
        )

    def of_answers(self, answers: Mapping[str, Any]) -> tuple[Reason, ...]:
        """Reasons in what was chosen."""
        facts = self._facts(answers)
        return tuple(Reason(rule.id, rule.level, (), rule.why) for rule, test in self._answers if test(facts))

    def _facts(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for step, value in answers.items():
            chosen = value if isinstance(value, list) else [value]
            facts[step] = value if not isinstance(value, list) else ",".join(map(str, value))
            if step not in ("country", "flow"):
                facts |= {str(one): True for one in chosen if one and str(one) not in ("yes", "no", "not_sure", "unknown")}
        signs = {str(one) for step in SIGNS for one in _list(answers.get(step))} - {"0", ""}
        facts["signal_count"] = len(signs)
        facts["signal_groups"] = sum(bool(signs & set(ids)) for ids in self._groups.values())
        facts["any_signal"] = bool(signs) or bool(_list(answers.get("missing_signs")))
        facts["missing_signs_count"] = len(_list(answers.get("missing_signs")))
        facts["observation_count"] = sum(len(_list(answers.get(step))) for step in OBSERVATIONS)
        facts["child"] = answers.get("age_band") == "under_18" or answers.get("children") == "yes"
        return facts


def highest(reasons: tuple[Reason, ...]) -> str:
    """The highest level among reasons; low where there is none."""
    return max((reason.level for reason in reasons if reason.level), key=rank, default="low")


def context(signals: Signals) -> set[str]:
    """What the whole message is: only past, only a question, only an advert, only a doubt."""
    found = set(signals.found)
    about: set[str] = set()
    harm = found & HARM
    if "safe" in found and ("thanks" in found or not found & {"hurt", "locked", "held", "sold", "help"} or "past" in found):
        about.add("past_only")
    if "past" in found and not found & {"help", "cry", "held", "locked", "soon"} and ("safe" in found or "kin" not in found):
        about.add("past_only")
    if "question" in found and not found & {"cry", "hurt", "locked", "sold", "die", "ransom", "phone_taken"}:
        if ("hypo" in found or not harm) and not {"recruit", "suspicious"} <= found:
            about.add("ask_only")
    if "recruit" in found and not found & {"cry", "locked", "held", "ransom", "phone_taken", "hunted", "die", "help"}:
        about.add("recruit_only")
    if "suspicious" in found and not found & GRAVE and "kin" not in found:
        about.add("doubt_only")
    if "now" in found:
        about.add("now_said")
    return about


def _list(value: object) -> list[Any]:
    if value in (None, "", "0"):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _words(rule: TextRule, signals: Signals) -> tuple[str, ...]:
    names = (*rule.all, *rule.any)
    return tuple(dict.fromkeys(word for name in names for word in signals.found.get(name, ())))[:8]
