"""Finds the phrases of word lists in a text, all lists in one pass. Pure.

A list holds words and phrases. In a phrase `~` stands for a few letters or words, `<name>` for any entry of the list `_name`
or `name`, `?` after a `<name>` for "or nothing", and `*` at the end of a Latin word for any ending. Lists whose name begins
with `_` only serve other lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from triage.readings import STOPS, Reading

_PART = re.compile(r"(<\w+>\??|~)")
# A word of these scripts begins neither under a stacked letter, behind a vowel that is written before its consonant, nor behind a
# leading h (หน้า is no น้า), and ends before no vowel sign: each of these is another syllable.
_STACKED = frozenset("\u17d2\u1039เแโใไເແໂໃໄหຫ")
_GOES_ON = frozenset(map(chr, (*range(0xE30, 0xE3B), *range(0xE47, 0xE4F), *range(0xEB0, 0xEBD), *range(0xEC8, 0xECE)))) | frozenset(
    map(chr, (*range(0x102B, 0x103F), *range(0x17B6, 0x17D4)))
)
Span = tuple[int, int]


class BadPhrase(ValueError):
    """A phrase names a list that is not there, or lists name each other in a ring; the message quotes it."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """Parts in order: `links` holds (part, widest gap before it)."""

    target: str
    first: str
    links: tuple[tuple[str, int], ...]


class Phrasebook:
    """The lists of one language, ready to be found. `form` brings a piece into the form of the reading it is looked for in."""

    def __init__(self, lists: Mapping[str, Iterable[str]], form: Callable[[str], str], gap: int, joint: int) -> None:
        self._form, self._gap, self._joint = form, gap, joint
        self._pieces: dict[str, list[str]] = {}
        self._open: dict[str, list[str]] = {}
        self._chains: list[_Chain] = []
        self._names = frozenset(lists)
        for name in _in_order(lists):
            for phrase in lists[name]:
                self._add(name, phrase)
        self._chains = list(dict.fromkeys(self._chains))
        # One tuple for all pieces of one target: most pieces belong to one list alone.
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._whole = {piece: shared.setdefault(tuple(names), tuple(names)) for piece, names in self._pieces.items()}
        self._begun = {piece: shared.setdefault(tuple(names), tuple(names)) for piece, names in self._open.items()}
        heads: dict[str, set[int]] = {}
        for piece in (*self._pieces, *self._open):
            heads.setdefault(piece[:2], set()).add(len(piece))
        self._heads = {head: tuple(sorted(sizes)) for head, sizes in heads.items()}
        self._pieces, self._open = {}, {}

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """Where each list has a phrase in the reading; helping lists are left out."""
        found: dict[str, list[Span]] = {}
        for name, span in self._spots(reading):
            found.setdefault(name, []).append(span)
        stops: list[int] | None = None
        for chain in self._chains:
            spans = found.get(chain.first)
            if spans is None or any(link not in found for link, _ in chain.links):
                continue
            if stops is None:
                stops = list(accumulate((char in STOPS for char in reading.text), initial=0))
            joined = _join(chain, spans, found, stops)
            if joined:
                found.setdefault(chain.target, []).extend(joined)
        return {name: sorted(set(spans)) for name, spans in found.items() if name[0] not in "_="}

    def _add(self, name: str, phrase: str) -> None:
        for parts in _expand(_PART.split(phrase)):
            links = self._links(parts, phrase)
            if not links:
                continue
            if len(links) == 1 and links[0][0].startswith("="):
                self._piece(links[0][0][1:], name)
                continue
            for part, _ in links:
                if part.startswith("="):
                    self._piece(part[1:], part)
            self._chains.append(_Chain(name, links[0][0], tuple(links[1:])))

    def _links(self, parts: list[str], phrase: str) -> list[tuple[str, int]]:
        links: list[tuple[str, int]] = []
        gap = 0
        for part in parts:
            if part == "~":
                gap = self._gap
            elif part.startswith("<"):
                name = part[1:-1]
                name = f"_{name}" if f"_{name}" in self._names else name
                if name not in self._names:
                    raise BadPhrase(f"{phrase}: no list {part}")
                links.append((name, gap or self._joint))
                gap = 0
            else:
                for piece in _pieces(part):
                    links.append(("=" + piece, gap or self._joint))
                    gap = 0
        return links

    def _piece(self, piece: str, target: str) -> None:
        book = self._open if piece.endswith("*") else self._pieces
        form = self._form(piece.rstrip("*"))
        if form and target not in book.setdefault(form, []):
            book[form].append(target)

    def _spots(self, reading: Reading) -> Iterator[tuple[str, Span]]:
        text, starts, ends = reading.text, reading.starts, reading.ends
        heads, pieces, opened = self._heads, self._whole, self._begun
        for i in range(len(text)) if starts is None else sorted(starts):
            for size in (*heads.get(text[i : i + 1], ()), *heads.get(text[i : i + 2], ())):
                piece = text[i : i + size]
                end = i + len(piece)
                names = pieces.get(piece)
                if names is not None and (end in ends if ends is not None else _whole(text, i, end)) and _number(text, i, end):
                    for name in names:
                        yield name, (i, end)
                names = opened.get(piece)
                if names is not None:
                    while ends is not None and end not in ends:
                        end += 1
                    for name in names:
                        yield name, (i, end)


def _whole(text: str, start: int, end: int) -> bool:
    return not (end < len(text) and text[end] in _GOES_ON) and not (start and text[start - 1] in _STACKED)


def _number(text: str, start: int, end: int) -> bool:
    """A number is not part of a longer one."""
    if text[start].isdigit() and start and text[start - 1].isdigit():
        return False
    return not (text[end - 1].isdigit() and end < len(text) and text[end].isdigit())


def _join(chain: _Chain, spans: list[Span], found: Mapping[str, list[Span]], stops: list[int]) -> list[Span]:
    states = spans
    for link, gap in chain.links:
        nexts = found[link]
        states = [(a, d) for a, b in states for c, d in nexts if 0 <= c - b <= gap and stops[b] == stops[c]]
        if not states:
            break
    return states


def _pieces(part: str) -> list[str]:
    """`demand* money` is two pieces; a phrase without inner stars is one."""
    found = [piece.strip() for piece in re.split(r"(?<=\*)\s+", part.strip())]
    return [piece for piece in found if piece]


def _expand(parts: list[str]) -> list[list[str]]:
    """Every way to read the parts that may be left out."""
    ways: list[list[str]] = [[]]
    for part in parts:
        if not part:
            continue
        if part.endswith(">?"):
            ways = [[*way, *more] for way in ways for more in ([part[:-1]], [])]
        else:
            ways = [[*way, part] for way in ways]
    return ways


def _in_order(lists: Mapping[str, Iterable[str]]) -> list[str]:
    """The names so that a list comes after those it speaks of."""
    ordered: list[str] = []
    state: dict[str, int] = {}

    def visit(name: str) -> None:
        if state.get(name) == 2:
            return
        if state.get(name) == 1:
            raise BadPhrase(f"{name}: lists name each other in a ring")
        state[name] = 1
        for other in re.findall(r"<(\w+)>", " ".join(lists[name])):
            target = f"_{other}" if f"_{other}" in lists else other
            if target in lists:
                visit(target)
        state[name] = 2
        ordered.append(name)

    for name in lists:
        visit(name)
    return ordered
