"""Desks and routing: queues that exist, desks that somebody works, rules that can decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.checking.fault import Fault, meant
from bot.checking.outline import listed, mapping
from bot.checking.sources import DESKS, ROUTING, Sources

# Keys of a rule that are no condition.
_NO_CONDITIONS = frozenset(("id", "desk", "why"))


def _desks(sources: Sources) -> dict[str, dict[str, Any]]:
    return {name: mapping(raw) for name, raw in mapping(sources.data(DESKS).get("desks")).items()}


def queues(sources: Sources) -> Iterator[Fault]:
    """Rules and desks that name a desk which is not there."""
    desks = _desks(sources)
    if not sources.whole(DESKS):
        return
    for at, rule in enumerate(listed(sources.data(ROUTING).get("rules"))):
        desk = mapping(rule).get("desk")
        if desk is not None and str(desk) not in desks:
            yield sources.spot(ROUTING, "rules", at, "desk").fault(f"there is no desk {desk} in {DESKS}; {meant(desk, desks)}")
    for name, raw in desks.items():
        for key in ("civil_alternate", "passes_to"):
            for at, other in enumerate(listed(raw.get(key))):
                if str(other) not in desks:
                    steps = ("desks", name, key, *((at,) if isinstance(raw[key], list) else ()))
                    yield sources.spot(DESKS, *steps).fault(f"there is no desk {other}; {meant(other, desks)}")


def alternates(sources: Sources) -> Iterator[Fault]:
    """A desk for those who said never police or government that is run by a government."""
    desks = _desks(sources)
    for name, raw in desks.items():
        other = str(raw.get("civil_alternate"))
        if other in desks and desks[other].get("run_by") == "government":
            text = f"the desk {other} is run by a government; name one that is not"
            yield sources.spot(DESKS, "desks", name, "civil_alternate").fault(text)


def empty(sources: Sources) -> Iterator[Fault]:
    """Desks that speak no language or have nobody to reach; hours that are none are told by their shape."""
    for name, raw in _desks(sources).items():
        if raw.get("languages") == []:
            yield sources.spot(DESKS, "desks", name, "languages").fault(f"the desk {name} has no languages; write at least [en]")
        if raw.get("contact", "") is None and raw.get("run_by") == "government":
            yield sources.spot(DESKS, "desks", name, "contact").fault(f"nobody to reach at {name}; its office fills in contact", "draft")


def shadowed(sources: Sources) -> Iterator[Fault]:
    """Rules behind one that already takes all of their cases, and a list without a last rule that takes every case."""
    rules = [(at, mapping(rule)) for at, rule in enumerate(listed(sources.data(ROUTING).get("rules")))]
    for position, (at, rule) in enumerate(rules):
        first = next((earlier for _, earlier in rules[:position] if _covers(earlier, rule)), None)
        if first is not None:
            text = f"this rule never decides: {first.get('id')} takes all of its cases; put it before that one"
            yield sources.spot(ROUTING, "rules", at).fault(text)
    if rules and not any(not _conditions(rule) for _, rule in rules):
        yield sources.key(ROUTING, "rules").fault("a case that no rule fits has no desk; add a last rule without a condition")


def _conditions(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: wanted for name, wanted in rule.items() if name not in _NO_CONDITIONS and wanted not in (None, [])}


def _covers(earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    """True where every case that fits the later rule fits the earlier one as well."""
    mine, theirs = _conditions(earlier), _conditions(later)
    return all(name in theirs and set(listed(theirs[name])) <= set(listed(wanted)) for name, wanted in mine.items())


def doubles(sources: Sources) -> Iterator[Fault]:
    """Two rules of one name."""
    for part in ("rules", "stops"):
        seen: set[str] = set()
        for at, rule in enumerate(listed(sources.data(ROUTING).get(part))):
            name = str(mapping(rule).get("id"))
            if name in seen:
                yield sources.spot(ROUTING, part, at, "id").fault(f"there are two rules {name}; give one another id")
            seen.add(name)


def languages(sources: Sources) -> Iterator[Fault]:
    """A language of the hotline that no desk speaks."""
    spoken = {str(lang) for raw in _desks(sources).values() for lang in listed(raw.get("languages"))}
    for lang in dict.fromkeys(lang.split("-")[0] for lang in ("en", *sources.languages)):
        if spoken and lang not in spoken:
            yield sources.key(DESKS, "desks").fault(f"no desk speaks {lang}; add it to a desk's languages")
