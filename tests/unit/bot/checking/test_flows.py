"""Faults planted in a flow, each found at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bot.checking.conftest import Plant, faults, only

# A flow of its own, so that its lines are known. `§` marks where the fault is to be told.
GOOD = """flow: sample
title: A sample
steps:
  - id: first
    ask: one
    text: Which one?
    options: {red: Red, blue: Blue}
    goto: {red: second}
  - {id: second, ask: text, text: Say more., optional: true}
  - {goto: end}
ends:
  end: [Thank you.]
"""


def at(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its mark, and where the mark was."""
    where = text.index("§")
    before = text[:where]
    return text.replace("§", ""), (before.count("\n") + 1, where - (before.rfind("\n") + 1) + 1)


def planted(old: str, new: str) -> tuple[str, tuple[int, int]]:
    assert GOOD.count(old) == 1
    return at(GOOD.replace(old, new))


@pytest.fixture
def sample(folder: Path, plant: Plant) -> Plant:
    plant("flows/blocks.yaml", "menu: [sample, ", old="menu: [")
    plant("flows/sample.yaml", GOOD)
    return plant


def test_the_sample_has_no_fault_of_its_own(folder: Path, sample: Plant) -> None:
    assert faults(folder) == []


FAULTS = [
    ("title: A sample", "§titel: A sample\ntitle: A sample", "titel means nothing here; did you mean title?"),
    ("    text: Which one?", "    text: Which one?\n    §option: [a]", "option means nothing here; did you mean options?"),
    ("    ask: one", "    ask: §oen", "did you mean one?"),
    ("{red: second}", "{red: §secnd}", "there is no step and no end secnd in sample; did you mean second?"),
    ("{red: second}", "{§rde: second}", "there is no answer rde; did you mean red?"),
    ("- {goto: end}", "- {goto: §ende}", "there is no step and no end ende"),
    ("text: Say more.,", "text: Say more., fallback: §nowhere,", "there is no step and no end nowhere"),
    ("    options: {red: Red, blue: Blue}", "    options: §colours", "there is no list colours"),
    ("  - {id: second, ask: text, text: Say more., optional: true}", "  - {id: second, use: §contcat}", "there is no block contcat"),
    ("[Thank you.]", "[{phrase: §thankz}]", "there is no phrase thankz in texts/phrases.yaml; did you mean thanks?"),
    ("  end: [Thank you.]", "  end: [Thank you.]\n  §other: [Bye.]", "nobody comes to the end other"),
    ("title: A sample", "title: A sample\nurgent: §thrid", "there is no step thrid"),
    ("    goto: {red: second}", "    goto: {red: second, blue: end}\n    fallback: end\n  - §{id: lost, ask: text, text: Lost}", "nobody comes to lost"),
    (
        "    goto: {red: second}\n  - {id: second, ask: text, text: Say more., optional: true}\n  - {goto: end}\n",
        "    goto: {red: end}\n",
        "the answer blue of first has no branch",
    ),
    ("optional: true}", "when: §first = red}", "this condition cannot be read"),
    ("optional: true}", "when: §frist == red}", "there is no answer or flag frist in this flow; did you mean first?"),
    ("optional: true}", "effects: {skip: §dangre}}", "did you mean danger?"),
    ("options: {red: Red, blue: Blue}", "options: {red: Red, blue: §Cancel}", "carriers take 'Cancel' as the word that stops all messages"),
    ("options: {red: Red, blue: Blue}", "options: {red: Red, §stop: Blue}", "carriers take 'stop'"),
    ("options: {red: Red, blue: Blue}", 'options: {red: Red, blue: §"88"}', "is the command human everywhere"),
    ("options: {red: Red, blue: Blue}", "options: {red: Red, blue: §red}", "the answers red and blue are both 'red' in en"),
    ("    text: Which one?", "    text: §" + "Long words again " * 10, "SMS in en, and may be 1"),
    ("    text: Which one?", "    text: §Which “one”?", "a character here makes this SMS cost double"),
    ("    text: Which one?", "    text: §Are you a victim?", "a screen may show 'victim'"),
    ("    text: Which one?", "    text: §Hello {name}.", "nobody fills in {name}"),
    ("    text: Which one?", "    text: §Call 1800 010 180.", "stands in this text; write {number}"),
    ("blue: Blue}", "§b" + "b" * 60 + ": Blue}", "is too long for a button"),
]


