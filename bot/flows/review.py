"""What a person has told so far in this talk, question by question, to read over and change. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.flows.definition import Book, Step, Translate
from bot.flows.lists import options_of
from bot.flows.state import State


@dataclass(frozen=True, slots=True)
class Line:
    """One question with the labels chosen; none where it was answered in words (which are not remembered here)."""

    step: str
    question: str
    labels: tuple[str, ...]


def review(book: Book, state: State, translate: Translate) -> tuple[Line, ...]:
    """The answered questions in their order; skipped ones are left out."""
    if not state.talking:
        return ()
    steps = (_step(book, state, place) for place in dict.fromkeys(state.trail))
    return tuple(_line(book, state, step, translate) for step in steps if step is not None and state.answers.get(step.key))


def _step(book: Book, state: State, place: str) -> Step | None:
    *calls, name = place.split("|")
    root = state.calls[0].split("/")[0] if state.calls else state.flow
    flow = book.flows.get(root)
    if calls and flow is not None:
        caller, _, step = calls[-1].partition("/")
        call = book.flows[caller].steps.get(step) if caller in book.flows else None
        flow = book.flows.get(call.call) if call is not None else None
    return flow.steps.get(name) if flow is not None else None


def _line(book: Book, state: State, step: Step, translate: Translate) -> Line:
    text = step.cover if step.cover and state.cover else step.text
    options = dict(options_of(book, step, state.lang, state.answers))
    chosen = state.answers[step.key].split(",")
    labels = tuple(translate(state.lang, step.labels, options[one]) if step.labels else options[one] for one in chosen if one in options)
    if step.kind in ("number", "date"):
        labels = tuple(chosen)
    return Line(step.id, translate(state.lang, step.context, text), labels)
