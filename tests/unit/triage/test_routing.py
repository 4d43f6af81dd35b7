"""Which desk: rules in order, stops that nothing overrides, and desks that sleep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.desks import Routing, RoutingRule, read_routing
from config.hours import BadHours, Hours, read_hours
from tests.unit.triage.samples import CONFIG
from triage import duty
from triage.routing import CaseFacts, after, may_hold, route

ROUTING = read_routing(CONFIG)
MINUTE = 60_000


def at(day: int, hour: int, minute: int = 0) -> int:
    """A local time at UTC+7 in the week of Monday 7 September 2026."""
    return int(datetime(2026, 9, day, hour, minute, tzinfo=UTC).timestamp() * 1000) - 7 * 60 * MINUTE


def with_hours(desk: str, **days: str) -> Routing:
    hours = read_hours("+07:00", {name.replace("_", "-"): text for name, text in days.items()}, [])
    return replace(ROUTING, desks={**ROUTING.desks, desk: replace(ROUTING.desks[desk], hours=hours)})


def facts(country: str | None = "KH", level: str = "high", **more: object) -> CaseFacts:
    return replace(CaseFacts(country, level, "help_self", "km"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("country", "desk"),
    [("KH", "kh"), ("CN", "cn"), ("LA", "la"), ("MM", "mm"), ("TH", "th"), ("VN", "vn"), (None, "regional"), ("MY", "regional")],
)
def test_the_place_gives_the_desk(country: str | None, desk: str) -> None:
    assert route(ROUTING, facts(country)).desk == desk


def test_every_condition_of_a_rule_must_hold() -> None:
    rule = RoutingRule("X1", "th", "sample", ("KH",), ("high",), ("help_self",), ("km",), ("KH-1",), False, False, False, False)
    tuned = replace(ROUTING, rules=(rule, *ROUTING.rules))
    fit = facts(subdivision="KH-1")
    assert route(tuned, fit).rules == ("X1",)
    others = ({"country": "LA"}, {"level": "low"}, {"kind": "tip"}, {"lang": "en"}, {"subdivision": "KH-2"}, {"at_sea": True})
    for other in (*others, {"no_authorities": True}, {"implicated": ("police",)}):
        assert "X1" not in route(tuned, replace(fit, **other)).rules, other  # type: ignore[arg-type]


def test_at_sea_and_outside_say_so() -> None:
    assert "at sea" in route(ROUTING, facts(None, at_sea=True)).why
    assert "outside of the six" in route(ROUTING, facts("MY")).why


@pytest.mark.parametrize("country", ["KH", "CN", "LA", "MM", "TH", "VN"])
@pytest.mark.parametrize(("more", "stop"), [({"no_authorities": True}, "S1"), ({"implicated": ("police",)}, "S3")])
def test_a_stop_moves_the_case_to_the_civil_desk(country: str, more: dict[str, object], stop: str) -> None:
    found = route(ROUTING, facts(country, **more))
    assert found.desk == "regional" and stop in found.rules and ROUTING.stop(stop) in found.why
    assert not may_hold(ROUTING, country.lower(), facts(country, **more))


def test_officials_of_one_country_bar_that_countrys_desk_alone() -> None:
    assert may_hold(ROUTING, "th", facts("KH", implicated=("police",))) and not may_hold(
        ROUTING, "th", facts("KH", implicated=("desk:th",))
    )


def test_an_emergency_does_not_wait_for_a_shift() -> None:
    tuned = with_hours("kh", mon_fri="08:00-17:00")
    assert route(tuned, facts(level="emergency"), at(7, 9)).desk == "kh"
    night = route(tuned, facts(level="emergency"), at(7, 23))
    assert (night.desk, night.rules) == ("regional", ("R01", "H1")) and "before 08:00" in night.why
    assert route(tuned, facts(level="high"), at(7, 23)).desk == "kh"


def test_an_empty_desk_never_passes_to_one_that_a_stop_forbids() -> None:
    tuned = with_hours("regional", mon_fri="08:00-17:00")
    chained = replace(tuned.desks["regional"], passes_to=("th", "vn"))
    tuned = replace(tuned, desks={**tuned.desks, "regional": chained})
    said_no = facts(None, "emergency", no_authorities=True)
    assert list(after(tuned, "regional", said_no)) == [] and route(tuned, said_no, at(7, 23)).desk == "regional"
    assert route(tuned, facts(None, "emergency"), at(7, 23)).desk == "th"


def test_the_true_time_lies_in_a_shift() -> None:
    hours = read_hours("+07:00", {"mon-fri": "08:00-17:00", "sat": "22:00-02:00"}, [])
    assert duty.due(hours, 60, at(7, 9)) == at(7, 10)
    assert duty.due(hours, 60, at(7, 23)) == at(8, 9)
    assert duty.due(hours, 60, at(7, 16, 30)) == at(8, 9)
    assert duty.due(hours, 1440, at(10, 12)) == at(11, 12)
    assert duty.due(hours, 1440, at(11, 12)) == at(12, 23), "the next shift is on Saturday night"
    assert duty.on_duty(hours, at(13, 1)) and not duty.on_duty(hours, at(13, 2))


def test_nobody_is_on_duty_on_a_holiday() -> None:
    hours = read_hours("+07:00", {"mon-fri": "08:00-17:00"}, ["2026-09-08"])
    assert not duty.on_duty(hours, at(8, 9)) and duty.next_shift(hours, at(7, 20)) == at(9, 8)
    assert not duty.on_duty(read_hours("+07:00", "always", ["2026-09-08"]), at(8, 9))


def test_a_desk_that_never_opens_has_no_shift() -> None:
    assert duty.next_shift(Hours(420, False), at(7, 9)) is None and duty.due(Hours(420, False), 60, at(7, 9)) == at(7, 10)


@pytest.mark.parametrize(
    ("zone", "raw"), [("7", "always"), ("+07:00", "often"), ("+07:00", {"noday": "08:00-09:00"}), ("+07:00", {"mon": "8-9"})]
)
def test_hours_that_cannot_be_read_are_refused(zone: str, raw: object) -> None:
    with pytest.raises(BadHours):
        read_hours(zone, raw, [])


def test_a_rule_for_a_new_province_holds_in_the_old_ones_that_went_into_it() -> None:
    rule = replace(ROUTING.rules[0], id="R00", country=(), subdivision=("VN-02",), desk="regional")
    tuned = replace(ROUTING, rules=(rule, *ROUTING.rules))
    assert [route(tuned, facts("VN", subdivision=code)).desk for code in ("VN-02", "VN-06", "VN-04")] == ["regional", "regional", "vn"]
    assert ROUTING.parts_of("VN-06") == ("VN-06", "VN-02") and ROUTING.parts_of(None) == ()
    assert len({code for code in ROUTING.mergers if code.startswith("VN-")}) >= 29, "63 provinces and Ha Tay went into 34"
