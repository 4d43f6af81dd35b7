"""Every setting is in the README, and the README names no setting that is not there."""

from __future__ import annotations

import re

from config.settings import SPECS
from tests.guards.tree import ROOT, sources, strings

NAME = re.compile(r"\b(?:HOTLINE|TWILIO|TELEGRAM)_[A-Z_]+\b")


def missing(text: str) -> set[str]:
    return {spec.name for spec in SPECS} - set(NAME.findall(text))


def unknown(text: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in NAME.findall(text)} - {spec.name for spec in SPECS}


def test_every_setting_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (missing(text), unknown(text)) == (set(), set())


def test_the_code_speaks_of_no_other_setting() -> None:
    found = {name for text in sources().values() for string in strings(text) for name in unknown(string)}
    assert found == set()


def test_the_guard_sees_both_kinds_of_fault() -> None:
    assert missing("`HOTLINE_HOME`") == {spec.name for spec in SPECS} - {"HOTLINE_HOME"}
    assert unknown("`HOTLINE_HOME_FILE` `HOTLINE_COLOUR`") == {"HOTLINE_COLOUR"}
