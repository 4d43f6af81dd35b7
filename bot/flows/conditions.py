"""The small language of `when:`: parsed into closures once, never evaluated as code.

danger_now == yes            the answer is this choice          reporter != anonymous
topic in [broker, place]     the answer is one of these         my_embassy in share    this choice is among a step's
ransom_asked                 chosen anywhere, or a flag set     any_of(hurt, drugged)
count(job_check) >= 4        how many were chosen               how_many >= 6          the number that was given
not a, a and b, a or b, ( )
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Condition = Callable[[Mapping[str, str], tuple[str, ...]], bool]  # answers (choice ids joined by commas), flags

_TOKEN = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*|\d+)|(==|!=|>=|<=|[()\[\],]))")
DEEPEST = 20  # brackets and nots inside of each other; more is a slip, and no person reads it
_WORDS = frozenset(("and", "or", "not", "in", "any_of", "count"))


class ConditionError(ValueError):
    """The condition cannot be read; the message says where."""


def parse(source: str) -> tuple[Condition, frozenset[str]]:
    """The condition, and every name it speaks of."""
    parser = _Parser(source)
    condition = parser.either()
    parser.finish()
    return condition, frozenset(parser.names)


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = self._split(source)
        self._at = self._depth = 0
        self.names: set[str] = set()

    @staticmethod
    def _split(source: str) -> list[str]:
        tokens, at = [], 0
        while source[at:].strip():
            match = _TOKEN.match(source, at)
            if match is None:
                raise ConditionError(f"cannot read {source[at:].strip()!r} in {source!r}")
            tokens.append(match.group(1) or match.group(2))
            at = match.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._peek()
        if not token or (wanted and token not in wanted):
            raise ConditionError(f"expected {' or '.join(wanted) or 'a name'} instead of {token or 'the end'} in {self._source!r}")
        self._at += 1
        return token

    def _name(self) -> str:
        token = self._take()
        if token in _WORDS or not token[0].isalnum():
            raise ConditionError(f"expected a name instead of {token} in {self._source!r}")
        self.names.add(token)
        return token

    def finish(self) -> None:
        if self._peek():
            raise ConditionError(f"did not expect {self._peek()} in {self._source!r}")

    def either(self) -> Condition:
        parts = [self._both()]
        while self._peek() == "or":
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda answers, flags: any(part(answers, flags) for part in parts)

    def _both(self) -> Condition:
        parts = [self._single()]
        while self._peek() == "and":
            self._take()
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda answers, flags: all(part(answers, flags) for part in parts)

    def _single(self) -> Condition:
        token = self._peek()
        if token in ("not", "("):
            return self._inside(self._take())
        if token == "any_of":
            return self._any_of()
        if token == "count":
            return self._count()
        return self._compare()

    def _inside(self, token: str) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ConditionError(f"more than {DEEPEST} brackets and nots inside of each other: split it over several steps")
        if token == "(":
            inside = self.either()
            self._take(")")
            self._depth -= 1
            return inside
        inner = self._single()
        self._depth -= 1
        return lambda answers, flags: not inner(answers, flags)

    def _list(self, opening: str, closing: str) -> tuple[str, ...]:
        self._take(opening)
        names = [self._name()]
        while self._peek() == ",":
            self._take()
            names.append(self._name())
        self._take(closing)
        return tuple(names)

    def _any_of(self) -> Condition:
        self._take()
        names = self._list("(", ")")
        return lambda answers, flags: any(_chosen(name, answers, flags) for name in names)

    def _count(self) -> Condition:
        self._take()
        (name,) = self._list("(", ")")
        sign, limit = self._take(">=", "<="), int(self._number())
        if sign == ">=":
            return lambda answers, flags: len(_choices(answers, name)) >= limit
        return lambda answers, flags: len(_choices(answers, name)) <= limit

    def _number(self) -> str:
        token = self._take()
        if not token.isdigit() or len(token) > 9:
            raise ConditionError(f"expected a number instead of {token} in {self._source!r}")
        return token

    def _compare(self) -> Condition:
        name = self._name()
        sign = self._peek()
        if sign in ("==", "!="):
            self._take()
            value = self._name()
            if sign == "==":
                return lambda answers, flags: answers.get(name) == value
            return lambda answers, flags: answers.get(name) != value
        if sign in (">=", "<="):
            self._take()
            limit = int(self._number())
            if sign == ">=":
                return lambda answers, flags: (number := _number(answers, name)) is not None and number >= limit
            return lambda answers, flags: (number := _number(answers, name)) is not None and number <= limit
        if sign != "in":
            return lambda answers, flags: _chosen(name, answers, flags)
        self._take()
        if self._peek() == "[":
            values = frozenset(self._list("[", "]"))
            return lambda answers, flags: answers.get(name) in values
        step = self._name()
        return lambda answers, flags: name in _choices(answers, step)


def _choices(answers: Mapping[str, str], step: str) -> list[str]:
    given = answers.get(step)
    return given.split(",") if given else []


def _number(answers: Mapping[str, str], step: str) -> int | None:
    given = answers.get(step, "")
    return int(given) if given.isdecimal() else None


def _chosen(name: str, answers: Mapping[str, str], flags: tuple[str, ...]) -> bool:
    return name in flags or any(name == value or ("," in value and name in value.split(",")) for value in answers.values())
