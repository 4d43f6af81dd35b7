"""Conversations as data: played through the engine, and compared line by line.

A line of a talk is one message: `say` (text), `press` (an option of the open question, or whole callback data), `form`, `pin`, `media`,
`card` or `outcome`. `look` is what triage found in a free text: the flow to begin, what is known, and
`again` where the case was made by an earlier word. Expected: `at` (the open step, `menu`,
or `end <name>`), `text` and `no_text` (fragments), `events`, `lang`, `silent`. `hushed: begins` marks the words that ask for
silence, `lasts` a message that is kept in it and moves nothing.
A talk may name the day that it is held on, `today: 2026-11-24`, where somebody says "yesterday".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.flows import engine
from bot.flows.check import SAMPLES
from bot.flows.definition import Book, Translate
from bot.flows.render import sms, telegram
from bot.flows.state import State
from bot.flows.turns import Card, Form, Given, Media, Outcome, Pin, Press, Text, Turn
from bot.quiet import covered, heeds

Line = Mapping[str, Any]


def play(talk: Mapping[str, Any], book: Book, translate: Translate, today: date) -> tuple[str, ...]:
    """What went otherwise than it is written, in words; empty where all went as written."""
    state = engine.start(str(talk.get("lang", "en")), small=talk.get("channel", "sms") == "sms")
    faults: list[str] = []
    today = talk["today"] if isinstance(talk.get("today"), date) else today
    for at, line in enumerate(talk["talk"], 1):
        if line.get("look") is not None and (state.talking or _settled(book, state, line)):
            faults.append(f"line {at}, {line}: the engine would not ask triage")
        turn = _turn(book, State.loads(state.dumps()), line, today)
        turn = covered(turn) if line.get("hushed") == "begins" else turn
        state = turn.state
        shown = sms if state.small else telegram
        said = shown(turn.says, state.lang, translate, SAMPLES)
        text = said if isinstance(said, str) else said.text
        faults += [f"line {at}, {line}: {fault}" for fault in _compare(line, turn, text)]
    return tuple(faults)


def _turn(book: Book, state: State, line: Line, today: date) -> Turn:
    look = line.get("look")
    if line.get("hushed") == "lasts" and not heeds(book, str(line.get("say", ""))):
        return Turn(state, ())
    if look is not None:
        return engine.begin(book, state, look.get("flow"), look.get("known", {}), keys=not look.get("again"))
    return engine.advance(book, state, given(state, line), line.get("known", {}), today)


def _settled(book: Book, state: State, line: Line) -> bool:
    """True where the engine needs no triage for a line."""
    called = engine.calls_help(book, state, str(line.get("say", "")))
    return engine.takes(book, state, given(state, line)) and not called


def given(state: State, line: Line) -> Given:
    """What a person gives by a line, to the question that is open."""
    if "press" in line:
        data = str(line["press"])
        return Press(data if ":" in data else f"v{state.version}:{state.step}:{data}")
    if "form" in line:
        return Form(f"v{state.version}:{state.step}", tuple(map(str, line["form"])), str(line.get("typed", "")))
    if "pin" in line:
        return Pin(*line["pin"])
    if "media" in line:
        return Media((line["media"],), line.get("caption", ""))
    if "card" in line:
        return Card()
    if "outcome" in line:
        return Outcome(line["outcome"])
    return Text(str(line["say"]))


def _compare(line: Line, turn: Turn, said: str) -> Iterator[str]:
    if line.get("at", place(turn.state)) != place(turn.state):
        yield f"is at {place(turn.state)}, not at {line['at']}; said {said!r}"
    for fragment in _listed(line.get("text", ())):
        if fragment not in said:
            yield f"{fragment!r} is not in {said!r}"
    for fragment in _listed(line.get("no_text", ())):
        if fragment in said:
            yield f"{fragment!r} is in {said!r}"
    events = [spoken(event) for event in turn.events]
    if "events" in line and events != list(_listed(line["events"])):
        yield f"events are {events}"
    if turn.state.lang != line.get("lang", turn.state.lang):
        yield f"is in {turn.state.lang}"
    if line.get("silent") and turn.says:
        yield f"said {said!r}, and should be silent"


def place(state: State) -> str:
    """Where a talk is, as transcripts say it."""
    return f"end {state.end}" if state.end else state.step


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def spoken(event: object) -> str:
    """`Answered country KH`: the event's name and its values."""
    values = [getattr(event, name) for name in type(event).__slots__]  # type: ignore[attr-defined]
    words = [",".join(map(str, value)) if isinstance(value, tuple) else str(value) for value in values]
    return " ".join([type(event).__name__, *(word for word in words if word)])
