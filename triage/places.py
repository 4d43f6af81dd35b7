"""Where the person is now: names found in the message, each with the part it plays. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from config.gazetteer import PlaceRow, Point, Roles
from triage.place_roles import Found, RoleReader
from triage.text import fold, normalise

# A vowel sign or tone after the name: another syllable, so another word.
GOES_ON = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3]")
WORD = re.compile(r"[a-z0-9']+")
NATIVE_MIN = 2
LATIN_MIN = 3
FUZZY_MIN, FUZZY_SCORE = 7, 88
COUNTRIES = ("KH", "CN", "LA", "MM", "TH", "VN")
SCRIPTS = {
    "km": ("\u1780", "\u17ff"),
    "lo": ("\u0e80", "\u0eff"),
    "my": ("\u1000", "\u109f"),
    "th": ("\u0e00", "\u0e7f"),
    "zh": ("\u3400", "\u9fff"),
}
# One-syllable names that are everyday words without their accents or their capital.
EVERYDAY = frozenset(
    "man nan tak trang hue han nga duc phap my anh uc thai lao nhat mon chin shan kep pai ann fang loei sg vn tq usa america"
    " vinh hoa pailin se kham phan sawi gwa bali oman jordan georgia dali jian wale manual pin mai chana malai"
    " phu sing la-un khong phin don aran oral".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name in the text. `role` is here, origin, go, nation or unclear."""

    country: str
    subdivision: str | None
    level: str
    start: int
    end: int
    words: str
    role: str


@dataclass(frozen=True, slots=True)
class Located:
    """Where the person is, as far as the message says; `why` in one plain sentence."""

    country: str | None
    subdivision: str | None
    mentions: tuple[Mention, ...]
    ambiguous: tuple[str, ...]
    words: tuple[str, ...]
    why: str


NOWHERE = Located(None, None, (), (), (), "no place is named")


