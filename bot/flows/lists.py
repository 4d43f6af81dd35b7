"""Lists of options as they are shown: whole, or a page at a time. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flows.definition import LONG_PAGE, PAGE, Book, Step

Options = tuple[tuple[str, str], ...]


def options_of(book: Book, step: Step, lang: str, answers: Mapping[str, str]) -> Options:
    """All options of a step; those of a list of subdivisions are the chosen country's, by name in that language."""
    if step.kind != "subdivision":
        return step.options
    names = book.regions.get(answers.get("country", ""), {})
    return names.get(lang) or names.get("en", ())


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
