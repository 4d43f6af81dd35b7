"""How urgent, and why: every rule that fires, the highest level first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from config.triage_rules import AnswerRule, TextRule, TriageRules
from triage.conditions import Test, parse
from triage.judge import Judge, Sides
from triage.phrases import Span
from triage.signals import Signals
from triage.values import rank

OBSERVATIONS = ("saw_job", "saw_place", "saw_move", "saw_children", "saw_marriage")
SIGNS = ("signs_control", "signs_work", "signs_harm")
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired: its level (None for a remark), the words that fired it and where they stand in the message, and why."""

    rule: str
    level: str | None
    words: tuple[str, ...]
    text: str
    spans: tuple[Span, ...] = ()


class Urgency:
    """Judges signals, answers, the clock and what a responder noted by the operators' rules."""

    def __init__(self, rules: TriageRules, judge: Judge) -> None:
        self._judge = judge
        self._text = [(rule, Sides(rule.all, rule.any, rule.none)) for rule in rules.text]
        self.least = {rule.id: rule.least for rule in rules.text}
        self._answers = [(rule, parse(rule.when)) for rule in rules.answers]
        self._time = [(rule, parse(rule.when)) for rule in rules.time]
        self._noted = [(rule, parse(rule.when)) for rule in rules.noted]
        self._groups = rules.groups
        # What a responder may note: the facts that rules ask for, and the signs with their words by group.
        self.notes = tuple(dict.fromkeys(rule.when.split()[0] for rule in rules.noted))
        self.known_signs = {sign.id: sign for sign in rules.signs}
        self._shown = {concept: sign.id for sign in rules.signs for concept in sign.concepts}

    def of_text(self, signals: Signals, facts: Set[str]) -> tuple[Reason, ...]:
        """Reasons in what was said; `facts` as the judge drew them."""
        return tuple(self._reason(rule, signals) for rule, sides in self._text if sides.hold(facts))

    def of_answers(self, answers: Mapping[str, Any], said: Set[str] = frozenset()) -> tuple[Reason, ...]:
        """Reasons in what was chosen; `said` holds the signs that the person's own words showed."""
        return _fired(self._answers, self._facts(answers, said))

    def of_time(self, facts: Mapping[str, Any]) -> tuple[Reason, ...]:
        """Reasons in how the time goes. Facts: `silent_minutes` since the person's last message, `unfinished` (the talk broke
        off), `local_night` (22 to 5 h where the person is), `any_signal`, `child`, `level`, `held`, `deadline`."""
        return _fired(self._time, facts)

    def of_notes(self, facts: Mapping[str, Any]) -> tuple[Reason, ...]:
        """Reasons in what a responder noted after talking with the person, by the names of `noted` in urgency.yaml."""
        return _fired(self._noted, facts)

    def signs(self, concepts: Set[str], answers: Mapping[str, Any]) -> tuple[str, ...]:
        """The signs of trafficking in words and answers together."""
        chosen = {str(one) for step in (*SIGNS, "missing_signs") for one in _list(answers.get(step))}
        said = {self._shown[concept] for concept in concepts if concept in self._shown}
        known = set(self._shown.values())
        return tuple(sorted(said | (chosen & known)))

    def _facts(self, answers: Mapping[str, Any], said: Set[str]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for step, value in answers.items():
            chosen = value if isinstance(value, list) else [value]
            facts[step] = value if not isinstance(value, list) else ",".join(map(str, value))
            if step not in ("country", "flow"):
                facts |= {str(one): True for one in chosen if one and str(one) not in ("yes", "no", "not_sure", "unknown")}
        signs = ({str(one) for step in SIGNS for one in _list(answers.get(step))} - {"0", ""}) | set(said)
        facts |= {f"said_{sign}": True for sign in said}
        facts["signal_count"] = len(signs)
        facts["signal_groups"] = sum(bool(signs & set(ids)) for ids in self._groups.values())
        facts["any_signal"] = bool(signs) or bool(_list(answers.get("missing_signs")))
        facts["missing_signs_count"] = len(_list(answers.get("missing_signs")))
        facts["observation_count"] = sum(len(_list(answers.get(step))) for step in OBSERVATIONS)
        facts["child"] = answers.get("age_band") == "under_18" or answers.get("children") == "yes"
        return facts

    def _reason(self, rule: TextRule, signals: Signals) -> Reason:
        words: dict[str, None] = {}
        spans: set[Span] = set()
        for name in (*rule.all, *rule.any):
            for concept in sorted(self._judge.concepts_of(name)):
                words |= dict.fromkeys(signals.found.get(concept, ()))
                spans.update(signals.spans.get(concept, ()))
        return Reason(rule.id, rule.level, tuple(words)[:MAX_WORDS], rule.why, tuple(sorted(spans)))


def highest(reasons: tuple[Reason, ...]) -> str:
    """The highest level among reasons; low where there is none."""
    return max((reason.level for reason in reasons if reason.level), key=rank, default="low")


def _fired(rules: list[tuple[AnswerRule, Test]], facts: Mapping[str, Any]) -> tuple[Reason, ...]:
    return tuple(Reason(rule.id, rule.level, (), rule.why) for rule, test in rules if test(facts))


def _list(value: object) -> list[Any]:
    if value in (None, "", "0"):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
