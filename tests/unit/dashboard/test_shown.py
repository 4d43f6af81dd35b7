"""Times, answers and remaining minutes, as responders read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import settings as settings_module
from config.desks import read_routing
from config.live import Fixed
from dashboard.parts import Parts, Rules
from dashboard.shown import answered, at, left, zone
from tests.unit.triage.samples import CONFIG, gazetteer

NOW = 1_795_000_000_000


@pytest.fixture(scope="module")
def parts() -> Parts:
    settings = settings_module.read({"HOTLINE_CONFIG": str(Path(CONFIG).absolute())})
    return Parts(settings, None, None, Fixed(Rules(read_routing(CONFIG), gazetteer())), lambda *_: None, lambda: NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "said"),
    [(0, "due now"), (59_000, "due now"), (-59_000, "due now"), (60_000, "1 min left"), (-60_000, "1 min over"), (3 * 3_600_000, "3 h left")],
)
def test_nobody_is_told_of_zero_minutes(span: int, said: str) -> None:
    assert left(NOW + span, NOW) == said


def test_every_time_of_a_page_is_by_one_clock_that_the_page_names(parts: Parts) -> None:
    desks = parts.routing.desks
    assert [zone(desks[name]) for name in ("kh", "mm", "cn", "regional")] == ["UTC+7", "UTC+6:30", "UTC+8", "UTC+7"]
    assert (at(0, 0), at(0, desks["mm"].hours.offset), zone(None)) == ("01 Jan 00:00", "01 Jan 06:30", "UTC+0")


@pytest.mark.parametrize(
    ("step", "value", "said"),
    [
        ("country", "KH", "Cambodia"),
        ("country", "at_sea", "at sea"),
        ("subdivision", "KH-1", "Banteay Meanchey"),
        ("contact_hours", ["h6_11", "h22_6"], "6–11 h, 22–6 h"),
        ("signs_control", ["cannot_leave"], "cannot leave"),
        ("needs", [], "skipped"),
    ],
)
def test_an_answer_is_told_in_words(parts: Parts, step: str, value: object, said: str) -> None:
    assert answered(parts, step, value) == said
