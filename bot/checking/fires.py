"""Rules over answers: whether any answers at all can make one fire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from itertools import product
from math import prod

from bot.checking.fault import Fault, meant
from bot.checking.outline import Outline, listed, mapping
from bot.checking.sources import URGENCY, Sources
from triage.conditions import BadCondition, Test, parse

COUNTED = frozenset("signal_count signal_groups any_signal missing_signs_count observation_count child flow".split())
# What the clock knows of a talk (triage/urgency.py), besides what is counted.
TIMED = COUNTED | frozenset("silent_minutes unfinished local_night level held deadline deadline_passed".split())
LEVELS = frozenset(("low", "medium", "high", "emergency"))
MOST = 20_000  # ways to answer that are tried; a rule over more is taken to fire
_WORD = re.compile(r"[A-Za-z_]\w*")
_SIGNS = frozenset(("and", "or", "not", "in"))
_COMPARED = re.compile(r"(\w+)\s*(?:(==|!=)\s*(\w+)|(>=|<=)\s*(\d+)|in\s*\[([^\]]*)\])")

Offered = Mapping[str, Set[str]]  # a question → its answers


def answers(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Rules that cannot be read, speak of what no flow asks, or that no answers together fulfil."""
    offered = _offered(flows)
    known = COUNTED | offered.keys() | {one for found in offered.values() for one in found}
    known |= {name for flow in flows for item in flow.items for name in (item.key, item.id)}
    # What a responder notes and older talks still hold is named in the groups.
    groups = {str(one) for ids in mapping(sources.data(URGENCY).get("groups")).values() for one in listed(ids)}
    known |= groups | {f"said_{one}" for one in groups}
    whole = sources.whole("flows/")
    yield from _of(sources, "answers", known if whole else None, offered if whole else {})
    yield from _of(sources, "time", TIMED | LEVELS, {"level": LEVELS})
    yield from _of(sources, "noted", None, {"level": LEVELS})


def _offered(flows: tuple[Outline, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"flow": {flow.id for flow in flows}}
    for flow in flows:
        for item in flow.items:
            for name in (item.key, item.id) if item.options else ():
                found.setdefault(name, set()).update(item.options)
    return found


def _of(sources: Sources, part: str, known: Set[str] | None, offered: Offered) -> Iterator[Fault]:
    for at, raw in enumerate(listed(sources.data(URGENCY).get(part))):
        if not isinstance(raw, dict):
            continue
        where, source = sources.spot(URGENCY, part, at, "when"), str(mapping(raw).get("when", ""))
        try:
            test = parse(source)
        except (BadCondition, ValueError, IndexError) as error:
            yield where.fault(f"this condition cannot be read ({error or source}); see docs/operators.md")
            continue
        wrong = sorted(_wrong(source, offered))
        told = _SIGNS | {value for _, value in wrong}
        unknown = sorted(set(_WORD.findall(source)) - told - known) if known is not None else []
        for name in unknown:
            knows = "the clock knows no" if part == "time" else "no flow has an answer"
            yield where.fault(f"this rule can never fire: {knows} {name}; {meant(name, known or ())}")
        for name, value in wrong:
            yield where.fault(f"this rule can never fire: {value} is no answer to {name}; {meant(value, offered[name])}")
        if not unknown and not wrong and not can_fire(test, source):
            yield where.fault("this rule can never fire: no answers fulfil all of it together; take a part out")


def _wrong(source: str, offered: Offered) -> Iterator[tuple[str, str]]:
    """The (question, value) that are compared and are no answer to it."""
    for name, values, _ in _compared(source):
        yield from ((name, value) for value in values if name in offered and value not in offered[name])


def _compared(source: str) -> Iterator[tuple[str, list[str], int | None]]:
    for name, _, value, _, limit, many in _COMPARED.findall(source):
        texts = [one.strip() for one in many.split(",") if one.strip()] or ([value] if value else [])
        yield name, texts, int(limit) if limit else None


def can_fire(test: Test, source: str) -> bool:
    """True where some facts fulfil the condition."""
    ways: dict[str, set[object]] = {}
    values: set[str] = set()
    for name, texts, limit in _compared(source):
        values |= set(texts)
        ways.setdefault(name, {""}).update(texts if limit is None else (limit - 1, limit, limit + 1))
    for name in set(_WORD.findall(source)) - _SIGNS - values - ways.keys():
        ways[name] = {"", "1"}
    if prod(map(len, ways.values())) > MOST:
        return True
    return any(test(dict(zip(ways, facts, strict=True))) for facts in product(*ways.values()))
