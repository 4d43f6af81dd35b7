"""The names of places, found in a text: exact first, then as they sound, then misspelt. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from config.gazetteer import BUILT, PlaceRow
from triage.everyday import EVERYDAY, KIND_WORDS
from triage.loose import lao_in_thai, loose, sound, thai_in_lao, toned
from triage.place_syllables import SyllableIndex
from triage.simplified import simplified
from triage.text import fold, normalise

# A vowel sign or tone after the name: another syllable, so another word.
GOES_ON = re.compile("[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3]")
# A vowel or stacking sign before it belongs to it: the name would start inside a syllable.
CAME_FROM = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4\u17d2\u1039]$")
WORD = re.compile(r"[a-z0-9']+")
NATIVE_MIN, LATIN_MIN = 2, 3
WORD_LEVEL = "word"  # the level of everyday words that look like a name or hold one: read over
SOUNDED = "sounded"  # the level of a name that is heard and not read: as neighbours would spell it
AMBIGUOUS = "ambiguous"  # the level of a name that stands in several lines on purpose
FUZZY_MIN, FUZZY_SCORE = 7, 88
# How many letters of a name must sound right, by script; one or two more, and no place word is needed beside it.
LOOSE_MIN = {"th": 4, "lo": 4, "my": 7, "km": 5}


@dataclass(frozen=True, slots=True)
class Found:
    """A name found at [start, end); `claims` are the rows that bear it, the likeliest first."""

    country: str
    subdivision: str | None
    level: str
    start: int
    end: int
    weak: bool = False
    claims: tuple[PlaceRow, ...] = ()


@dataclass(slots=True)
class Entry:
    """Who bears a name, and how its bearers write it."""

    rows: list[PlaceRow]
    spelt: list[str]
    weak: bool


class NameIndex:
    """Every name of every row, ready to be looked up."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self._native: dict[str, Entry] = {}
        self._sizes: dict[str, list[int]] = defaultdict(list)
        self._sounds: dict[str, Entry] = {}
        self._sound_sizes: dict[str, list[int]] = defaultdict(list)
        self._syllables: SyllableIndex[tuple[PlaceRow, bool]] = SyllableIndex()
        self._latin: dict[str, Entry] = {}
        self._longest: dict[str, int] = {}
        self._joined: dict[str, Entry] = {}
        self._fuzzy: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            self._add(row)
        for sizes in (*self._sizes.values(), *self._sound_sizes.values()):
            sizes.sort(reverse=True)

    def __len__(self) -> int:
        return len(self._native) + len(self._latin)

    # Filling

    def _add(self, row: PlaceRow) -> None:
        built = row.source == BUILT
        for name in row.names:
            # The built file is in the normal form already; a test holds it to that.
            plain = name if built else normalise(name)
            folded = fold(plain)
            if folded.isascii():
                self._add_latin(row, plain, folded, name in row.weak, built)
            elif row.level == SOUNDED:
                self._syllables.add(folded, (row, True))
            elif len(plain) >= NATIVE_MIN:
                self._add_native(row, simplified(folded), name in row.weak)

    def _add_native(self, row: PlaceRow, name: str, weak: bool) -> None:
        if _enter(self._native, name, row, name, weak):
            sizes = self._sizes[name[:2]]
            if len(name) not in sizes:
                sizes.append(len(name))
        if "\u1000" <= name[0] <= "\u109f" and row.level != WORD_LEVEL:
            self._syllables.add(name, (row, weak))
            return
        if weak or row.country == "CN" or row.level == WORD_LEVEL or "\u3400" <= name[0] <= "\u9fff":
            return
        for said in _as_heard(name, row.country):
            key = sound(said)
            if len(key) >= _least(key) and _enter(self._sounds, key, row, key, False):
                lengths = self._sound_sizes[key[:2]]
                if len(key) not in lengths:
                    lengths.append(len(key))

    def _add_latin(self, row: PlaceRow, plain: str, folded: str, weak: bool, built: bool) -> None:
        tokens = WORD.findall(folded)
        if not tokens or len(folded) < LATIN_MIN and plain.islower():
            return
        key = " ".join(tokens)
        if not _enter(self._latin, key, row, plain.lower(), weak):
            return
        self._longest[tokens[0]] = max(len(tokens), self._longest.get(tokens[0], 0))
        joined = "".join(tokens)
        if len(joined) >= 6 and not weak and (len(tokens) > 1 or len(joined) >= FUZZY_MIN):
            if joined not in self._joined:
                self._joined[joined] = self._latin[key]
                if len(joined) >= FUZZY_MIN and not built:
                    self._fuzzy[joined[0]].append(joined)

    # Looking up

    def find(self, text: str) -> list[Found]:
        """Every name in a normalised text, none inside another, in order."""
        folded = fold(text)
        key = simplified(folded)
        found = [*self._in_native(key), *self._in_latin(text, folded)]
        return [one for one in _outermost([*found, *self._by_sound(key, found)]) if one.level != WORD_LEVEL]

    def _in_native(self, key: str) -> Iterator[Found]:
        at, end = 0, len(key)
        while at < end:
            # Some names of other scripts begin in Latin letters: KK园区.
            hit = self._native_at(key, at) if key[at] > "\u0e00" or key[at : at + 2] in self._sizes else None
            if hit is not None:
                yield hit
                at = hit.end
            else:
                at += 1

    def _native_at(self, key: str, at: int) -> Found | None:
        for size in self._sizes.get(key[at : at + 2], ()):
            entry = self._native.get(key[at : at + size])
            if entry is not None and at + size <= len(key) and _whole(key, at, at + size):
                return _found(entry.rows, at, at + size, entry.weak)
        return None

    def _by_sound(self, key: str, found: list[Found]) -> Iterator[Found]:
        if not any(char > "\u0e00" and char < "\u1800" for char in key):
            return
        taken = {at for one in found for at in range(one.start, one.end)}
        for (row, weak), start, end, sure in self._syllables.find(key, lambda bearer: bearer[0].country == "MM"):
            if start not in taken and end - 1 not in taken:
                yield _found([row], start, end, weak or not sure)
        heard, places = loose(key)
        at = 0
        while at < len(heard) - 3:
            hit = None
            if heard[at] > "\u0e00" and places[at] not in taken:
                hit = self._sound_at(key, heard, places, at)
            if hit is not None and hit[0].end - 1 not in taken:
                yield hit[0]
                at += hit[1]
            else:
                at += 1

    def _sound_at(self, key: str, heard: str, places: list[int], at: int) -> tuple[Found, int] | None:
        for size in self._sound_sizes.get(heard[at : at + 2], ()):
            entry = self._sounds.get(heard[at : at + size])
            if entry is None or at + size > len(heard):
                continue
            start, end = places[at], places[at + size - 1] + 1
            while end < len(key) and GOES_ON.match(key[end]) and (at + size == len(heard) or end < places[at + size]):
                end += 1
            if _whole(key, start, end):
                return _found(entry.rows, start, end, size < _least(heard[at]) + (1 if entry.rows[0].source != BUILT else 3)), size
        return None

    def _in_latin(self, text: str, folded: str) -> Iterator[Found]:
        words = [(m.group(), m.start(), m.end()) for m in WORD.finditer(folded)]
        at = 0
        while at < len(words):
            hit = self._latin_at(text, words, at)
            if hit is not None:
                yield hit[0]
                at += hit[1]
            else:
                at += 1

    def _latin_at(self, text: str, words: list[tuple[str, int, int]], at: int) -> tuple[Found, int] | None:
        for size in range(min(self._longest.get(words[at][0], 0), len(words) - at), 0, -1):
            part = words[at : at + size]
            entry = self._latin.get(" ".join(word for word, _, _ in part))
            if entry is not None:
                start, end = part[0][1], part[-1][2]
                if text[start:end].islower() and end - start < 6 and entry.rows[0].source == BUILT:
                    continue
                rows = _same_accents(text[start:end], entry)
                if rows:
                    return _found(rows, start, end, _unsure(text[start:end], entry, rows)), size
        return self._misspelt(text, words, at)

    def _misspelt(self, text: str, words: list[tuple[str, int, int]], at: int) -> tuple[Found, int] | None:
        for size in (3, 2, 1):
            part = words[at : at + size]
            joined = "".join(word for word, _, _ in part)
            if len(part) < size or len(joined) < 6 or not text[part[0][1] : part[-1][2]].isascii():
                continue
            entry = self._joined.get(joined)
            if entry is None and len(joined) >= FUZZY_MIN and joined.isalpha() and (size == 1 or size == 2 and _capital(text, part)):
                close = process.extractOne(joined, self._fuzzy.get(joined[0], ()), scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE)
                entry = self._joined[close[0]] if close else None
            if entry is not None:
                return _found(entry.rows, part[0][1], part[-1][2], size > 1 and entry.rows[0].source == BUILT), size
        return None


