"""Days and numbers as people write them: native digits, "yesterday", "3 days ago", 20/11/2569. Pure; today is passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.flows.keywords import normalise, toneless

BUDDHIST = 543  # years by which the Buddhist era is ahead, as Thailand counts it (Cambodia and Laos write the common era)
MAX_AGE = 120  # years; what lies further back is a slip
_DMY = re.compile(r"(\d{1,2}) ?[/.\- ] ?(\d{1,2})(?: ?[/.\- ] ?(\d{4}|\d{2}))?")
_YMD = re.compile(r"(\d{4}) ?[/.\-年] ?(\d{1,2}) ?[/.\-月] ?(\d{1,2}) ?日?号?")
_MD = re.compile(r"(\d{1,2}) ?月 ?(\d{1,2}) ?[日号號]?")
_DIGITS = re.compile(r"\d+")
_DAYS = {"days": 1, "weeks": 7, "months": 30}


@dataclass(frozen=True, slots=True)
class Dates:
    """`fixed`: a word → how many days ago. `patterns`: a phrase with a number → days of each. `months`, `numbers`: a word → its value."""

    fixed: Mapping[str, int] = field(default_factory=dict)
    patterns: tuple[tuple[re.Pattern[str], int], ...] = ()
    months: tuple[tuple[str, int], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)


def make_dates(raw: Mapping[str, object]) -> Dates:
    """From the `dates` of keywords.yaml: `ago` {days: words}, `days`, `weeks`, `months` (phrases with #), `names` and `numbers`."""
    numbers = {word: value for value, words in _numbered(raw, "numbers") for word in words}
    months = sorted(((word, value) for value, words in _numbered(raw, "names") for word in words), key=lambda item: -len(item[0]))
    fixed = {word: value for value, words in _numbered(raw, "ago") for word in words}
    counted = "|".join([r"\d+", *(re.escape(word) for word in sorted(numbers, key=len, reverse=True))])
    patterns = []
    for unit, size in _DAYS.items():
        phrases = raw.get(unit)
        for phrase in phrases if isinstance(phrases, list) else ():
            for flat in _both(str(phrase).replace("#", "0")):
                source = re.escape(flat).replace("0", f"({counted})").replace(r"\ ", r"\s*")
                patterns.append((re.compile(source), size))
    return Dates(fixed, tuple(patterns), tuple(months), numbers)


def _numbered(raw: Mapping[str, object], name: str) -> Iterable[tuple[int, tuple[str, ...]]]:
    group = raw.get(name)
    for value, words in group.items() if isinstance(group, Mapping) else ():
        yield int(value), tuple(flat for word in words for flat in _both(str(word)))


def _both(word: str) -> tuple[str, ...]:
    flat = normalise(word)
    return tuple(dict.fromkeys((flat, toneless(flat))))


def read_number(word: str, dates: Dates) -> int | None:
    """The one number in a short normalised text, in digits or as a word up to ten; None where there is none, or several."""
    found = _DIGITS.findall(word)
    if len(found) == 1 and len(word) <= 40 and len(found[0]) <= 9:
        return int(found[0])
    known = dates.numbers.get(word, dates.numbers.get(toneless(word)))
    return None if found else known


def read_date(word: str, dates: Dates, today: date) -> date | None:
    """The day that a normalised text names, the latest one where the year is left out; None where it names none."""
    ago = dates.fixed.get(word, dates.fixed.get(toneless(word)))
    if ago is not None:
        return today - timedelta(days=ago)
    plain = toneless(word)
    for pattern, size in dates.patterns:
        match = pattern.fullmatch(word) or pattern.fullmatch(plain)
        if match is not None:
            count = int(match.group(1)) if match.group(1).isdecimal() else dates.numbers.get(match.group(1), 0)
            return today - timedelta(days=count * size) if count * size <= MAX_AGE * 366 else None
    return _written(word, dates, today)


def _written(word: str, dates: Dates, today: date) -> date | None:
    if match := _YMD.fullmatch(word):
        return _day(int(match.group(1)), int(match.group(2)), int(match.group(3)), today)
    if match := _MD.fullmatch(word):
        return _latest(int(match.group(1)), int(match.group(2)), today)
    if match := _DMY.fullmatch(word):
        day, month, year = int(match.group(1)), int(match.group(2)), match.group(3)
        return _day(int(year), month, day, today) if year else _latest(month, day, today)
    for name, month in dates.months:
        if name in word or name in toneless(word):
            rest = [int(found) for found in _DIGITS.findall((word if name in word else toneless(word)).replace(name, " ", 1))]
            if len(rest) == 1 and rest[0] <= 31:
                return _latest(month, rest[0], today)
            if len(rest) == 2:
                day, year = sorted(rest) if max(rest) > 31 else rest
                return _day(year, month, day, today)
    return None


def _day(year: int, month: int, day: int, today: date) -> date | None:
    """A day with its year, of either era, of two digits or four; None where there is no such day or it lies far off."""
    if year < 100:
        years = [2000 + year, 2500 + year - BUDDHIST]
        year = min(years, key=lambda one: (one > today.year + 1, abs(today.year - one)))
    elif year > today.year + 400:
        year -= BUDDHIST
    if not today.year - MAX_AGE <= year <= today.year + 2:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(month: int, day: int, today: date) -> date | None:
    found = _day(today.year, month, day, today)
    return found if found is None or found <= today else _day(today.year - 1, month, day, today)
