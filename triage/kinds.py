"""What kind of report it is: the first of the operators' rules that fires decides. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from config.triage_rules import TriageRules
from triage.judge import Sides


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind, the rule that decided and why; `weak` where the words said little."""

    kind: str
    rule: str
    text: str
    weak: bool


class Kinds:
    """help_self, help_other, tip, missing, info or other, by kinds.yaml."""

    def __init__(self, rules: TriageRules) -> None:
        self._rules = [(Kind(r.kind, r.id, r.why, r.weak), Sides(r.all, r.any, r.none)) for r in rules.kinds]

    def of(self, facts: Set[str]) -> Kind:
        """The kind of a message with these facts, as the judge drew them."""
        return next((kind for kind, sides in self._rules if sides.hold(facts)), Kind("other", "", "no rule fires", True))