def _least(heard: str) -> int:
    """The fewest letters that a name in this script is heard by."""
    char = heard[0]
    return LOOSE_MIN["th" if char < "\u0e80" else "lo" if char < "\u0f00" else "my" if char < "\u10a0" else "km"]


def _capital(text: str, part: list[tuple[str, int, int]]) -> bool:
    return all(text[start].isupper() for _, start, _ in part)


def _enter(index: dict[str, Entry], key: str, row: PlaceRow, spelt: str, weak: bool) -> bool:
    """Adds a bearer. Hand-kept names come first and have the name alone; built ones share it."""
    entry = index.get(key)
    if entry is None:
        index[key] = Entry([row], [spelt], weak)
        return True
    hand = entry.rows[0].source != BUILT
    shared = row.level == entry.rows[0].level == AMBIGUOUS
    if hand and not shared and (row.source == BUILT or spelt in entry.spelt):
        return False
    entry.rows.append(row)
    entry.spelt.append(spelt)
    return True


def _as_heard(name: str, country: str) -> Iterator[str]:
    """The name, and how a neighbour who hears it writes it."""
    yield name
    if country == "TH" and "\u0e00" <= name[0] <= "\u0e7f":
        yield thai_in_lao(name)
    if country == "LA" and "\u0e80" <= name[0] <= "\u0eff":
        yield lao_in_thai(name)


