"""English texts are plain: a child of eleven can read them (Flesch-Kincaid grade, Kincaid and others 1975)."""

from __future__ import annotations

import re
from pathlib import Path

import polib  # type: ignore[import-untyped]

from config.files import read_yaml

CONFIG = Path(__file__).parents[3] / "config"
GRADE = 6.0
# One text alone is too short to be measured fairly: a long name of a thing weighs as much as a whole sentence.
GRADE_OF_ONE = 9.0


def grade(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word − 15.59."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(1, len(re.findall(r"[.!?:]+(?=\s|$)", text)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouy])e$|es$|ed$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 if words else 0.0


def texts() -> list[str]:
    pot = [entry.msgid for entry in polib.pofile(str(CONFIG / "texts" / "messages.pot"), encoding="utf-8")]
    return [re.sub(r"\{\w+\}", "it", text) for text in [*pot, *map(str, read_yaml(CONFIG / "texts" / "web.yaml").values())]]


def test_the_texts_together_are_plain() -> None:
    assert grade(" ".join(text if text[-1] in ".!?:" else text + "." for text in texts())) <= GRADE


def test_no_longer_text_is_hard() -> None:
    longer = [text for text in texts() if len(text.split()) >= 8]
    assert len(longer) > 60
    assert [(round(grade(text), 1), text) for text in longer if grade(text) > GRADE_OF_ONE] == []


def test_the_measure_tells_plain_from_hard() -> None:
    assert grade("We have your message. A person reads it today.") < 4
    assert grade("Notwithstanding the aforementioned considerations, beneficiaries should expeditiously communicate particulars.") > 15
