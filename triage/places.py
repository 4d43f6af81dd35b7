"""Where the person is now: names found in the message, each with the part it plays. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.gazetteer import PlaceRow, Point, Roles
from triage.pins import Pin, Pins, Shapes
from triage.place_model import Known, Named, PlaceModel
from triage.place_names import AMBIGUOUS, Found, NameIndex
from triage.place_roles import RoleReader
from triage.vague import Sea, VagueReader

COUNTRIES = ("KH", "CN", "LA", "MM", "TH", "VN")
SCRIPTS = {
    "km": ("\u1780", "\u17ff"),
    "lo": ("\u0e80", "\u0eff"),
    "my": ("\u1000", "\u109f"),
    "th": ("\u0e00", "\u0e7f"),
    "zh": ("\u3400", "\u9fff"),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name in the text. `role` is here, there, origin, weak_origin, go, home, facing, nation, news or unclear."""

    country: str
    subdivision: str | None
    level: str
    start: int
    end: int
    words: str
    role: str


@dataclass(frozen=True, slots=True)
class Located:
    """Where the person is, as far as the message says; `why` in one plain sentence.

    `ambiguous` holds the codes between which the words leave it open (ask which one), the likeliest first; empty where it is clear.
    `unknown` is true where the person says that they do not know where they are; `sea` what is said of a vessel.
    """

    country: str | None
    subdivision: str | None
    mentions: tuple[Mention, ...]
    ambiguous: tuple[str, ...]
    words: tuple[str, ...]
    why: str
    unknown: bool = False
    sea: Sea | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message names, before it is decided which of it is meant."""

    text: str
    named: tuple[Named, ...]
    mentions: tuple[Mention, ...]
    unknown: bool
    sea: Sea | None


NOWHERE = Located(None, None, (), (), (), "no place is named")


class Gazetteer:
    """Finds places by name, and the subdivision of a pin."""

    def __init__(
        self,
        rows: Iterable[PlaceRow],
        roles: Roles,
        points: Iterable[Point] = (),
        shapes: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        rows = tuple(rows)
        self._index = NameIndex(rows)
        self._names: dict[str, PlaceRow] = {}
        for row in rows:
            if row.level in ("adm1", "country"):
                self._names.setdefault(row.subdivision or row.country, row)
        self._reader = RoleReader(roles)
        self._vague = VagueReader(roles)
        self._model = PlaceModel(roles.model)
        self._facing: dict[str, list[str]] = {}
        for one, other in roles.borders:
            self._facing.setdefault(one, []).append(other)
            self._facing.setdefault(other, []).append(one)
        self._points = tuple(points)
        self._read_shapes = shapes
        self._pins: Pins | None = None

    def __len__(self) -> int:
        return len(self._index)

    def use(self, model: PlaceModel) -> None:
        """Decides with another model; for training it."""
        self._model = model

    # Reading a message

    def locate(self, text: str) -> Located:
        """Where the person is now, by names and roles alone. `text` should be normalised; unknown and unclear stay unknown."""
        return self.decide(self.read(text))

    def read(self, text: str) -> Reading:
        """Every place that a normalised text names, with its part; vessels; and whether the person knows where they are."""
        found = self._index.find(text)
        unknown, sea = self._vague.lost(text), self._vague.sea(text, tuple((one.start, text[one.start : one.end]) for one in found))
        if not found:
            return Reading(text, (), (), unknown, sea)
        about = self._reader.about(text)
        parts = self._reader.read(text, found, about)
        said = [one for one, part in zip(found, parts, strict=True) if part.role != "unsaid"]
        if len(said) < len(found):  # what is no place must not stand between a place and its words
            parts = self._reader.read(text, said, about)
        named = tuple(Named(one, part, about) for one, part in zip(said, parts, strict=True))
        return Reading(text, named, tuple(_mention(text, one) for one in named), unknown, sea)

    def decide(self, reading: Reading, known: Known | None = None) -> Located:
        """Which of the places is meant; with what the rules know of the message, the model beside the roles is asked as well."""
        where = self._decide(reading, known)
        why = where.why
        if not reading.mentions and where.why == NOWHERE.why:
            why = "they do not know where they are" if reading.unknown else "at sea" if reading.sea else why
        return replace(where, why=why, unknown=reading.unknown, sea=reading.sea)

    def _decide(self, reading: Reading, known: Known | None) -> Located:
        named, mentions = reading.named, reading.mentions
        best = self._by_role(named)
        if known is not None and named and self._model:
            best = self._by_model(named, None if best is None else named[best].place, known)
        if best is None:
            why = "places are named, but none as where the person is now" if mentions else NOWHERE.why
            return Located(None, None, mentions, (), (), why)
        return self._located(best, named, mentions)

    def _by_role(self, named: tuple[Named, ...]) -> int | None:
        here = [at for at, one in enumerate(named) if one.part.weight > 0]
        if not here:
            return None
        best = max(here, key=lambda at: _rank(named, here, at))
        within = _within(named, here, best)
        return max(within, key=lambda at: _rank(named, within, at)) if within else best

    def _by_model(self, named: tuple[Named, ...], chosen: str | None, known: Known) -> int | None:
        likely = self._model.likely(named, chosen, known)
        here = [at for at, chance in enumerate(likely) if chance >= self._model.least]
        if not here:
            return None
        best = max(here, key=lambda at: (likely[at], at))
        within = _within(named, here, best)
        return max(within, key=lambda at: (likely[at], at)) if within else best

    def _located(self, best: int, named: tuple[Named, ...], mentions: tuple[Mention, ...]) -> Located:
        one, mention = named[best].one, mentions[best]
        across = self._across(best, mentions)
        if across is not None:
            return across
        codes = _claimed(one, mentions)
        country, subdivision = one.country, codes[0] if codes else None
        if len(codes) > 1:
            why = f"{mention.words} may be in {' or '.join(self.name_of(code, 'en') for code in codes[:3])}"
            return Located(codes[0][:2], codes[0], mentions, codes, (mention.words,), why)
        return Located(country, subdivision, mentions, (), (mention.words,), f"{mention.words} is named as where the person is")

    def _across(self, best: int, mentions: tuple[Mention, ...]) -> Located | None:
        """A border town and then "the other side": the subdivision that faces it."""
        one = mentions[best]
        for other in mentions[best + 1 : best + 2]:
            if one.subdivision and not other.subdivision and other.country != one.country and other.start - one.end <= 14:
                facing = [code for code in self._facing.get(one.subdivision, ()) if code.startswith(other.country)]
                if facing and other.role in ("here", "unclear", "there"):
                    why = f"{one.words}, the {self.name_of(other.country, 'en')} side"
                    return Located(
                        other.country, facing[0], mentions, tuple(facing) if len(facing) > 1 else (), (one.words, other.words), why
                    )
        return None

    # Looking up

    def pin(self, lat: float, lon: float) -> Pin | None:
        """What shapes and towns say of a pin, in degrees; None where neither knows it."""
        if self._pins is None:
            self._pins = Pins(Shapes(self._read_shapes()) if self._read_shapes else None, self._points)
        return self._pins.read(lat, lon)

    def nearest(self, lat: float, lon: float) -> Located:
        """The subdivision of a pin and the nearest town; nowhere where there is neither."""
        pin = self.pin(lat, lon)
        if pin is None:
            return NOWHERE
        both = {code for code in (pin.inside, pin.town_subdivision) if code} - {pin.subdivision}
        words = (pin.town,) if pin.town else ()
        return Located(pin.subdivision[:2], pin.subdivision, (), tuple(sorted(both)), words, f"a pin {pin.why}")

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


def _mention(text: str, named: Named) -> Mention:
    one = named.one
    return Mention(one.country, one.subdivision, one.level, one.start, one.end, text[one.start : one.end], named.part.role)


def _within(named: tuple[Named, ...], here: list[int], best: int) -> list[int]:
    """Where only a country is meant: the places of it that are named as well."""
    country = named[best].one.country
    return [] if named[best].one.subdivision else [at for at in here if named[at].one.subdivision and named[at].one.country == country]


def _rank(named: tuple[Named, ...], here: list[int], at: int) -> tuple[float, bool, int]:
    """The weightiest; a town before its own province; then the one said last."""
    one = named[at].one
    same = len({named[other].one.subdivision for other in here}) == 1
    return named[at].part.weight, same and len(here) > 1 and one.level not in ("adm1", "country"), one.start


def _claimed(one: Found, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """The codes of all who bear the name, the likeliest first; fewer where another name in the message tells which is meant."""
    codes: dict[str, None] = {one.subdivision: None} if one.subdivision else {}
    most = max((row.people for row in one.claims), default=0)
    for row in sorted(one.claims, key=lambda row: -row.people):
        if row.subdivision and (row.people * 8 >= most or one.level == AMBIGUOUS):
            codes.setdefault(row.subdivision)
    others = [m for m in mentions if m.start != one.start and m.role != "nation"]
    told = [code for code in codes if any(m.subdivision == code for m in others)]
    if not told:
        told = [code for code in codes if any(not m.subdivision and m.country == code[:2] for m in others)]
    return tuple(told[:1] if told else codes)
