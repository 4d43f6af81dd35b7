"""Every setting is in the README, and the README names no setting that is not there."""

from __future__ import annotations

import re

from config.settings import FAMILIES, SPECS
from tests.guards.tree import ROOT, sources, strings

# A family of settings is named with <NAME> in the middle.
NAME = re.compile(r"\b(?:HOTLINE|TWILIO|TELEGRAM)_[A-Z_]+(?:<NAME>[A-Z_]+)?\b")
KNOWN = {spec.name for spec in (*SPECS, *FAMILIES)}


def missing(text: str) -> set[str]:
    return KNOWN - set(NAME.findall(text))


def unknown(text: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in NAME.findall(text) if not name.endswith("GATEWAY_")} - KNOWN


def test_every_setting_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (missing(text), unknown(text)) == (set(), set())


def test_the_code_speaks_of_no_other_setting() -> None:
    found = {name for text in sources().values() for string in strings(text) for name in unknown(string)}
    assert found == set()


def test_the_guard_sees_both_kinds_of_fault() -> None:
    assert missing("`HOTLINE_HOME`") == KNOWN - {"HOTLINE_HOME"}
    assert unknown("`HOTLINE_HOME_FILE` `HOTLINE_COLOUR`") == {"HOTLINE_COLOUR"}
