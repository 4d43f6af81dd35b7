"""Which desk, and why. Pure: facts in, desk and reasons out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.desks import Desk, Routing, RoutingRule
from triage.duty import next_shift, on_duty

SIX = ("KH", "CN", "LA", "MM", "TH", "VN")
# The rule of the house that has no line in routing.yaml: an emergency does not wait for a shift.
NOBODY_ON_DUTY = "H1"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What routing looks at. `country` is where the person is now; `implicated` who is said to take part (`police`, `desk:th`)."""

    country: str | None
    level: str
    kind: str
    lang: str
    no_authorities: bool = False
    subdivision: str | None = None
    at_sea: bool = False
    implicated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """The desk, the ids of the rule and stops that decided (for the history), and the path in one sentence without them."""

    desk: str
    rules: tuple[str, ...]
    why: str


def route(routing: Routing, facts: CaseFacts, now: int | None = None) -> Route:
    """The first rule that fits gives the desk; a stop moves the case to the civil alternate, an empty desk an emergency to the next."""
    rule = next(rule for rule in routing.rules if _fits(routing, rule, facts))
    desk, ids, why = routing.desks[rule.desk], [rule.id], rule.why
    for stop in barred_by(routing, desk.id, facts):
        ids.append(stop)
        why += f", but {routing.stop(stop)}"
    if len(ids) > 1:
        desk = _civil(routing, desk, facts)
    if now is not None and facts.level == "emergency" and not on_duty(desk.hours, now):
        awake = next((d for d in after(routing, desk.id, facts) if on_duty(routing.desks[d].hours, now)), None)
        if awake is not None:
            ids.append(NOBODY_ON_DUTY)
            why += f", and nobody is on duty there {_until(desk, now)}"
            desk = routing.desks[awake]
    return Route(desk.id, tuple(ids), f"{desk.name} desk: {why}")


def may_hold(routing: Routing, desk: str, facts: CaseFacts) -> bool:
    """True where no stop forbids this desk; asked again at each hand-over."""
    return not any(True for _ in barred_by(routing, desk, facts))


def barred_by(routing: Routing, desk: str, facts: CaseFacts) -> Iterator[str]:
    """The stops that forbid this desk."""
    one = routing.desks[desk]
    for stop in routing.stops:
        if stop.never == "government" and facts.no_authorities and one.run_by == "government":
            yield stop.id
        elif stop.never == "implicated" and _takes_part(one, facts):
            yield stop.id


def after(routing: Routing, desk: str, facts: CaseFacts) -> Iterator[str]:
    """The desks that come after this one and may hold the case, each once, along `passes_to`."""
    seen, waiting = {desk}, list(routing.desks[desk].passes_to)
    while waiting:
        one = waiting.pop(0)
        if one in seen or one not in routing.desks:
            continue
        seen.add(one)
        waiting += routing.desks[one].passes_to
        if may_hold(routing, one, facts):
            yield one


def _civil(routing: Routing, desk: Desk, facts: CaseFacts) -> Desk:
    """The civil alternate; where that is forbidden too, the first desk behind it that may hold the case."""
    alternate = routing.desks[desk.civil_alternate]
    if may_hold(routing, alternate.id, facts):
        return alternate
    return routing.desks[next(after(routing, alternate.id, facts), alternate.id)]


def _takes_part(desk: Desk, facts: CaseFacts) -> bool:
    """Named itself, or run by the government whose officials are said to take part. The hotline's own civil desks stay."""
    if f"desk:{desk.id}" in facts.implicated:
        return True
    officials = {"police", "officials", "embassy"} & set(facts.implicated)
    return bool(officials) and desk.run_by == "government" and facts.country in (None, desk.country)


def _until(desk: Desk, now: int) -> str:
    begin = next_shift(desk.hours, now)
    if begin is None:
        return "any more"
    local = datetime.fromtimestamp(begin / 1000, UTC) + timedelta(minutes=desk.hours.offset)
    return f"before {local:%H:%M}"


def _fits(routing: Routing, rule: RoutingRule, facts: CaseFacts) -> bool:
    lists = (
        (rule.country, facts.country),
        (rule.level, facts.level),
        (rule.kind, facts.kind),
        (rule.lang, facts.lang),
    )
    flags = (
        (rule.at_sea, facts.at_sea),
        (rule.outside, facts.country is not None and facts.country not in SIX),
        (rule.no_authorities, facts.no_authorities),
        (rule.implicated, bool(facts.implicated)),
    )
    if rule.subdivision and not set(rule.subdivision) & set(routing.parts_of(facts.subdivision)):
        return False
    return all(not wanted or value in wanted for wanted, value in lists) and all(wanted in (None, value) for wanted, value in flags)
