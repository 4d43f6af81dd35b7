"""Published statistics of several days, with reports from several villages, some erased in between, under an attack."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.fixtures.draws import drawn
from tests.fixtures.hotline import Hotline
from tests.fixtures.moved import Moved
from tests.fixtures.shift import DAY
from tests.torture.checker import opened, settle
from tests.torture.differences import Cell, K, attack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
# How many write from where on each of three days; together 23, 12, 11, 10, 3, with villages that no table may name.
PLACES = {
    "Bavet in Svay Rieng": (9, 8, 6),
    "Poipet": (4, 4, 4),
    "Mae Sot": (5, 3, 3),
    "Trat": (4, 3, 3),
    "Vientiane": (1, 1, 1),
}
SAYINGS = (
    "they keep my passport at the {job} in {place} and do not pay us",
    "my {kin} went to work in {place} as a {job}, the boss will not let them leave",
    "nobody paid me since {month}, I am at the {job} place in {place}",
    "a man sold my {kin} to a {job} boss in {place}, please help",
    "we are {n} people who work as {job} near {place}, they take our telephones and papers",
)
JOBS = ("fishing boat", "brick kiln", "casino", "scam compound", "garment factory", "karaoke bar", "rubber farm", "kitchen")
KIN, MONTHS = ("sister", "brother", "cousin", "wife", "son", "neighbour"), ("January", "March", "May", "July", "August")


def _reports() -> Iterator[tuple[int, str]]:
    """(day, words): no two are alike, else they would be set apart as a flood."""
    at = 0
    for place, days in PLACES.items():
        for day, count in enumerate(days):
            for _ in range(count):
                words = {"job": JOBS[at % 8], "kin": KIN[at % 6], "month": MONTHS[at % 5], "n": at + 2, "place": place}
                yield day, SAYINGS[at % 5].format(**words) + f" ({at} {JOBS[at * 5 % 8]} {KIN[at * 7 % 6]})"
                at += 1


def _people_write(moved: Moved) -> list[str]:
    """Everybody, on three days; their codes."""
    codes: list[str] = []
    for day in range(3):
        with ThreadPoolExecutor(4) as many:
            codes += many.map(lambda words: moved.hotline.web_report(words)[0], [words for at, words in _reports() if at == day])
        moved.pass_by(DAY)
    return codes


def _published(hotline: Hotline, others: tuple[str, ...] = ()) -> list[Cell]:
    """What `hotline export` tells today; other formats tell the same."""
    cells: list[Cell] = json.loads(hotline.run("export", "--format", "json").stdout)["cells"]
    for form in others:
        rows = list(csv.DictReader(io.StringIO(hotline.run("export", "--format", form).stdout)))
        assert [int(row["count"]) for row in rows if not row["count"].startswith("#")] == [int(cell["count"]) for cell in cells]
    return cells


def _table(*counts: int) -> list[Cell]:
    cells = [{"table": "adm1", "week": "2026-08-31", "country": "KH", "subdivision": f"KH-{at}", "count": count} for at, count in enumerate(counts)]
    return [*cells, {"table": "country", "week": "2026-08-31", "country": "KH", "count": sum(counts)}]


@pytest.mark.parametrize(
    "days",
    [
        {"one": _table(22, 7)},
        {"one": _table(22, 14), "another": _table(22, 13)},
        {"one": [cell for cell in _table(22, 7) if cell["count"] >= K]},
        {"one": [*_table(22, 11)[:2], {"table": "country", "week": "2026-08-31", "country": "KH", "count": 37}]},
    ],
    ids=["a small figure", "two days", "a small one left out", "a total that holds more"],
)
def test_the_attack_finds_what_looser_tables_show(days: dict[str, list[Cell]]) -> None:
    assert attack(days, 1, 2_000)


def test_no_two_tables_show_a_group_of_fewer_than_eleven(moved: Moved) -> None:
    hotline, database = moved.hotline, opened(moved.hotline)
    codes = _people_write(moved)
    settle(database, 60)
    database.engine.dispose()
    moved.pass_by(28 * DAY)
    days = {"first": _published(hotline, ("csv", "hxl"))}
    listed = Counter({(cell["country"], cell["subdivision"]): cell["count"] for cell in days["first"] if cell["table"] == "adm1"})
    assert listed and all(count % K == 0 for count in listed.values()), "nothing is told: the attack would find nothing whatever is wrong"
    for number, code in enumerate(codes[:6]):
        assert requests.post(f"{hotline.web}/return", data={"code": code, "do": "delete"}, timeout=20).ok
        if number % 2:
            moved.pass_by(DAY)
            days[f"after {number + 1}"] = _published(hotline)
    assert len({json.dumps(cells) for cells in days.values()}) > 1, "nothing changed from day to day"
    broken = attack(days, drawn(), 20_000)
    assert broken == [], broken
    told = json.dumps(days)
    assert not [place for place in ("Bavet", "Poipet", "Mae Sot") if place in told]
