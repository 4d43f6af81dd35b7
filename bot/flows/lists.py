"""Lists of options as they are shown: whole, or a page at a time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from bot.flows.definition import LONG_PAGE, PAGE, Book, Step

CANDIDATES = "candidates"  # the answer that triage gives: codes joined by commas
Options = tuple[tuple[str, str], ...]


def options_of(book: Book, step: Step, lang: str, answers: Mapping[str, str]) -> Options:
    """All options of a step; those of a list of subdivisions are the chosen country's, by name in that language."""
    if step.kind == "which":
        return _candidates(book, lang, answers)
    if step.kind != "subdivision":
        return step.options
    names = book.regions.get(answers.get("country", ""), {})
    return names.get(lang) or names.get("en", ())


def _candidates(book: Book, lang: str, answers: Mapping[str, str]) -> Options:
    """The places between which the words leave it open, each with its country; those of the country that was chosen, where one was."""
    codes = [code for code in answers.get(CANDIDATES, "").split(",") if code]
    own = [code for code in codes if code[:2] == answers.get("country")]
    return tuple((code, _name(book, lang, code)) for code in own or codes)


def _name(book: Book, lang: str, code: str) -> str:
    names = book.regions.get(code[:2], {})
    name = dict(names.get(lang) or names.get("en", ())).get(code, code)
    return f"{name} ({book.countries.get(lang, {}).get(code[:2], code[:2])})"


def page_size(step: Step) -> int:
    """How many options a page has."""
    return LONG_PAGE if step.kind == "subdivision" else PAGE


def is_paged(step: Step, lang: str, small: bool, count: int) -> bool:
    """True where the list comes a page at a time."""
    return count > LONG_PAGE if step.kind == "subdivision" else small and lang in step.paged


def page_of(options: Options, step: Step, page: int) -> Options:
    """The options of one page."""
    size = page_size(step)
    return options[page * size : page * size + size]


def mark_of(options: Options) -> int:
    """A number by which a list is known again: for these answers in this order, in whatever words. 0 for none."""
    return crc32(",".join([option for option, _ in options]).encode()) if options else 0
