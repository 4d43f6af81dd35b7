"""Conversations as data: who says what, what is answered, by step, text and event.

A line of a talk is one message: `say` (text), `press` (an option of the open question, or whole callback data), `form`, `pin`, `media`,
`card` or `outcome`. `look` is what triage found in a free text: the flow to begin and what is known. Expected: `at` (the open step, `menu`,
or `end <name>`), `text` and `no_text` (fragments), `events`, `lang`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.flows import engine
from bot.flows.build import build
from bot.flows.check import SAMPLES
from bot.flows.definition import Book
from bot.flows.render import sms, telegram
from bot.flows.state import State
from bot.flows.turns import Card, Form, Given, Media, Outcome, Pin, Press, Text, Turn
from bot.regions import regions
from config.files import read_yaml
from config.flow_files import read_flows
from config.gazetteer import read_places, read_roles
from config.texts import Texts, read_texts
from triage.places import Gazetteer

TODAY = date(2026, 11, 24)
HERE = Path(__file__).parent
CONFIG = HERE.parent.parent / "config"
PLACES = CONFIG / "places"


def _talks() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yaml")):
        for talk in read_yaml(path):
            yield pytest.param(talk, id=f"{path.stem}: {talk['name']}")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return read_texts(CONFIG / "texts")


@pytest.fixture(scope="module")
def book(texts: Texts) -> Book:
    return build(read_flows(CONFIG), texts.translate, regions(Gazetteer(read_places(PLACES), read_roles(PLACES)), ("en", *texts.languages)))


@pytest.mark.parametrize("talk", list(_talks()))
def test_a_talk_goes_as_it_is_written(talk: Any, book: Book, texts: Texts) -> None:
    state = engine.start(talk.get("lang", "en"), small=talk.get("channel", "sms") == "sms")
    for at, line in enumerate(talk["talk"], 1):
        turn = _turn(book, State.loads(state.dumps()), line)
        state = turn.state
        shown = sms if state.small else telegram
        said = shown(turn.says, state.lang, texts.translate, SAMPLES)
        _compare(f"line {at}, {line}", line, turn, said if isinstance(said, str) else said.text)


def _turn(book: Book, state: State, line: Any) -> Turn:
    given, look = _given(state, line), line.get("look")
    if look is not None:
        assert not state.talking and not engine.takes(book, state, given), f"{line}: the engine would not ask triage"
        return engine.begin(book, state, look.get("flow"), look.get("known", {}))
    return engine.advance(book, state, given, line.get("known", {}), TODAY)


def _given(state: State, line: Any) -> Given:
    if "press" in line:
        data = str(line["press"])
        return Press(data if ":" in data else f"v{state.version}:{state.step}:{data}")
    if "form" in line:
        return Form(f"v{state.version}:{state.step}", tuple(map(str, line["form"])), line.get("typed", ""))
    if "pin" in line:
        return Pin(*line["pin"])
    if "media" in line:
        return Media((line["media"],), line.get("caption", ""))
    if "card" in line:
        return Card()
    if "outcome" in line:
        return Outcome(line["outcome"])
    return Text(str(line["say"]))


def _compare(where: str, line: Any, turn: Turn, said: str) -> None:
    state = turn.state
    place = f"end {state.end}" if state.end else state.step
    assert place == line.get("at", place), f"{where}: is at {place}; said {said!r}"
    for fragment in _listed(line.get("text", ())):
        assert fragment in said, f"{where}: {fragment!r} is not in {said!r}"
    for fragment in _listed(line.get("no_text", ())):
        assert fragment not in said, f"{where}: {fragment!r} is in {said!r}"
    if "events" in line:
        assert [_spoken(event) for event in turn.events] == list(_listed(line["events"])), where
    assert state.lang == line.get("lang", state.lang), where
    if line.get("silent"):
        assert turn.says == (), where


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _spoken(event: object) -> str:
    """`Answered country KH`: the event's name and its values."""
    values = [getattr(event, name) for name in type(event).__slots__]  # type: ignore[attr-defined]
    words = [",".join(value) if isinstance(value, tuple) else str(value) for value in values]
    return " ".join([type(event).__name__, *(word for word in words if word)])
