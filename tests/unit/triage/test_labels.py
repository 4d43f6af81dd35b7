"""What responders corrected leaves the house as labels without identity."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.learn_cli import faults, learn
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import CONFIG
from triage import cases, correcting, findings, labels, wishes
from triage.cli_triage import triage_group
from triage.correcting import Place
from triage.facts import Facts

WORDS = "they kept my passport, call 012 000 001 or @sample_agent, car 2AB-1234, mail a.b@demo.invalid"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_corrected_case_is_a_labelled_row_and_names_nobody(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, silent, never = (house.report(WORDS, sender=f"+8550000000{n}") for n in range(3))
    with house.database.writing() as tx:
        for one in (made, never):
            findings.keep(tx, one.case_id, Facts(signals=("papers_taken",)))
            cases.set_level(tx, house.routing, house.kh, one.ref, "low", "we spoke", NOW)
        correcting.set_kind(tx, house.kh, made.ref, "tip", NOW)
        correcting.set_place(tx, house.keys.opening(), house.routing, house.kh, made.ref, Place("KH", "KH-1"), NOW)
        wishes.set_wishes(tx, never.case_id, NOW, no_authorities=True)
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG.absolute()))
    plain = CliRunner().invoke(triage_group, ["corrections"])
    rows = [json.loads(line) for line in plain.output.splitlines()]
    assert len(rows) == 2 and "text" not in rows[0] and silent.ref not in plain.output
    row = rows[0]
    assert (row["urgency"], row["kind"], row["subdivision"], row["features"]) == ("low", "tip", "KH-1", ["papers_taken"])
    assert row["was"] == {"level": "high", "kind": "help_self", "place": "KH-12"}
    told = CliRunner().invoke(triage_group, ["corrections", "--texts"]).output
    texts = [json.loads(line).get("text") for line in told.splitlines()]
    assert texts[0].startswith("they kept my passport, call …") and texts[1] is None, "never of who said never"
    assert not [word for word in ("012", "000", "sample_agent", "1234", "demo.invalid", made.ref, str(NOW)) if word in told]
    assert [json.loads(line)["id"] for line in told.splitlines()] == [one["id"] for one in rows], "the same in every export"


@pytest.mark.parametrize("text", ["ໂທ 020 5555 5555", "zalo.me/sample123", "+84 90 123 45 67", "京A12345"])
def test_numbers_and_accounts_are_blanked(text: str) -> None:
    assert labels.BLANK in labels.without_identity(text) and not any(char.isdecimal() for char in labels.without_identity(text))


def test_corrections_go_with_their_case(house: House) -> None:
    from triage import intake

    made = house.report()
    with house.database.writing() as tx:
        cases.set_level(tx, house.routing, house.kh, made.ref, "low", "we spoke", NOW)
        assert len(tuple(labels.rows(tx, house.keys.index, house.keys.opening(), False))) == 1
        intake.forget(tx, made.case_id, NOW, "asked")
        assert tuple(labels.rows(tx, house.keys.index, house.keys.opening(), False)) == ()


def scores(f1: float = 0.8, recall: float = 0.9, precision: float = 0.9, kind: float = 0.8) -> dict[str, dict[str, float]]:
    rules = {"urgency_f1": 0.7, "emergency_recall": 0.65, "emergency_precision": 0.95, "kind": 0.65}
    both = {"urgency_f1": f1, "emergency_recall": recall, "emergency_precision": precision, "kind": kind}
    return {f"{shown}_{who}": part for shown in ("first", "forgotten", "whole") for who, part in (("rules", rules), ("both", both))}


def test_a_model_earns_its_place_or_is_not_written() -> None:
    assert faults(scores()) == [] and faults(json.loads((CONFIG / "model" / "triage.json").read_text())["scores"]) == []
    worse = (scores(f1=0.7), scores(recall=0.6), scores(precision=0.8), scores(kind=0.6))
    assert [len(faults(one)) for one in worse] == [1, 1, 1, 1]


def test_learning_from_nothing_says_what_a_line_needs(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text('{"id": 1}\n')
    done = CliRunner().invoke(learn, [str(tmp_path)])
    assert done.exit_code == 1 and "each line needs" in done.output
