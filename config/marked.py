"""YAML with the line and column of every key and value kept, for messages that point at a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 4_000_000
MAX_NODES = 400_000
MAX_DEPTH = 40
Steps = tuple[Any, ...]  # keys and list positions from the top of a file to a value


class Unreadable(ValueError):
    """A file that cannot be read as what it is; line and column count from 1."""

    def __init__(self, text: str, line: int = 1, column: int = 1) -> None:
        super().__init__(text)
        self.text, self.line, self.column = text, line, column


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Marked:
    """The plain data of a file, and where each key and value of it stands."""

    data: Any
    values: dict[Steps, Mark] = field(default_factory=dict)
    keys: dict[Steps, Mark] = field(default_factory=dict)

    def at(self, *steps: Any) -> Mark:
        """Where a value stands; where it is not there, the nearest thing around it."""
        for end in range(len(steps), -1, -1):
            if steps[:end] in self.values:
                return self.values[steps[:end]]
        return Mark()

    def key(self, *steps: Any) -> Mark:
        """Where the key of a value stands; of a list's item the item itself."""
        return self.keys.get(steps) or self.at(*steps)

    def find(self, wanted: str, *under: Any) -> Mark | None:
        """The first key or plain value below `under` that is this word."""
        size = len(under)
        for steps, mark in self.keys.items():
            if steps[:size] == under and len(steps) > size and str(steps[-1]) == wanted:
                return mark
        for steps, mark in self.values.items():
            if steps[:size] == under and str(self.value(*steps)) == wanted:
                return mark
        return None

    def value(self, *steps: Any) -> Any:
        """The value at these steps; None where there is none."""
        found = self.data
        for step in steps:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found


def read_bytes(path: Path) -> bytes:
    """What a file of the operators holds. Raises Unreadable in one clear sentence."""
    try:
        if path.is_dir():
            raise Unreadable("this is a folder where a file should be; move it away")
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"this file is larger than {MAX_BYTES // 1_000_000} MB; split it or take out what does not belong here")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable("this file is missing; put it back or copy the shipped one") from error
    except OSError as error:
        raise Unreadable(f"this file cannot be read ({error.strerror}); look at its permissions") from error


def read_plain(path: Path) -> str:
    """A UTF-8 text. Raises Unreadable, at the first byte that is none."""
    raw = read_bytes(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise Unreadable("this is no UTF-8 text; save the file as UTF-8", before.count(b"\n") + 1, column) from error


def read_marked(path: Path) -> Marked:
    """One YAML 1.2 file. Raises Unreadable."""
    text = read_plain(path)
    loader = YAML(typ="safe")
    try:
        _refuse_depth(text)
        node = loader.compose(text)
        return _Reader(loader).read(node)
    except ReaderError as error:
        line, column = _place(text, error.position)
        raise Unreadable("this character is not allowed in YAML; take it out", line, column) from error
    except MarkedYAMLError as error:
        line, column = _begin(error, text)
        raise Unreadable(_sentence(error), line, column) from error
    except YAMLError as error:
        raise Unreadable(f"this is no YAML: {str(error).splitlines()[0]}") from error


def _refuse_depth(text: str) -> None:
    """The C parser composes by recursion, and a file that is nothing but brackets would take the whole process down."""
    depth = 0
    for event in YAML(typ="safe").parse(text):
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = event.start_mark
            raise Unreadable("this is nested too deeply; a flow needs five levels", mark.line + 1, mark.column + 1)


def _place(text: str, at: int) -> tuple[int, int]:
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


# What is not closed is best looked for where it was opened.
_OPENED = ("flow sequence", "flow mapping", "quoted scalar", "simple key")
_BRACKETS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|(?:^|(?<=\s))#[^\n]*|[\[\]{}]")
_MENDS = (
    ("flow node", "a list in [ ] is not closed; put the missing ] or }"),
    ("tab", "indent with blanks, not with tabs"),
    ("flow sequence", "a list in [ ] is not closed; put the missing ] or comma"),
    ("flow mapping", "a list in { } is not closed; put the missing } or comma"),
    ("block mapping", "the indentation is wrong; line up the keys one below the other"),
    ("block collection", "the indentation is wrong; line up the `-` one below the other"),
    ("quoted scalar", "a quotation mark is not closed; put the missing one"),
    ("mapping values are not allowed", "put the text in quotation marks, or a line break before the key"),
    ("simple key", "a colon is missing after the key"),
    ("could not find expected ':'", "a colon is missing after the key"),
)


def _sentence(error: MarkedYAMLError) -> str:
    told = " ".join(str(part) for part in (error.context, error.problem) if part)
    mend = next((mend for sign, mend in _MENDS if sign in told), "put a text with signs like : # { [ & * in quotation marks")
    return f"this is no YAML ({error.problem or told}); {mend}"


def _begin(error: MarkedYAMLError, text: str) -> tuple[int, int]:
    if "flow node" in str(error.context):
        return _place(text, _unclosed(text))
    opened = error.context_mark if any(sign in str(error.context) for sign in _OPENED) else None
    mark = opened or error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _unclosed(text: str) -> int:
    """Where the innermost bracket stands that is never closed; quoted texts and remarks are passed over."""
    stack = []
    for found in _BRACKETS.finditer(text):
        sign = found.group()
        if sign in ("[", "{"):
            stack.append(found.start())
        elif sign in ("]", "}") and stack:
            stack.pop()
    return stack[-1] if stack else len(text.rstrip())


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, loader: YAML) -> None:
        self._construct = loader.constructor
        self._values: dict[Steps, Mark] = {}
        self._keys: dict[Steps, Mark] = {}
        self._nodes = 0
        self._open: set[int] = set()

    def read(self, node: Node | None) -> Marked:
        data = self._value(node, ()) if node is not None else None
        return Marked(data, self._values, self._keys)

    def _value(self, node: Node, steps: Steps) -> Any:
        self._nodes += 1
        mark = _mark(node)
        if self._nodes > MAX_NODES or id(node) in self._open:
            raise Unreadable("aliases (* and &) make this file endless; write the lines out", mark.line, mark.column)
        self._values[steps] = mark
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self._value(item, (*steps, at)) for at, item in enumerate(node.value)]
            return dict(self._pairs(node, steps)) if isinstance(node, MappingNode) else None
        finally:
            self._open.discard(id(node))

    def _pairs(self, node: MappingNode, steps: Steps) -> Iterator[tuple[Any, Any]]:
        seen = set()
        for key_node, value_node in node.value:
            mark = _mark(key_node)
            if not isinstance(key_node, ScalarNode):
                raise Unreadable("a key must be a word; put { } or [ ] in quotation marks", mark.line, mark.column)
            key = self._scalar(key_node)
            if key in seen:
                raise Unreadable(f"the key {key} stands here twice; take one out", mark.line, mark.column)
            seen.add(key)
            self._keys[(*steps, key)] = mark
            yield key, self._value(value_node, (*steps, key))

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return self._construct.construct_object(node, deep=True)
        except (ValueError, TypeError) as error:
            mark = _mark(node)
            raise Unreadable(f"{node.value!r} cannot be read; put it in quotation marks", mark.line, mark.column) from error


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