def _found(rows: list[PlaceRow], start: int, end: int, weak: bool) -> Found:
    first = _likeliest(rows)
    return Found(first.country, first.subdivision, first.level, start, end, weak, tuple(rows))


def _likeliest(rows: list[PlaceRow]) -> PlaceRow:
    return rows[0] if len(rows) == 1 or rows[0].source != BUILT else max(rows, key=lambda row: row.people)


def _whole(key: str, start: int, end: int) -> bool:
    return not (end < len(key) and GOES_ON.match(key[end])) and not (start and CAME_FROM.search(key[start - 1]))


def _same_accents(seen: str, entry: Entry) -> list[PlaceRow]:
    """Words typed with accents mean exactly that name; words without may mean any. Everyday words need their capital."""
    if not seen.isascii():
        said = toned(seen.lower())
        exact = [row for row, spelt in zip(entry.rows, entry.spelt, strict=True) if toned(spelt) == said]
        # Half the accents, or others: only of a long name with its capitals.
        loose = " " in seen and len(seen) >= 7 and all(word[:1].isupper() for word in seen.split())
        return exact or (entry.rows if loose else [])
    if seen.lower() in EVERYDAY:
        plain = [row for row, spelt in zip(entry.rows, entry.spelt, strict=True) if spelt.isascii()]
        return plain if seen[:1].isupper() else []
    return entry.rows


def _unsure(seen: str, entry: Entry, rows: list[PlaceRow]) -> bool:
    """Needs a place word beside it: an everyday word, or a built name typed without capital and accents."""
    built = rows[0].source == BUILT
    words = seen.split()
    if built and words[0].lower() in KIND_WORDS:
        return False
    capital = all(word[:1].isupper() for word in words)
    if built and (not capital or " " not in seen and (len(seen) < 6 or rows[0].country == "VN")):
        return True
    return entry.weak


def _outermost(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
