"""Which desk, and why. Pure: facts in, desk and reasons out."""

from __future__ import annotations

from dataclasses import dataclass

from config.desks import Routing, RoutingRule


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What routing looks at. `country` is where the person is now."""

    country: str | None
    level: str
    kind: str
    lang: str
    no_authorities: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The desk, the ids of the rule and stops that decided, and the path in one sentence."""

    desk: str
    rules: tuple[str, ...]
    why: str


def route(routing: Routing, facts: CaseFacts) -> Route:
    """The first rule that fits gives the desk; a stop then moves the case to the civil alternate."""
    rule = next(rule for rule in routing.rules if _fits(rule, facts))
    desk = routing.desks[rule.desk]
    for stop in routing.stops:
        if _stopped(stop.when, facts) and desk.run_by == stop.never:
            why = f"{routing.desks[desk.civil_alternate].name} desk ({stop.id}): {rule.why}, but {stop.why}"
            return Route(desk.civil_alternate, (rule.id, stop.id), why)
    return Route(desk.id, (rule.id,), f"{desk.name} desk ({rule.id}): {rule.why}")


def may_hold(routing: Routing, desk: str, facts: CaseFacts) -> bool:
    """True where no stop forbids this desk; asked again at each hand-over."""
    return not any(_stopped(stop.when, facts) and routing.desks[desk].run_by == stop.never for stop in routing.stops)


def _stopped(when: str, facts: CaseFacts) -> bool:
    return when == "no_authorities" and facts.no_authorities


def _fits(rule: RoutingRule, facts: CaseFacts) -> bool:
    return (
        (not rule.country or facts.country in rule.country)
        and (not rule.level or facts.level in rule.level)
        and (not rule.kind or facts.kind in rule.kind)
        and (not rule.lang or facts.lang in rule.lang)
    )
