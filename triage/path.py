"""The path of a case to its desk, in one sentence, from its history: no word of the person is opened for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from config.desks import Routing
from triage.events import Event
from triage.routing import NOBODY_ON_DUTY

MOVES = ("routed", "passed_on", "transferred", "taken_back")
LANES = ("set_apart", "put_back")
# Why a case was set apart, in words.
APART = {
    "flood": "it came in a flood",
    "test": "it reads like a test",
    "advertising": "it reads like advertising",
    "abuse": "it holds abuse alone",
}


def path(routing: Routing, history: Sequence[Event], clock: str) -> str:
    """`Cambodia desk: the person is in Cambodia; then on 24 Nov at 14:05 Regional desk: nobody took it in hand in time.`

    Times are by the clock of the desk `clock`, so that all of them can be compared.
    """
    parts: list[str] = []
    left = False
    for event in history:
        if event.verb in MOVES:
            parts.append(_move(routing, event, clock, first=not parts))
            left = False
        elif event.verb == "nobody_left" and not left:
            when = _time(routing, clock, event.at)
            parts.append(f"nobody took it in hand by {when} and no desk is left: the operator is told")
            left = True
    last = next((event for event in reversed(history) if event.verb in LANES or event.verb == "raised"), None)
    if parts and last is not None and last.verb == "set_apart":
        parts.append(f"it is set apart there: {APART.get(str(last.data.get('why')), 'a responder decided so')}")
    return ("; then ".join(parts) or "It has not been routed yet") + "."


def _move(routing: Routing, event: Event, clock: str, first: bool) -> str:
    to = str(event.data.get("to"))
    name = routing.desks[to].name if to in routing.desks else to
    raw = event.data.get("rules")
    rules = [str(rule) for rule in raw] if isinstance(raw, list) else []
    when = "" if first else f"{_time(routing, clock, event.at)} "
    return f"{when}{name} desk: {_why(routing, event, rules)}"


def _why(routing: Routing, event: Event, rules: list[str]) -> str:
    if event.verb == "passed_on":
        return "nobody took it in hand in time"
    if event.verb == "transferred":
        return "a responder handed it over"
    if event.verb == "taken_back":
        return "the desk that had it before took it back"
    known = {rule.id: rule.why for rule in routing.rules} | {stop.id: stop.why for stop in routing.stops}
    words = [known.get(rule, "a rule that is no more") for rule in rules if rule != NOBODY_ON_DUTY]
    if NOBODY_ON_DUTY in rules:
        words.append("it is an emergency and nobody was on duty at the desk before")
    said = ", but ".join(words) or "the rules of that time"
    return f"a responder set the place: {said}" if event.actor.startswith(("responder:", "operator")) else said


def _time(routing: Routing, desk: str, at: int) -> str:
    offset = routing.desks[desk].hours.offset if desk in routing.desks else 0
    return f"{datetime.fromtimestamp(at / 1000, UTC) + timedelta(minutes=offset):on %d %b at %H:%M}"
