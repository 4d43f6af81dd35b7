"""What the model weighs beside letters: facts, alone and in pairs, rules that fired, the shape of the message. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import combinations

_ASKS = re.compile(r"[?？؟]|ไหม|หรือเปล่า|ទេឬ|បានទេ|មែនទេ|ບໍ່$|吗|呢|không$|လား")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules found in one message."""

    facts: Set[str]
    rules: tuple[str, ...] = ()  # those of urgency that fired
    level: str = "low"
    kind: str = ""
    kind_rule: str = ""
    lang: str = ""
    placed: bool = False


def traits(text: str, seen: Seen) -> Iterator[str]:
    """Names of all that holds but pairs, each once: facts by their names, the rest with a sign before it."""
    yield from sorted(seen.facts)
    yield from (f"={rule}" for rule in sorted(set(seen.rules)))
    yield f"level={seen.level}"
    yield f"kind={seen.kind}"
    yield f"rule={seen.kind_rule}"
    yield f"lang={seen.lang}"
    yield f"length={min((len(text) + 1).bit_length(), 10)}"
    if seen.placed:
        yield "placed"
    if _ASKS.search(text):
        yield "asks"


def pairs(facts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each two facts that hold together, in their order."""
    return combinations(sorted(facts), 2)
