"""The path of a case to its desk, in one sentence, from its history: no word of the person is opened for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from config.desks import Routing
from triage.events import Event
from triage.routing import NOBODY_ON_DUTY

MOVES = ("routed", "passed_on", "transferred", "taken_back")


def path(routing: Routing, history: Sequence[Event]) -> str:
    """`Cambodia desk (R01): the person is in Cambodia; then at 14:05 Regional desk (E1): nobody took it in hand in time.`"""
    parts: list[str] = []
    for event in history:
        if event.verb in MOVES:
            parts.append(_move(routing, event, first=not parts))
        elif event.verb == "nobody_left" and parts and not parts[-1].startswith("nobody took"):
            when = _time(routing, str(event.data.get("desk")), event.at)
            parts.append(f"nobody took it in hand by {when} and no desk is left: the operator is told")
    return ("; then ".join(parts) or "It has not been routed yet") + "."


def _move(routing: Routing, event: Event, first: bool) -> str:
    to = str(event.data.get("to"))
    name = routing.desks[to].name if to in routing.desks else to
    raw = event.data.get("rules")
    rules = [str(rule) for rule in raw] if isinstance(raw, list) else []
    when = "" if first else f"at {_time(routing, to, event.at)} "
    head = f"{when}{name} desk" + (f" ({', '.join(rules)})" if rules else "")
    return f"{head}: {_why(routing, event.verb, rules)}"


def _why(routing: Routing, verb: str, rules: list[str]) -> str:
    if verb == "passed_on":
        return "nobody took it in hand in time"
    if verb == "transferred":
        return "a responder handed it over"
    if verb == "taken_back":
        return "the desk that had it before took it back"
    known = {rule.id: rule.why for rule in routing.rules} | {stop.id: stop.why for stop in routing.stops}
    words = [known.get(rule, f"rule {rule}, which is no more") for rule in rules if rule != NOBODY_ON_DUTY]
    if NOBODY_ON_DUTY in rules:
        words.append("it is an emergency and nobody was on duty at the desk before")
    return ", but ".join(words) or "by rule"


def _time(routing: Routing, desk: str, at: int) -> str:
    offset = routing.desks[desk].hours.offset if desk in routing.desks else 0
    return f"{datetime.fromtimestamp(at / 1000, UTC) + timedelta(minutes=offset):%d %b %H:%M}"
