"""No text on a screen names the subject, in any language; and the list finds what it is there for."""

from __future__ import annotations

from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from config.deny import DenyList, read_deny
from config.files import read_yaml

CONFIG = Path(__file__).parents[3] / "config"
LANGUAGES = sorted(path.parent.name for path in (CONFIG / "texts").glob("*/flows.po"))
# What may come unasked, or to a screen that may be seen.
UNASKED = (
    "reply_waiting",
    "reminder",
    "wrong_number",
    "exited",
    "stopped",
    "nothing_yet",
    "not_understood",
    "noted",
    "past",
    "zawgyi_note",
)


@pytest.fixture(scope="module")
def deny() -> DenyList:
    return read_deny(CONFIG)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_translation_names_the_subject(deny: DenyList, lang: str) -> None:
    entries = [entry for path in (CONFIG / "texts" / lang).glob("*.po") for entry in polib.pofile(str(path), encoding="utf-8")]
    assert len(entries) > 300
    assert [f"{entry.msgid}: {word}" for entry in entries for word in deny.found(entry.msgstr, lang)] == []


def test_no_english_text_names_the_subject(deny: DenyList) -> None:
    pot = polib.pofile(str(CONFIG / "texts" / "messages.pot"), encoding="utf-8")
    english = [entry.msgid for entry in pot] + [str(text) for text in read_yaml(CONFIG / "texts" / "web.yaml").values()]
    assert [f"{text}: {word}" for text in english for word in deny.found(text, "en")] == []


@pytest.mark.parametrize("lang", ["en", *LANGUAGES])
def test_what_comes_unasked_says_nothing_of_what_it_is_about(deny: DenyList, lang: str) -> None:
    phrases = {f"phrase.{name}": str(text) for name, text in read_yaml(CONFIG / "texts" / "phrases.yaml").items()}
    wanted = {name for name in phrases if name.endswith("_cover") or name.removeprefix("phrase.") in UNASKED}
    assert len(wanted) >= 15
    said = {name: phrases[name] for name in wanted}
    if lang != "en":
        entries = polib.pofile(str(CONFIG / "texts" / lang / "flows.po"), encoding="utf-8")
        said = {entry.msgctxt: entry.msgstr for entry in entries if entry.msgctxt in wanted and not entry.obsolete}
    assert said.keys() == wanted
    assert [f"{text}: {word}" for text in said.values() for word in deny.found(text, lang, cover=True)] == []


@pytest.mark.parametrize(
    ("text", "lang", "cover", "found"),
    [
        ("Human Trafficking line", "en", False, True),
        ("nan nhan", "vi", False, True),
        ("Nạn nhân buôn người", "vi", False, True),
        ("ค้ามนุษย์", "th", False, True),
        ("ทาสีบ้าน", "th", False, False),
        ("a victim", "km", False, True),
        ("Call the police", "en", True, True),
        ("Call the police", "en", False, False),
        ("An answer comes by 9:00.", "en", True, False),
        ("您的消息", "zh", True, False),
    ],
)
def test_the_list_finds_such_words(deny: DenyList, text: str, lang: str, cover: bool, found: bool) -> None:
    assert bool(deny.found(text, lang, cover)) is found


def test_every_language_has_a_list(deny: DenyList) -> None:
    assert {"en", *LANGUAGES} <= deny.always.keys() and deny.always.keys() == deny.cover.keys()
