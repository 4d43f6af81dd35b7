"""Rules of urgency and kind: concepts that exist, rules that can fire, examples that hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.checking.fault import Fault, meant
from bot.checking.outline import Outline, listed, mapping
from bot.checking.sources import URGENCY, Sources
from triage.conditions import BadCondition, parse

COUNTED = frozenset("signal_count signal_groups any_signal missing_signs_count observation_count child flow".split())
_WORD = re.compile(r"[A-Za-z_]\w*")
_SIGNS = frozenset(("and", "or", "not", "in"))


def _rules(sources: Sources, part: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, raw in enumerate(listed(sources.data(URGENCY).get(part))):
        if isinstance(raw, dict):
            yield at, mapping(raw)


def drawn(sources: Sources) -> set[str]:
    """What follows from concepts: the sets they are in, and what a whole message is about."""
    data = sources.data(URGENCY)
    about = {str(mapping(one).get("name")) for one in listed(data.get("contexts")) if isinstance(one, dict)}
    return about | set(map(str, mapping(data.get("sets"))))


def spoken(sources: Sources) -> dict[str, int]:
    """How many words each concept has in all languages together."""
    found: dict[str, int] = {}
    for file in sources.signals:
        for concept, words in mapping(sources.data(file)).items():
            found[concept] = found.get(concept, 0) + len(listed(words))
    return found


def concepts(sources: Sources) -> Iterator[Fault]:
    """Rules that name a concept which no language has."""
    known = {*spoken(sources), *drawn(sources)}
    for at, rule in _rules(sources, "rules") if sources.whole("signals/") else ():
        for part in ("all", "any", "none"):
            for position, name in enumerate(listed(rule.get(part))):
                if str(name) not in known:
                    where = sources.spot(URGENCY, "rules", at, part, position)
                    yield where.fault(f"there is no concept {name} in signals/; {meant(name, known)}")


def dead(sources: Sources) -> Iterator[Fault]:
    """Rules that can never fire: what they want they also forbid, or nobody can say it."""
    words = spoken(sources)
    silent = {concept for concept, count in words.items() if count == 0}
    for at, rule in _rules(sources, "rules"):
        need, one_of, never = (set(map(str, listed(rule.get(part)))) for part in ("all", "any", "none"))
        where = sources.spot(URGENCY, "rules", at)
        if need & never:
            yield where.fault(f"this rule can never fire: {', '.join(sorted(need & never))} is in all and in none; take it out of one")
        elif one_of and one_of <= never:
            yield where.fault("this rule can never fire: all that is in any is also in none; take one out")
        elif need & silent or (one_of and one_of <= silent):
            name = ", ".join(sorted((need | one_of) & silent))
            yield where.fault(f"this rule can never fire: no language has a word for {name}; add words in signals/")
        elif not need and not one_of:
            yield where.fault("this rule fires on every message; name what must be there in all or any")


def doubles(sources: Sources) -> Iterator[Fault]:
    """Two rules of one name, and two that say the same."""
    seen: set[str] = set()
    for part in ("rules", "answers"):
        for at, rule in _rules(sources, part):
            name = str(rule.get("id"))
            if name in seen:
                yield sources.spot(URGENCY, part, at, "id").fault(f"there are two rules {name}; give one another id")
            seen.add(name)


def answers(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Rules over answers that cannot be read, or speak of what no flow asks."""
    known = set(COUNTED)
    for flow in flows:
        known.add(flow.id)
        for item in flow.items:
            known |= {item.key, item.id, *item.options}
    # What a responder notes and older talks still hold is named in the groups.
    known |= {str(one) for ids in mapping(sources.data(URGENCY).get("groups")).values() for one in listed(ids)}
    for at, rule in _rules(sources, "answers"):
        where, source = sources.spot(URGENCY, "answers", at, "when"), str(rule.get("when", ""))
        try:
            parse(source)
        except (BadCondition, ValueError, IndexError) as error:
            yield where.fault(f"this condition cannot be read ({error or source}); see docs/operators.md")
            continue
        for name in sorted(set(_WORD.findall(source)) - _SIGNS - known) if sources.whole("flows/") else ():
            yield where.fault(f"this rule can never fire: no flow has an answer {name}; {meant(name, known)}")
