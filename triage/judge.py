"""What holds of a whole message: its concepts, the sets they are in, and what follows for the message as a whole. Pure."""

from __future__ import annotations

from collections.abc import Set

from config.triage_rules import TriageRules
from triage.signals import Signals


class Sides:
    """`all`, `any` and `none` of a rule, ready to be asked."""

    __slots__ = ("_all", "_any", "_none")

    def __init__(self, every: tuple[str, ...], some: tuple[str, ...], none: tuple[str, ...]) -> None:
        self._all, self._any, self._none = frozenset(every), frozenset(some), frozenset(none)

    def hold(self, facts: Set[str]) -> bool:
        """Whether these facts fulfil all three."""
        return self._all <= facts and (not self._any or not self._any.isdisjoint(facts)) and self._none.isdisjoint(facts)


class Judge:
    """Draws the facts that rules ask for; shared by urgency and kinds."""

    def __init__(self, rules: TriageRules) -> None:
        self._members = {name: frozenset(concepts) for name, concepts in rules.sets.items()}
        self._sets: dict[str, list[str]] = {}
        for name, concepts in rules.sets.items():
            for concept in concepts:
                self._sets.setdefault(concept, []).append(name)
        self._contexts = [(c.name, Sides(c.all, c.any, c.none)) for c in rules.contexts]

    def facts(self, signals: Signals) -> frozenset[str]:
        """Every name that a rule may ask for and that holds."""
        facts = set(signals.found)
        for concept in signals.found:
            facts.update(self._sets.get(concept, ()))
        for name, sides in self._contexts:
            if name not in facts and sides.hold(facts):
                facts.add(name)
        return frozenset(facts)

    def concepts_of(self, name: str) -> frozenset[str]:
        """The concepts that a name of a rule stands for."""
        return self._members.get(name, frozenset((name,)))
