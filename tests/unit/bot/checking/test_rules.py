"""Faults planted in desks, routing, numbers, places, words and rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.checking.fault import meant
from tests.unit.bot.checking.conftest import TODAY, Plant, faults, only

SERVICE = "\n  - {id: xx-1, country: KH, name: A sample, number: %s, authority: ngo, use: [child], languages: [km], records_calls: null, "
SERVICE += "tells_police: null, evidence: V, source: %s, source_date: null, verified_on: %s}"
RULE = "\n  - {id: RX, country: [%s], desk: %s, why: a sample}"


@pytest.mark.parametrize(
    ("file", "old", "new", "marker", "words"),
    [
        ("routing.yaml", "desk: kh", "desk: khh", "khh", "there is no desk khh in focal_points.yaml; did you mean kh?"),
        ("routing.yaml", "{id: R02", "{id: R01", "R01", "there are two rules R01"),
        ("routing.yaml", "country: [KH], desk", "contry: [KH], desk", "contry", "contry means nothing here; did you mean country?"),
        ("routing.yaml", "emergency: 10", "emergency: soon", "soon", "write a whole number"),
        ("focal_points.yaml", "civil_alternate: regional", "civil_alternate: regoinal", "regoinal", "there is no desk regoinal"),
        ("focal_points.yaml", "civil_alternate: regional", "civil_alternate: th", "th", "is run by a government; name one that is not"),
        ("focal_points.yaml", "languages: [km, en, vi, zh]", "languages: []", "[]", "the desk kh has no languages"),
        ("focal_points.yaml", "    run_by: government\n", "    run_by: goverment\n", "goverment", "did you mean government?"),
        ("services.yaml", 'number: "117"', 'number: "ask"', '"ask"', "number cannot be ask"),
        ("services.yaml", "id: kh-1280", "id: kh-117", "kh-117", "there are two services kh-117"),
        ("urgency.yaml", "level: emergency, least: high, all: [", "level: emergency, least: high, all: [hurtt, ", "hurtt", "there is no concept hurtt in signals/; did you mean hurt?"),
        ("urgency.yaml", "level: emergency, least", "level: urgent, least", "urgent", "level cannot be urgent"),
        ("urgency.yaml", "when: danger_now ==", "when: danger_nwo ==", "danger_nwo", "no flow has an answer danger_nwo; did you mean danger_now?"),
        ("urgency.yaml", "when: danger_now == not_sure", 'when: "danger_now == (yes"', '"danger_now == (yes"', "this condition cannot be read"),
        ("channels.yaml", "lines: []", "lines:\n  - {id: a, number: '+10000000000', adapter: twilio, country: TH}", "TH}", "nobody in TH can answer an SMS"),
        ("sms.yaml", "[stop, stopall", "[stop, stopnow", "stopnow", "let `stop` in flows/keywords.yaml know it too"),
        ("flows/keywords.yaml", "exit: [x, ", 'exit: [x, "99", ', '"99"', "'99' is urgent and exit; take one out"),
        ("texts/web.yaml", "title: Message", "title: A hotline message", "A hotline", "a screen may show 'hotline'"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_told_at_its_place(folder: Path, plant: Plant, file: str, old: str, new: str, marker: str, words: str) -> None:
    only(folder, file, plant(file, new, marker, old=old), words)


def test_a_rule_that_another_one_hides(folder: Path, plant: Plant) -> None:
    place = plant("routing.yaml", RULE % ("KH", "kh"), "{id: RX", old=None, after="desk: kh, why: the person is in Cambodia}")
    only(folder, "routing.yaml", place, "this rule never decides: R01 takes all of its cases")


def test_rules_without_a_last_one(folder: Path) -> None:
    lines = (folder / "routing.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "id: R90" not in line]
    (folder / "routing.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    only(folder, "routing.yaml", (kept.index("rules:") + 1, 1), "a case that no rule fits has no desk")


@pytest.mark.parametrize(
    ("number", "source", "called", "marker", "words", "grade"),
    [
        ('"1000"', "none", "null", "none", "the number 1000 has no source", "error"),
        ('"1000"', "a sample", TODAY + timedelta(days=1), str(TODAY + timedelta(days=1)), "that day is to come", "error"),
        ('"1000"', "a sample", TODAY - timedelta(days=91), str(TODAY - timedelta(days=91)), "more than 90 days ago", "gap"),
    ],
)
def test_a_number_that_may_not_be_told(
    folder: Path, plant: Plant, number: str, source: str, called: object, marker: str, words: str, grade: str
) -> None:
    place = plant("services.yaml", SERVICE % (number, source, called), marker, after="\nservices:")
    only(folder, "services.yaml", place, words, grade)


def test_a_number_that_was_called_lately_is_no_draft(folder: Path, plant: Plant) -> None:
    before = len(faults(folder, "draft"))
    plant("services.yaml", SERVICE % ('"1000"', "a sample", TODAY - timedelta(days=90)), after="\nservices:")
    assert faults(folder, "error", "gap") == [] and len(faults(folder, "draft")) == before


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("all: [hurt], none: [hurt]", "hurt is in all and in none"),
        ("any: [hurt, sold], none: [hurt, sold]", "all that is in any is also in none"),
        ("none: [hurt]", "this rule fires on every message"),
    ],
)
def test_a_rule_that_can_never_fire(folder: Path, plant: Plant, rule: str, words: str) -> None:
    place = plant("urgency.yaml", f"\n  - {{id: TX, level: high, {rule}, why: a sample}}", "{id: TX", after="\nrules:")
    only(folder, "urgency.yaml", place, words)


def test_a_concept_without_a_word(folder: Path, plant: Plant) -> None:
    for path in (folder / "signals").glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8") + "sample: []\n", encoding="utf-8")
    place = plant("urgency.yaml", "\n  - {id: TX, level: high, all: [sample], why: a sample}", "{id: TX", after="\nrules:")
    only(folder, "urgency.yaml", place, "no language has a word for sample")


def test_a_name_of_two_places(folder: Path, plant: Plant) -> None:
    place = plant("places/kh.tsv", "KH\tKH-2\tadm1\tSample Province; Banteay Meanchey\n", "Banteay", after="names\n")
    found = [fault for fault in faults(folder) if fault.file == "places/kh.tsv"]
    assert len(found) == 1 and "Banteay Meanchey is also in" in found[0].text
    assert found[0].line in (place[0], place[0] + 1)


@pytest.mark.parametrize(
    ("row", "marker", "words"),
    [
        ("KH\tTH-1\ttown\tSampletown", "TH-1", "'TH-1' is no subdivision of KH"),
        ("Cambodia\t\ttown\tSampletown", "Cambodia", "'Cambodia' is no country"),
        ("KH\tKH-1\ttown\t", "KH\tKH-1", "this place has no name"),
        ("KH\tKH-1\ttown\tSampletown; Other; Sampletown", "", "Sampletown stands here twice"),
        ("KH\tKH-1\ttown\tSampletown\tmore\tand more", "KH\tKH-1", "take out a tab"),
    ],
)
def test_a_line_of_places_that_is_wrong(folder: Path, plant: Plant, row: str, marker: str, words: str) -> None:
    place = plant("places/kh.tsv", f"{row}\n", marker or row, after="names\n")
    if not marker:
        place = (place[0], row.rindex("Sampletown") + 1)
    only(folder, "places/kh.tsv", place, words)


def test_a_table_without_a_source(folder: Path) -> None:
    (folder / "places" / "new.tsv").write_text("country\tsubdivision\tlevel\tnames\nKH\tKH-1\ttown\tSampletown\n", encoding="utf-8")
    only(folder, "places/new.tsv", (1, 1), "the places of this table have no source; name it in places/README.md")


def test_the_nearest_name_is_the_mend() -> None:
    assert meant("danegr", ["danger", "child"]) == "did you mean danger?"
    assert meant("x", ["danger", "child"]) == "there are child, danger"
    assert meant("x", map(str, range(100, 140))) == "take one that is there"
