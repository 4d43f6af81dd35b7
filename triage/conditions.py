"""The small language of answer rules: names, `==`, `!=`, `>=`, `<=`, `in [..]`, and, or, not, brackets. Parsed, never evaluated as code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"\s*(==|!=|>=|<=|[()\[\],]|[\w]+)")
Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]


class BadCondition(ValueError):
    """The condition cannot be read; the message quotes it."""


def parse(text: str) -> Test:
    """A test over facts: a name alone is true where its fact is. Raises BadCondition."""
    tokens = TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise BadCondition(text)
    test, rest = _either(tokens)
    if rest:
        raise BadCondition(text)
    return test


def _either(tokens: list[str]) -> tuple[Test, list[str]]:
    left, rest = _both(tokens)
    while rest[:1] == ["or"]:
        right, rest = _both(rest[1:])
        left = (lambda a, b: lambda facts: a(facts) or b(facts))(left, right)
    return left, rest


def _both(tokens: list[str]) -> tuple[Test, list[str]]:
    left, rest = _one(tokens)
    while rest[:1] == ["and"]:
        right, rest = _one(rest[1:])
        left = (lambda a, b: lambda facts: a(facts) and b(facts))(left, right)
    return left, rest


def _one(tokens: list[str]) -> tuple[Test, list[str]]:
    if not tokens:
        raise BadCondition("it ends too early")
    head, rest = tokens[0], tokens[1:]
    if head == "not":
        inner, rest = _one(rest)
        return (lambda facts: not inner(facts)), rest
    if head == "(":
        inner, rest = _either(rest)
        if rest[:1] != [")"]:
            raise BadCondition("a bracket is open")
        return inner, rest[1:]
    return _compare(head, rest)


def _compare(name: str, rest: list[str]) -> tuple[Test, list[str]]:
    if rest[:1] in (["=="], ["!="]):
        wanted, same = rest[1], rest[0] == "=="
        return (lambda facts: (str(facts.get(name, "")) == wanted) is same), rest[2:]
    if rest[:1] in ([">="], ["<="]):
        limit, more = int(rest[1]), rest[0] == ">="
        return (lambda facts: int(facts.get(name) or 0) >= limit if more else int(facts.get(name) or 0) <= limit), rest[2:]
    if rest[:2] == ["in", "["]:
        end = rest.index("]")
        values = tuple(token for token in rest[2:end] if token != ",")
        return (lambda facts: str(facts.get(name, "")) in values), rest[end + 1 :]
    return (lambda facts: bool(facts.get(name))), rest
