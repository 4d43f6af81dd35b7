"""Reports of one event are linked by place, signs and time, and never across their bounds."""

from __future__ import annotations

import pytest

from tests.unit.triage.conftest import NOW, House
from triage import links
from triage.traces import of_message

HOUR = 3_600_000
KEY = b"k" * 16
SPOT, SIGNS = ("poipet", "KH-1"), ("locked", "unpaid", "hurt")
ONE, OTHER = "they keep twelve of us behind the market and hit whoever asks", "a lorry of men nobody pays, the gate is shut day and night"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_same_place_and_signs_within_days_are_linked_and_later_ones_are_not(house: House) -> None:
    first, near, late, elsewhere = (house.report(sender=f"+8550000001{n}") for n in range(4))
    limits, hours = house.routing.limits, house.routing.limits.scene_hours
    with house.database.writing() as tx:
        links.look(tx, limits, first.case_id, of_message(KEY, ONE, SPOT, SIGNS), NOW)
        assert links.look(tx, limits, near.case_id, of_message(KEY, OTHER, SPOT, SIGNS), NOW + (hours - 1) * HOUR) == 1
        assert links.look(tx, limits, elsewhere.case_id, of_message(KEY, OTHER[::-1], ("mae sot", "TH-63"), SIGNS), NOW + HOUR) == 0
        assert links.look(tx, limits, late.case_id, of_message(KEY, ONE[::-1], SPOT, SIGNS[:2]), NOW + HOUR) == 0, "two signs are few"
        (link,) = links.of_case(tx, house.kh, near.case_id)
        assert (link.ref, link.why, link.state, link.apart) == (first.ref, "the same place and signs", "maybe", 0)
    with house.database.writing() as tx:
        assert links.look(tx, limits, late.case_id, of_message(KEY, ONE[::-1], SPOT, SIGNS), NOW + (hours + 2) * HOUR) == 1, "near alone"
        assert [one.ref for one in links.of_case(tx, house.kh, late.case_id)] == [near.ref]
