"""`hotline check` as it is called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.unit.bot.checking.conftest import CONFIG, Plant


@pytest.fixture
def check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("HOTLINE_CONFIG", str(folder))
    return lambda *words: CliRunner().invoke(main, ["check", *words])


def _run(check: object, *words: str) -> Result:
    return check(*words)  # type: ignore[operator, no-any-return]


def test_a_good_config_is_one_line_and_exit_0(check: object) -> None:
    done = _run(check)
    assert done.exit_code == 0 and done.stdout.count("\n") == 1 and done.stdout.startswith("no fault in ")


def test_it_takes_two_seconds_of_a_processor() -> None:
    """1.9 s while eight other programs ran on two cores, 3.8 s before; it is done at every edit, and beside people's talks."""
    code = "import sys, time; from bot.cli import main; main(['check'], standalone_mode=False)"
    code += "; print(time.process_time(), 'lark' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HOTLINE_CONFIG": str(CONFIG)}, capture_output=True, text=True, check=True, timeout=120
    )
    seconds, grammars = done.stdout.split()[-2:]
    assert float(seconds) < 5 and grammars == "False"


def test_a_fault_is_a_line_and_exit_1(check: object, folder: Path, plant: Plant) -> None:
    line, column = plant("routing.yaml", "desk: khh", "khh", old="desk: kh")
    done = _run(check)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{folder}/routing.yaml:{line}:{column}: there is no desk khh") and done.stdout.count("\n") == 1


def test_json_has_the_same_in_lines(check: object, folder: Path, plant: Plant) -> None:
    line, column = plant("routing.yaml", "desk: khh", "khh", old="desk: kh")
    row = json.loads(_run(check, "--json").stdout)
    assert (row["file"], row["line"], row["column"], row["grade"]) == (f"{folder}/routing.yaml", line, column, "error")
    assert "there is no desk khh" in row["text"]


def test_production_turns_drafts_into_faults(check: object) -> None:
    done = _run(check, "--production")
    assert done.exit_code == 1
    told = done.stdout
    assert "is a draft; let a native reader review it" in told and "nobody has called" in told and "its office fills in contact" in told


def test_warnings_are_printed_and_no_fault(check: object) -> None:
    done = _run(check, "--warnings")
    assert done.exit_code == 0 and done.stdout.count("\n") > 100


def test_costs_are_a_table_that_says_it_is_an_example(check: object) -> None:
    lines = _run(check, "--costs").stdout.splitlines()
    assert "An example" in lines[0] and lines[1].split() == ["text", "lang", "characters", "alphabet", "segments", "price"]
    rows = [line.split() for line in lines if line.startswith("phrase stopped")]
    assert {row[2] for row in rows} == {"en", "km", "lo", "my", "th", "vi", "zh", "zh-Hant"}
    assert next(row for row in rows if row[2] == "en")[3:] == ["21", "GSM-7", "1", "0.03"]
