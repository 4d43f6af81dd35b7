"""Every shipped flow is sound, in every language, and every translation keeps the placeholders of its English."""

from __future__ import annotations

import re
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from bot.flows.build import build
from bot.flows.check import SAMPLES, check
from config.flow_files import read_flows
from config.texts import read_texts
from tests.guards.tree import ROOT

TEXTS = ROOT / "config" / "texts"
LANGUAGES = ("km", "lo", "my", "th", "vi", "zh", "zh-Hant")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# What a person presses must be the same in every language; digits stay Latin in the texts.
KEY = re.compile(r"(?<!\w)(?:000|00|0|88|99|X|STOP|DELETE)(?!\w)", re.ASCII)


def faults(english: str, translated: str) -> list[str]:
    found = []
    if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(translated)):
        found.append("placeholders")
    if set(KEY.findall(english)) != set(KEY.findall(translated)):
        found.append("keys")
    return found


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*/*.po")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_translation_keeps_placeholders_and_keys(path: Path) -> None:
    entries = [entry for entry in polib.pofile(str(path), encoding="utf-8") if entry.msgstr and not entry.obsolete]
    assert len(entries) >= 20
    assert [f"{entry.msgid!r}: {fault}" for entry in entries for fault in faults(entry.msgid, entry.msgstr)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_text_reviewed_or_marked_as_a_draft(lang: str) -> None:
    wanted = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(TEXTS / "messages.pot"), encoding="utf-8")}
    entries = [entry for path in (TEXTS / lang).glob("*.po") for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete]
    assert [entry.msgid for entry in entries if not entry.msgstr] == []
    # The form's own words are named by key in web.yaml, and stand in the template under `phrase.web_`.
    missing = wanted - {(entry.msgctxt, entry.msgid) for entry in entries}
    assert {key for key in missing if not key[0].startswith("phrase.web_")} == set()


def test_every_language_has_its_catalogues() -> None:
    assert {path.parent.name for path in TEXTS.glob("*/*.po")} == set(LANGUAGES)
    assert len({tuple(sorted(path.name for path in (TEXTS / lang).glob("*.po"))) for lang in LANGUAGES}) == 1


def test_no_text_asks_for_a_value_that_nobody_fills() -> None:
    english = (TEXTS / "phrases.yaml").read_text(encoding="utf-8") + "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "config" / "flows").glob("*.yaml")
    )
    named = {hit[1:-1] for hit in PLACEHOLDER.findall(english) if re.fullmatch(r"\{[a-z_]+\}", hit)}
    assert named and named <= set(SAMPLES)


def test_every_shipped_flow_is_sound() -> None:
    assert check(build(read_flows(ROOT / "config"), read_texts(TEXTS).translate)) == ()


@pytest.mark.parametrize(
    ("english", "translated", "seen"),
    [
        ("By {target_time}. 0 skips.", "{target_time}. 0", []),
        ("By {target_time}.", "…", ["placeholders"]),
        ("By {target_time}.", "{target_tme}", ["placeholders"]),
        ("0 skips. STOP ends.", "០ STOP", ["keys"]),
        ("A person: 88.", "คุยกับคน: 88", []),
        ("A person: 88.", "找人：888。", ["keys"]),
    ],
)
def test_the_guard_sees_a_broken_translation(english: str, translated: str, seen: list[str]) -> None:
    assert faults(english, translated) == seen
