"""`planted/`: a whole config that holds every kind of fault; all of them are told, each at its word, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from bot.checking.fault import GRADES
from bot.checking.whole import check_folder
from bot.cli import main
from tests.unit.bot.checking.conftest import CONFIG, TODAY

PLANTED = Path(__file__).parent / "planted"
# Each kind of fault that the check promises to find, and how often it is planted.
KINDS = {
    "an unknown key": (r"means nothing here", 4),
    "an unknown name of a step, an end, a flow, a block, a list or a phrase": (r"there is no (step|flow|block|list|phrase)", 9),
    "an unknown answer, kind or effect": (r"there is no answer( or flag)? \w+|ask cannot be|blue cannot be", 7),
    "a value that is none": (r"\b(hlep|run_by|low|number|use|level) cannot be", 6),
    "a phrase or a line that is missing": (r"is missing here|no line of a gettext", 2),
    "two of one name": (r"there are two", 5),
    "a step or an end that nobody comes to": (r"nobody comes to", 2),
    "a dead end": (r"is a dead end", 1),
    "a true loop": (r"goes round in a circle|leads back to|calls \w+ again", 5),
    "an answer that is a command": (r"is the command", 2),
    "a word that a carrier or two commands claim": (r"carriers take|at the carrier|is urgent and exit", 5),
    "two answers of the same words": (r"the answers \w+ and \w+ are both", 2),
    "a choice without answers, or an answer without a branch": (r"choice without answers|has no branch", 2),
    "a condition that cannot be read": (r"condition cannot be read", 4),
    "a translation that is missing": (r"there is no km for|is not translated|has no catalogue", 3),
    "a translation that is stale": (r"was translated from an English|nothing says|stands also in", 3),
    "a translation that is a draft": (r"is a draft", 2),
    "placeholders and keys that are broken": (r"names in braces|nobody fills in|the keys are|this is a list", 4),
    "an SMS that costs too much": (r"\d SMS in (en|km), and may be|cost double", 3),
    "a word of the deny-list": (r"a screen may show", 6),
    "what a channel cannot do": (r"can answer an SMS|name of letters|only hears|no such (line|adapter)|too long for a button", 6),
    "an unknown queue": (r"there is no desk", 3),
    "a desk without languages, hours, or anybody to reach": (
        r"has no languages|hours with|nobody to reach|no desk speaks|wanted: always",
        5,
    ),
    "a desk for whom no case, or the wrong one, is meant": (r"never decides|no rule fits|run by a government", 3),
    "a number without a source, never called, or past its day": (
        r"the number \S+ has no source|has called|last called|been called on|stands in this text",
        5,
    ),
    "a place without a source": (r"table have no source|place has no source", 2),
    "a place that overlaps or is wrong": (r"is also in KH|is no subdivision|is no country|has no name|twice; take|take out a tab", 6),
    "a rule of urgency that can never fire, or always does": (r"never fire|on every message", 13),
    "a concept that no language has": (r"there is no concept", 3),
}


class Row(NamedTuple):
    """A line of faults.tsv."""

    grade: str
    place: str
    there: str
    text: str


def rows() -> list[Row]:
    lines = (PLANTED / "faults.tsv").read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


def test_every_planted_fault_is_told_at_its_place_and_nothing_else_is() -> None:
    told = {(fault.grade, f"{fault.file}:{fault.line}:{fault.column}", fault.text) for fault in check_folder(PLANTED, TODAY).faults}
    planted = {(row.grade, row.place, row.text) for row in rows()}
    assert told == planted, "\n".join(f"{'+' if one in told else '-'} {one}" for one in sorted(told ^ planted))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.place)
def test_the_place_is_the_one_of_the_wrong_word(row: Row) -> None:
    file, line, column = row.place.split(":")
    path = PLANTED / file
    found = path.read_text(encoding="utf-8").splitlines()[int(line) - 1][int(column) - 1 :] if path.exists() else ""
    assert found.startswith(row.there) and (row.there or found == "")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fault_is_planted(kind: str) -> None:
    pattern, times = KINDS[kind]
    assert sum(bool(re.search(pattern, row.text)) for row in rows()) == times


def test_no_planted_fault_is_of_no_kind() -> None:
    assert [row for row in rows() if not any(re.search(pattern, row.text) for pattern, _ in KINDS.values())] == []


@pytest.mark.parametrize(("words", "grades"), [((), ("error", "gap")), (("--production",), GRADES)])
def test_production_turns_drafts_into_faults(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], grades: tuple[str, ...]) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", str(PLANTED))
    monkeypatch.setattr("bot.checking.cli.now_ms", lambda: 1_795_500_000_000)  # 24 November 2026
    done = CliRunner().invoke(main, ["check", *words])
    assert done.exit_code == 1
    shown = Counter(line.removeprefix(f"{PLANTED}/").removeprefix("tests/unit/bot/checking/planted/") for line in done.stdout.splitlines())
    assert shown == Counter(f"{row.place}: {row.text}" for row in rows() if row.grade in grades)


def test_the_shipped_config_has_none_of_them() -> None:
    assert check_folder(CONFIG, TODAY).of("error", "gap") == ()
