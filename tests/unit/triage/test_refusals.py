"""Who must not know, by the person's own words in seven languages."""

from __future__ import annotations

from typing import Any

import pytest

from config.files import read_yaml
from config.refusals import read_refusals
from tests.unit.triage.samples import CONFIG
from triage.refusals import Refusals

RAW = read_yaml(CONFIG / "refusals.yaml")
READER = Refusals(read_refusals(CONFIG))
EXAMPLES = [(concept, row) for concept, rows in RAW["examples"].items() for row in rows]


@pytest.mark.parametrize(("concept", "row"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else value["text"][:24])
def test_each_list_finds_its_examples_and_leaves_the_others(concept: str, row: dict[str, Any]) -> None:
    found = getattr(READER.read(row["text"]), concept)
    assert bool(found) is row["found"], found


def test_every_language_has_words_and_examples_of_both_kinds() -> None:
    for lang in ("en", "km", "lo", "my", "th", "vi", "zh"):
        kinds = {row["found"] for row in RAW["examples"]["no_authorities"] if row["lang"] == lang}
        assert kinds == {True, False}, lang
        assert all(RAW[name][lang] for name in ("no_authorities", "implicated", "no_reply", "quoted"))
        assert {row["found"] for row in RAW["examples"]["no_reply"] if row["lang"] == lang} == {True, False}, lang


def test_the_words_that_showed_it_are_those_of_the_message() -> None:
    assert READER.read("Help. Do NOT tell the police!").no_authorities == ("Do NOT tell the police",)


def test_zero_widths_and_long_texts_do_not_hide_a_wish() -> None:
    assert READER.read("x" * 3000 + " อย่า\u200bบอก\u200bตำรวจ").no_authorities
