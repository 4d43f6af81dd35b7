"""Every (context, English) that a person may read, once each, with a note for translators."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.definition import Book, Step

SHORT = "An answer; keep it short, at most 20 characters."
QUESTION = "A question; with its answers it must fit in an SMS."


def messages(book: Book) -> tuple[tuple[str, str, str], ...]:
    """(context, English, note) in the order in which a person meets them."""
    seen: dict[tuple[str, str], str] = {}
    for context, english, note in _all(book):
        if english:
            seen.setdefault((context, english), note)
    return tuple((context, english, note) for (context, english), note in seen.items())


def _all(book: Book) -> Iterator[tuple[str, str, str]]:
    for name, text in book.phrases.items():
        yield f"phrase.{name}", text, ""
    for _, title in book.menu.options:
        yield "menu", title, SHORT
    for flow in book.flows.values():
        yield from ((context, text, "") for context, text in flow.opening)
        for step in flow.steps.values():
            yield from _step(step)
        for lines in flow.ends.values():
            yield from ((context, text, "") for context, text in lines)


def _step(step: Step) -> Iterator[tuple[str, str, str]]:
    yield step.context, step.text, QUESTION if step.kind != "say" else ""
    yield step.context, step.cover, QUESTION
    for _, label in step.options:
        yield step.labels, label, f"Answers: {step.text}"
    for text in step.says.values():
        yield step.context, text, ""
