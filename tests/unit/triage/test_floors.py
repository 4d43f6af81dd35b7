"""The measures on all labelled messages never fall below floors.json, which only rises."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.labelled import measures, read
from benchmarks.triage import guesses
from tests.unit.triage.samples import triage

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
LOWER_IS_BETTER = {"invented"}


@lru_cache(maxsize=1)
def measured() -> dict[str, float | None]:
    rows = read([HERE / "messages"])
    assert len(rows) >= FLOORS["messages"], "labelled messages are kept: none may be taken away"
    return measures(guesses(triage(), rows))


@pytest.mark.parametrize("name", sorted(FLOORS.keys() - {"messages"}))
def test_a_measure_keeps_its_floor(name: str) -> None:
    value, floor = measured()[name], FLOORS[name]
    assert value is not None
    told = (
        f"{name} is {value:.4f}, its floor {floor}. Mend the rules; where it rose, write the new value into tests/unit/triage/floors.json"
    )
    assert value <= floor if name in LOWER_IS_BETTER else value >= floor, told


def test_every_labelled_message_says_whether_it_was_a_first_try() -> None:
    assert {row.get("seen") for row in read([HERE / "messages"])} <= {"first", "learnt"}
