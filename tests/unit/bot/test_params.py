"""Times as people write them: by the country's clock, in the person's language."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.flows.build import build
from bot.params import target_time
from config.flow_files import read_flows
from config.texts import read_texts

CONFIG = Path("config")
TEXTS, PHRASES = read_texts(CONFIG / "texts"), build(read_flows(CONFIG)).phrases


def _ms(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def _told(lang: str, country: str | None, due: int, now: int) -> str:
    return target_time(country, due, now, lambda name: TEXTS.translate(lang, f"phrase.{name}", PHRASES[name]))


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "Sat 28 Nov, 07:53"),
        ("km", "ថ្ងៃសៅរ៍ ទី28 វិច្ឆិកា ម៉ោង 07:53"),
        ("lo", "ວັນເສົາ 28 ພະຈິກ 07:53"),
        ("my", "နိုဝင်ဘာ 28 စနေနေ့ 07:53"),
        ("th", "วันเสาร์ที่ 28 พ.ย. 07:53 น."),
        ("vi", "07:53 thứ Bảy 28/11"),
        ("zh", "11月28日周六 07:53"),
        ("zh-Hant", "11月28日週六 07:53"),
    ],
)
def test_a_time_on_another_day_is_written_as_people_write_it(lang: str, written: str) -> None:
    assert _told(lang, "TH", _ms(28, 0, 53), _ms(25, 6)) == written


def test_a_time_of_today_is_a_time_alone_by_the_countrys_own_clock() -> None:
    due, now = _ms(25, 6, 40), _ms(25, 6)
    assert [_told("en", country, due, now) for country in ("TH", "MM", "CN")] == ["13:40", "13:10", "14:40"]


@pytest.mark.parametrize("country", [None, "other", "at_sea", "AE"])
def test_a_time_by_a_clock_that_may_not_be_the_persons_says_by_which(country: str | None) -> None:
    assert _told("en", country, _ms(25, 6, 40), _ms(25, 6)) == "13:40 (UTC+7)"
    assert _told("th", country, _ms(28, 0, 53), _ms(25, 6)) == "วันเสาร์ที่ 28 พ.ย. 07:53 น. (UTC+7)"


def test_the_day_turns_by_the_countrys_clock() -> None:
    due, now = _ms(25, 16, 30), _ms(25, 15, 50)
    assert _told("en", "KH", due, now) == "23:30" and _told("en", "CN", due, now) == "Thu 26 Nov, 00:30"


def test_a_list_of_days_that_is_too_short_still_tells_a_time() -> None:
    assert target_time("TH", _ms(28, 0, 53), _ms(25, 6), lambda name: "Mon; Tue") == "07:53 28/11"