class Gazetteer:
    """Finds places by name, and the nearest town of a pin."""

    def __init__(self, rows: Iterable[PlaceRow], roles: Roles, points: Iterable[Point] = ()) -> None:
        self._native: dict[str, list[tuple[str, PlaceRow]]] = {}
        self._latin: dict[tuple[str, ...], tuple[PlaceRow, str]] = {}
        self._joined: dict[str, PlaceRow] = {}
        self._names: dict[str, PlaceRow] = {}
        for row in rows:
            self._add(row)
        for names in self._native.values():
            names.sort(key=lambda item: -len(item[0]))
        self._fuzzy = [name for name in self._joined if len(name) >= FUZZY_MIN]
        self._longest = max((len(key) for key in self._latin), default=1)
        self._reader = RoleReader(roles)
        self._borders = {pair for one, other in roles.borders for pair in ((one, other), (other, one))}
        self._points = tuple(points)

    def _add(self, row: PlaceRow) -> None:
        code = row.subdivision or row.country
        if row.level in ("adm1", "country"):
            self._names.setdefault(code, row)
        for name in row.names:
            plain = normalise(name)
            folded = fold(plain)
            if folded.isascii():
                tokens = tuple(WORD.findall(folded))
                if tokens and (len(folded) >= LATIN_MIN or not plain.islower()):
                    self._latin.setdefault(tokens, (row, plain))
                    if len(tokens) > 1 and len("".join(tokens)) >= 6:
                        self._joined.setdefault("".join(tokens), row)
                    elif len(tokens) == 1 and len(tokens[0]) >= FUZZY_MIN:
                        self._joined.setdefault(tokens[0], row)
            elif len(plain) >= NATIVE_MIN:
                self._native.setdefault(folded[0], []).append((folded, row))

    # Reading a message

    def locate(self, text: str, lang: str | None = None) -> Located:
        """Where the person is now. `text` should be normalised; unknown and unclear stay unknown."""
        folded = fold(text)
        found = [*self._in_latin(text, folded), *self._in_native(folded)]
        found = _outermost(found)
        if not found:
            return NOWHERE
        roles = self._reader.read(folded, found)
        mentions = tuple(
            Mention(f.country, f.subdivision, f.level, f.start, f.end, text[f.start : f.end], role)
            for f, role in zip(found, roles, strict=True)
        )
        return self._decide(mentions)

    def _in_native(self, folded: str) -> list[Found]:
        found, at, end = [], 0, len(folded)
        while at < end:
            names = self._native.get(folded[at])
            if names is not None:
                for name, row in names:
                    if folded.startswith(name, at) and not GOES_ON.match(folded, at + len(name)):
                        found.append(Found(row.country, row.subdivision, row.level, at, at + len(name)))
                        at += len(name) - 1
                        break
            at += 1
        return found

    def _in_latin(self, text: str, folded: str) -> list[Found]:
        words = [(m.group(), m.start(), m.end()) for m in WORD.finditer(folded) if m.group()[0] < "\x80"]
        found, at = [], 0
        while at < len(words):
            hit = self._longest_at(text, words, at)
            if hit is not None:
                found.append(hit[0])
                at += hit[1]
            else:
                at += 1
        return found

    def _longest_at(self, text: str, words: list[tuple[str, int, int]], at: int) -> tuple[Found, int] | None:
        for size in range(min(self._longest, len(words) - at), 0, -1):
            part = words[at : at + size]
            known = self._latin.get(tuple(word for word, _, _ in part))
            start, end = part[0][1], part[-1][2]
            if known is not None and _same_accents(text[start:end], known[1]):
                row = known[0]
                return Found(row.country, row.subdivision, row.level, start, end), size
        for size in (3, 2, 1):
            part = words[at : at + size]
            joined = "".join(word for word, _, _ in part)
            row_or_none = self._joined.get(joined) if len(joined) >= 6 else None
            if row_or_none is None and size == 1 and len(joined) >= FUZZY_MIN and text[part[0][1] : part[0][2]].isascii():
                close = process.extractOne(joined, self._fuzzy, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE)
                row_or_none = self._joined[close[0]] if close and close[0][0] == joined[0] else None
            if row_or_none is not None and len(part) == size:
                row = row_or_none
                return Found(row.country, row.subdivision, row.level, part[0][1], part[-1][2]), size
        return None

    # Deciding

    def _decide(self, mentions: tuple[Mention, ...]) -> Located:
        here = [m for m in mentions if m.role in ("here", "there", "unclear")]
        strong = [m for m in here if m.role == "here"]
        # A country alone says less than a town; a clear word says more than a bare name.
        for pool in ([m for m in strong if m.subdivision], [m for m in here if m.subdivision], strong, here):
            if pool:
                best = max(
                    pool,
                    key=lambda m: (m.role == "here", m.level not in ("adm1", "country") and len(pool) > 1 and _same_area(pool), m.start),
                )
                return self._located(best, mentions)
        weak = [m for m in mentions if m.role == "weak_origin"]
        if weak:
            best = max(weak, key=lambda m: (m.subdivision is not None, -m.start))
            return self._located(best, mentions)
        return Located(None, None, mentions, (), (), "places are named, but none as where the person is now")

    def _located(self, best: Mention, mentions: tuple[Mention, ...]) -> Located:
        country, subdivision = best.country, best.subdivision
        across = next((m for m in mentions if not m.subdivision and m.country != country and 0 <= m.start - best.end <= 14), None)
        if subdivision and across is not None and across.role in ("here", "unclear"):
            other = next((b for a, b in sorted(self._borders) if a == subdivision and b.startswith(across.country)), None)
            if other is not None:
                return Located(across.country, other, mentions, (), (best.words, across.words), f"{best.words}, the {across.country} side")
        ambiguous = tuple(sorted({m.subdivision for m in mentions if m.subdivision and m.role == best.role} - {subdivision}))
        return Located(country, subdivision, mentions, ambiguous, (best.words,), f"{best.words} is named as where the person is")

    # Looking up

    def nearest(self, lat: float, lon: float) -> Located:
        """The nearest known town of a pin, in degrees; nowhere where none lies within 120 km."""
        if not self._points:
            return NOWHERE
        best = min(self._points, key=lambda p: _distance(lat, lon, p.lat, p.lon))
        away = _distance(lat, lon, best.lat, best.lon)
        if away > 120:
            return NOWHERE
        return Located(best.country, best.subdivision, (), (), (best.name,), f"a pin {away:.0f} km from {best.name}")

    def name_of(self, code: str, lang: str) -> str:
        """A country's or subdivision's name in a language; the English one, or the code, where there is none."""
        row = self._names.get(code)
        if row is None:
            return code
        low, high = SCRIPTS.get(lang, ("", ""))
        native = next((name for name in row.names if low and low <= name[0] <= high), None)
        return native or row.names[0]

    def subdivisions(self, country: str, lang: str) -> tuple[tuple[str, str], ...]:
        """(code, name) of a country's subdivisions, by name."""
        codes = [code for code in self._names if code.startswith(f"{country}-")]
        return tuple(sorted(((code, self.name_of(code, lang)) for code in codes), key=lambda item: item[1]))


def _same_area(pool: list[Mention]) -> bool:
    """True where a town and its own province are both named."""
    return len({m.subdivision for m in pool}) == 1


def _outermost(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _same_accents(seen: str, name: str) -> bool:
    """Words typed with accents mean exactly that name; words without may mean any. Everyday words need their accents or capital."""
    if not seen.isascii():
        return seen.lower() == name.lower()
    if seen.lower() in EVERYDAY:
        return name.isascii() and seen[:1].isupper() and seen == name
    return True


def _distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Kilometres on the ground, well enough for the nearest of many."""
    x = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 111.2 * math.hypot(x, lat2 - lat1)
