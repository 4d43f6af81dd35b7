"""A telephone number reaches a person only where it was read in its named source; no text carries one of its own."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from config.desks import Services, read_services
from config.files import read_yaml
from tests.guards.tree import ROOT

CONFIG = ROOT / "config"
TODAY = date(2026, 11, 24)
PLACES, USES = ((None, None), *((code, None) for code in ("KH", "CN", "LA", "MM", "TH", "VN", "MY", "SG", "TW", "KR", "JP")), ("CN", "CN-HK"), ("CN", "CN-MO"), ("KH", "KH-12")), ("danger", "child", "worker", "women", "abroad")
LANGUAGES = (None, "en", "th", "lo", "km", "my", "vi", "zh")
NATIVE = {zero + digit: str(digit) for zero in (0x0E50, 0x0ED0, 0x17E0, 0x1040, 0xFF10) for digit in range(10)}


def plain(text: str) -> str:
    return text.translate(NATIVE)


def carries(text: str, number: str) -> bool:
    digits = r"[\s.\-–]*".join(re.escape(part) for part in number.split())
    return re.search(rf"(?<![\d{{]){digits}(?!\d)", plain(text)) is not None


def shown(services: Services, today: date) -> set[str]:
    return {number for place in PLACES for use in USES for lang in LANGUAGES if (number := services.number(place, use, lang, today))}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return list(read_yaml(CONFIG / "services.yaml")["services"])


def test_every_number_says_how_sure_it_is_and_where_it_was_read(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 15 and {row["evidence"] for row in rows} <= {"V", "S", "U"}
    assert [row["id"] for row in rows if row["evidence"] == "V" and row["source"] in (None, "", "none")] == []
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("demo", [True, False])
def test_a_number_that_is_not_verified_is_never_given(rows: list[dict[str, Any]], demo: bool) -> None:
    unsure = {row["number"] for row in rows if row["evidence"] != "V"}
    sure = {row["number"] for row in rows if row["evidence"] == "V"}
    services = read_services(CONFIG, demo)
    given = shown(services, TODAY) | {service.number for service in services.all if services.may_show(service, TODAY)}
    assert given & (unsure - sure) == set()
    assert bool(given) is demo, "production gives no number until an operator has called it"


def test_no_text_carries_a_number_of_its_own(rows: list[dict[str, Any]]) -> None:
    # Texts take a number by {number}; one that is written out would outlive its evidence. Two-digit keys are not numbers of services.
    folders = ("flows/*.yaml", "texts/*.yaml", "texts/*/*.po")
    found = {path: path.read_text(encoding="utf-8") for folder in folders for path in CONFIG.glob(folder)}
    spoken = {
        path: "\n".join(line for line in text.splitlines() if not line.startswith(("#", '"POT', '"PO-'))) for path, text in found.items()
    }
    assert [f"{path.name}: {row['number']}" for path, text in spoken.items() for row in rows if carries(text, row["number"])] == []


def test_a_test_call_goes_stale(rows: list[dict[str, Any]]) -> None:
    services = read_services(CONFIG, False)
    called = Services(tuple(_called(service) for service in services.all), 90, False)
    assert shown(called, TODAY) and not shown(called, TODAY + timedelta(days=91))


def _called(service: Any) -> Any:
    from dataclasses import replace

    return replace(service, verified_on=TODAY)


def test_a_place_with_a_network_of_its_own_gets_its_own_numbers_only() -> None:
    services = read_services(CONFIG, True)
    macau, hong_kong, mainland = (services.of(("CN", code), TODAY) for code in ("CN-MO", "CN-HK", "CN-YN"))
    assert [s.number for s in macau] == ["+853 2888 9911"] and [s.number for s in hong_kong] == ["+852 2157 9537"]
    assert mainland == services.of(("CN", None), TODAY) != () and not {*macau, *hong_kong} & {*mainland}
    assert services.number(("KH", "KH-12"), "danger", "km", TODAY) == services.number(("KH", None), "danger", "km", TODAY)


@pytest.mark.parametrize("country", ["MY", "SG", "TW", "KR", "JP", "PH", "ID", "AE", "AU", "GB", "US"])
def test_where_people_of_the_six_are_taken_a_number_of_that_country_is_known(country: str) -> None:
    found = read_services(CONFIG, True).of((country, None), TODAY)
    assert found and all(service.evidence == "V" and service.country == country for service in found)
    assert read_services(CONFIG, True).number((country, None), "danger", "my", TODAY) is not None


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Call 1300 now", True), ("โทร ๑๓๐๐", True), ("1 1300 2", True), ("{n1300}", True), ("13001", False), ("21300", False)],
)
def test_the_guard_sees_a_number(text: str, seen: bool) -> None:
    assert carries(text, "1300") is seen
