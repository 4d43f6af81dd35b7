"""Hours at which a person may be written to, by their own clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hours import HOUR_MS, mask_of, next_safe, offset_of

NOON_UTC = 1_790_000_000_000 // (24 * HOUR_MS) * 24 * HOUR_MS + 12 * HOUR_MS


@pytest.mark.parametrize(
    ("spans", "hours"),
    [
        (("h18_22",), {18, 19, 20, 21}),
        (("h22_6",), {22, 23, 0, 1, 2, 3, 4, 5}),
        (("h6_11", "h11_14"), set(range(6, 14))),
        ((), set(range(8, 20))),
    ],
)
def test_spans_are_hours_and_none_is_daytime(spans: tuple[str, ...], hours: set[int]) -> None:
    assert {hour for hour in range(24) if mask_of(spans) >> hour & 1} == hours


def test_what_comes_at_a_wrong_hour_waits_for_the_first_safe_one() -> None:
    evening = mask_of(("h18_22",))
    assert next_safe(evening, offset_of("TH"), NOON_UTC) == NOON_UTC  # 19:00 in Thailand
    assert next_safe(evening, offset_of("CN"), NOON_UTC + 3 * HOUR_MS) == NOON_UTC + 22 * HOUR_MS  # 23:00 there, till 18:00
    assert next_safe(evening, offset_of("MM"), NOON_UTC - HOUR_MS) == NOON_UTC - HOUR_MS // 2  # 17:30 there
    assert next_safe(None, 0, NOON_UTC) == NOON_UTC


@given(
    st.lists(st.sampled_from(["h6_11", "h11_14", "h14_18", "h18_22", "h22_6"]), max_size=5),
    st.integers(0, 10**13),
    st.sampled_from(["KH", "MM", "CN", None]),
)
def test_it_is_never_early_never_a_day_late_and_safe_then(spans: list[str], now: int, country: str | None) -> None:
    mask, offset = mask_of(spans), offset_of(country)
    at = next_safe(mask, offset, now)
    assert now <= at < now + 24 * HOUR_MS and mask >> ((at + offset * 60_000) // HOUR_MS % 24) & 1
