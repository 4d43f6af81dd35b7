"""No figure and no difference of two figures shows fewer than eleven people."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.triage.conftest import NOW, House
from triage.cli_export import FORMATS
from triage.intake import FirstLook
from triage.statistics import TABLES, Cell, K, cells, tabulate

WEEKS = ("2026-08-31", "2026-09-07")
BEFORE = date(2026, 9, 14)
DAY = 86_400_000
RECORD = st.fixed_dictionaries(
    {
        "week": st.sampled_from(WEEKS),
        "country": st.sampled_from(("KH", "TH")),
        "subdivision": st.sampled_from(("KH-1", "KH-2")),
        "kind": st.sampled_from(("tip", "help_self")),
        "urgency": st.sampled_from(("low", "emergency")),
        "age": st.sampled_from(("under_18", "18_or_unknown")),
        "status": st.sampled_from(("active", "closed")),
    }
)


def safe(number: int) -> bool:
    return number == 0 or abs(number) >= K


def rolled_up(found: tuple[Cell, ...], keep: tuple[str, ...]) -> list[int]:
    """Sums over each table by what it shares with another: what somebody who subtracts would build."""
    sums: dict[tuple[Any, ...], int] = {}
    for cell in found:
        key = (cell.table, *(cell.by[name] for name in keep))
        sums[key] = sums.get(key, 0) + cell.count
    return list(sums.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(RECORD, max_size=120), st.integers(0, 40))
def test_no_figure_and_no_difference_shows_fewer_than_eleven(records: list[dict[str, str]], gone: int) -> None:
    today, later = tabulate(records, BEFORE), tabulate(records[gone:], BEFORE)
    figures = [cell.count for cell in today + later]
    for keep in ((), ("week",), ("week", "country")):
        figures += rolled_up(today, keep) + rolled_up(later, keep)
    assert all(safe(one) for one in figures)
    assert all(safe(one - other) for one, other in combinations(sorted(set(figures)), 2))


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORD, max_size=120))
def test_what_is_told_is_never_more_than_there_is_and_misses_fewer_than_eleven(records: list[dict[str, str]]) -> None:
    for cell in tabulate(records, BEFORE):
        true = sum(all(record[name] == value for name, value in cell.by.items()) for record in records)
        assert cell.count <= true < cell.count + K


def test_eleven_are_told_and_ten_are_not() -> None:
    record = {"week": WEEKS[0], "country": "KH", "subdivision": "KH-1", "kind": "tip", "urgency": "low", "age": "18_or_unknown", "status": "active"}
    assert tabulate([record] * 10, BEFORE) == ()
    assert {(cell.table, cell.count) for cell in tabulate([record] * 11, BEFORE)} == {(name, 11) for name in TABLES}


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_only_whole_weeks_that_ended_long_ago_are_told(house: House) -> None:
    for number in range(12):
        house.report("sample words", sender=f"+{number}", look=FirstLook("km", "help_self", "high", "KH", "KH-12"))
    with house.database.reading() as tx:
        told = [bool(cells(tx, NOW + days * DAY)) for days in range(0, 29)]
    assert told[13] is False and told[28] is True and told == sorted(told)


def test_each_format_can_be_read_by_those_it_is_for() -> None:
    found = tuple(Cell("status", {"week": WEEKS[0], "country": "KH", "kind": kind, "status": "closed"}, 22) for kind in ("help_self", "tip"))
    rows = list(csv.reader(io.StringIO(FORMATS["hxl"](found))))
    assert rows[1][1:4] == ["#date+reported+start", "#country+code", "#adm1+code"] and rows[2][-1] == "22"
    assert json.loads(FORMATS["json"](found))["cells"][0]["count"] == 22
    one, two = json.loads(FORMATS["htcds"](found))["cases"]
    assert (one["vic_TraffickingStatus"], one["cas_Status"]) == ("PossibleVictimOfTrafficking", "Closed")
    assert "vic_TraffickingStatus" not in two


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_spreadsheet_finds_no_formula(value: str) -> None:
    row = list(csv.reader(io.StringIO(FORMATS["csv"]((Cell("country", {"week": WEEKS[0], "country": value}, 11),)))))[1]
    assert row[2] == "'" + value
