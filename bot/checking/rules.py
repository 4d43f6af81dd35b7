"""Rules of urgency and kind: concepts that exist, rules that can fire, examples that hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.checking.fault import Fault, Spot, meant
from bot.checking.outline import listed, mapping
from bot.checking.sources import KINDS, URGENCY, Sources


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


def _sided(sources: Sources) -> Iterator[tuple[Spot, dict[str, Any]]]:
    """Everything that asks for concepts: what a whole message is about, the rules of urgency, those of kind."""
    for file, part in ((URGENCY, "contexts"), (URGENCY, "rules"), (KINDS, "rules")):
        for at, raw in enumerate(listed(sources.data(file).get(part))):
            if isinstance(raw, dict):
                yield sources.spot(file, part, at), mapping(raw) | {"_at": (file, part, at)}


def concepts(sources: Sources) -> Iterator[Fault]:
    """Rules, contexts and sets that name a concept which no language has."""
    known = {*spoken(sources), *drawn(sources)}
    if not sources.whole("signals/"):
        return
    for name, members in mapping(sources.data(URGENCY).get("sets")).items():
        for position, member in enumerate(listed(members)):
            if str(member) not in known:
                text = f"there is no concept {member} in signals/; {meant(member, known)}"
                yield sources.spot(URGENCY, "sets", name, position).fault(text)
    for _, rule in _sided(sources):
        for part in ("all", "any", "none"):
            for position, one in enumerate(listed(rule.get(part))):
                if str(one) not in known:
                    where = sources.spot(*rule["_at"], part, position)
                    yield where.fault(f"there is no concept {one} in signals/; {meant(one, known)}")


def dead(sources: Sources) -> Iterator[Fault]:
    """Rules that can never fire: what they want they also forbid, or nobody can say it."""
    sets = {name: set(map(str, listed(found))) for name, found in mapping(sources.data(URGENCY).get("sets")).items()}
    silent = {concept for concept, count in spoken(sources).items() if count == 0}
    silent |= {name for name, members in sets.items() if members <= silent}
    alive = {str(rule["name"]) for _, rule in _sided(sources) if "name" in rule and not _why_dead(rule, sets, silent)}
    silent |= {str(rule["name"]) for _, rule in _sided(sources) if "name" in rule} - alive - spoken(sources).keys() - sets.keys()
    for where, rule in _sided(sources):
        why = _why_dead(rule, sets, silent)
        if why:
            yield where.fault(f"this rule can never fire: {why}")
        elif rule["_at"][:2] == (URGENCY, "rules") and not rule.get("all") and not rule.get("any"):
            yield where.fault("this rule fires on every message; name what must be there in all or any")


def _why_dead(rule: dict[str, Any], sets: dict[str, set[str]], silent: set[str]) -> str:
    """Why a rule can never fire, with the mend; empty for one that can."""
    need, one_of, never = (set(map(str, listed(rule.get(part)))) for part in ("all", "any", "none"))
    forbidden = never.union(*(sets.get(name, set()) for name in never))

    def out(name: str) -> bool:
        return name in forbidden or (name in sets and sets[name] <= forbidden)

    both = sorted(filter(out, need))
    if both:
        return f"{', '.join(both)} is in all and in none; take it out of one"
    if one_of and all(map(out, one_of)):
        return "all that is in any is also in none; take one out"
    if need & silent or (one_of and one_of <= silent):
        names = ", ".join(sorted((need | one_of) & silent))
        return f"no language has a word for {names}; add words in signals/, or mend the context of that name"
    return ""


def doubles(sources: Sources) -> Iterator[Fault]:
    """Two rules of one name, and two that say the same."""
    seen: set[str] = set()
    for part in ("rules", "answers"):
        for at, rule in _rules(sources, part):
            name = str(rule.get("id"))
            if name in seen:
                yield sources.spot(URGENCY, part, at, "id").fault(f"there are two rules {name}; give one another id")
            seen.add(name)