@pytest.mark.parametrize(("old", "new", "words"), [fault for fault in FAULTS if "§" in fault[1]], ids=lambda text: text[:30])
def test_a_planted_fault_is_told_at_its_place(folder: Path, sample: Plant, old: str, new: str, words: str) -> None:
    text, place = planted(old, new)
    sample("flows/sample.yaml", text)
    only(folder, "flows/sample.yaml", place, words)


# What a fault brings with it is told as well.
@pytest.mark.parametrize(
    ("old", "new", "words", "besides"),
    [
        ("{id: second,", "{id: §first,", "there are two steps first (the other in line 4)", "there is no step and no end second"),
        ("flow: sample", "flow: §tip", "the flow tip is also in", "there is no flow sample"),
    ],
)
def test_a_name_that_is_taken(folder: Path, sample: Plant, old: str, new: str, words: str, besides: str) -> None:
    text, place = planted(old, new)
    sample("flows/sample.yaml", text)
    found = faults(folder)
    assert any(words in fault.text and (fault.file.endswith("tip.yaml") or fault[1:3] == place) for fault in found)
    assert any(besides in fault.text for fault in found) and len(found) == 2


def test_a_missing_key_is_told_where_it_should_be(folder: Path, sample: Plant) -> None:
    sample("flows/sample.yaml", GOOD.replace("title: A sample\n", ""))
    only(folder, "flows/sample.yaml", (1, 1), "title is missing here; add it")


def test_a_choice_without_answers(folder: Path, sample: Plant) -> None:
    sample("flows/sample.yaml", GOOD.replace("    options: {red: Red, blue: Blue}\n    goto: {red: second}\n", ""))
    only(folder, "flows/sample.yaml", (4, 5), "first is a choice without answers")


def test_a_dead_end(folder: Path, sample: Plant) -> None:
    sample("flows/sample.yaml", GOOD.replace("  - {goto: end}\n", "").replace("{red: second}", "{red: end}"))
    only(folder, "flows/sample.yaml", (9, 5), "second is a dead end")


def test_an_answer_without_a_branch(folder: Path, sample: Plant) -> None:
    text = GOOD.replace("  - {id: second, ask: text, text: Say more., optional: true}\n  - {goto: end}\n", "")
    sample("flows/sample.yaml", text.replace("{red: second}", "{red: end}"))
    only(folder, "flows/sample.yaml", (7, 25), "the answer blue of first has no branch")


def test_a_circle_that_nobody_leaves(folder: Path, sample: Plant) -> None:
    sample("flows/sample.yaml", GOOD.replace("{goto: end}", "{goto: first}"))
    found = {(fault.line, fault.column, fault.text.split(";")[0]) for fault in faults(folder)}
    circle = "goes round in a circle and comes to no end"
    assert found == {(4, 5, f"first {circle}"), (9, 5, f"second {circle}"), (12, 3, "nobody comes to the end end")}


def test_a_circle_with_a_way_out_is_none(folder: Path, sample: Plant) -> None:
    sample("flows/sample.yaml", GOOD.replace("optional: true}", "fallback: first, optional: true}"))
    assert faults(folder) == []


def test_many_faults_of_many_kinds_are_told_in_one_go(folder: Path, sample: Plant) -> None:
    text = GOOD.replace("title: A sample", "titel: no\ntitle: A sample").replace("{red: second}", "{red: secnd}")
    text = text.replace("Say more.", "'Say {more}.'").replace("  end:", "  gone: [Bye.]\n  end:")
    sample("flows/sample.yaml", text)
    sample("routing.yaml", "\n  - {id: RX, country: [KH], desk: nowhere, why: a sample}", after="\nrules:")
    (folder / "services.yaml").write_text("services: [\n", encoding="utf-8")
    found = [(fault.file, fault.line) for fault in faults(folder)]
    lines = [line for file, line in found if file == "flows/sample.yaml"]
    assert lines == [2, 9, 10, 13]
    assert ("services.yaml", 1) in found and any(file == "routing.yaml" for file, _ in found)
