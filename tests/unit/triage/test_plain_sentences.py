"""What is said in the plainest words, in seven languages: never taken for less than it is, and about the right person."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.labelled import Row, read
from tests.unit.triage.samples import triage
from triage.values import rank

PLAIN = Path(__file__).parent / "plain"
LANGUAGES = ("en", "km", "lo", "my", "th", "vi", "zh")


def said(name: str, least: int = 40) -> list[tuple[Row, str, str]]:
    rows = read([PLAIN / f"{name}.jsonl"])
    assert len(rows) >= least
    found = [triage().assess(row["text"]) for row in rows]
    return [(row, one.urgency, one.kind) for row, one in zip(rows, found, strict=True)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_taken_for_less_than_it_is(lang: str) -> None:
    under = [(row["text"], row["urgency"], level) for row, level, _ in said(lang) if rank(level) < rank(row["urgency"])]
    assert len(under) <= 1, under


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_about_the_right_person(lang: str) -> None:
    wrong = [(row["text"], row["kind"], kind) for row, _, kind in said(lang) if kind != row["kind"]]
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_words_that_tell_it_are_enough(lang: str) -> None:
    wrong = [(row["text"], level, kind) for row, level, kind in said(f"terse-{lang}", 4) if rank(level) < rank(row["urgency"]) or kind != "help_self"]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_yes_a_name_or_a_yesterday_alarms_nobody(lang: str) -> None:
    assert [(row["text"], level) for row, level, _ in said(f"small-{lang}", 20) if rank(level) > rank("medium")] == []


@pytest.mark.parametrize(
    ("text", "level"), [("today the heat is killing me", "low"), ("it beats me", "low"), ("my husband beats me", "emergency"), ("boss beats me", "emergency")]
)
def test_a_manner_of_speaking_is_none_where_somebody_is_named(text: str, level: str) -> None:
    assert triage().assess(text).urgency == level
