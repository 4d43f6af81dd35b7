"""A rehearsal says what a conversation says, and stores nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.rehearsal import Rehearsal, Stage, read_stage
from bot.transcripts import play
from config.files import read_yaml
from tests.unit.bot.conftest import NOW, Person

CONFIG = Path("config").absolute()
TALKS = {
    "a menu walked": ["hello", "1", "1", "2", "5", "Samut Sakhon", "2", "1 3", "0", "0", "1", "1", "4"],
    "a cry for help": ["ជួយផង គេចាក់សោខ្ញុំ នៅបាវិត", "1", "2"],
    "words at a choice": ["1", "what is this", "1", "stop"],
    "urgent": ["99", "5", "88"],
    "information": ["5", "3", "menu"],
    "a phone that is looked at": ["they lock me in Poipet. they look at my phone, do not write", "help", "2", "88", "we are six", "000", "1"],
}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return read_stage(CONFIG)


@pytest.mark.parametrize("talk", TALKS)
def test_it_says_what_the_conversation_says(stage: Stage, person: Person, talk: str) -> None:
    rehearsal = Rehearsal(stage, "sms", "km", NOW)  # as the sender's prefix hints
    for text in TALKS[talk]:
        said, scene = person.say(text).text, rehearsal.hear({"say": text})
        assert _plain("\n".join(scene.shown)) == _plain(said), text


def _plain(text: str) -> str:
    # The receipt code of a rehearsal is a sample; times differ by the seconds between two messages.
    return re.sub(r"\d{4} \d{4} \d{4} \d{4} \d{4}|\d\d:\d\d(?: \d{4}-\d\d-\d\d)?", "#", text)


def test_it_tells_where_the_case_would_go_and_why(stage: Stage) -> None:
    scene = Rehearsal(stage, "sms", "en", NOW).hear({"say": "They locked us in and beat us, we are in Poipet, help"})
    assert scene.path is not None
    assert (scene.path.level, scene.path.country, scene.path.desk) == ("emergency", "KH", "kh")
    assert scene.path.route.startswith("Cambodia desk") and any("emergency" in reason for reason in scene.path.reasons)
    assert scene.segments >= 1 and scene.price is not None


def test_never_police_moves_the_case_to_the_civil_desk(stage: Stage) -> None:
    talk = Rehearsal(stage, "telegram", "en", NOW)
    scene = talk.hear({"say": "they did not pay us for two months in Bangkok"})
    for _ in range(30):
        if scene.place == "share":
            break
        number = next((give for give, _ in scene.buttons if give.endswith((":yes", ":i_will_write"))), None)
        scene = talk.hear({"press": number} if number and "phone_safe" in number or number and "contact" in number else {"say": "0"})
    scene = talk.hear({"press": next(give for give, _ in scene.buttons if give.endswith("never_police_or_government"))})
    assert scene.path is not None and scene.path.desk == "regional"




@pytest.mark.parametrize("channel", ["sms", "telegram", "web"])
def test_a_chat_that_was_saved_is_a_transcript_that_holds(channel: str, tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.yaml"
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    typed = "my sister is held in Myawaddy, she called me\n2\n1\nstop\n"
    done = CliRunner().invoke(main, ["chat", "--channel", channel, "--save", str(path)], input=typed)
    assert done.exit_code == 0 and "saved as" in done.output, done.output
    (talk,) = read_yaml(path)
    assert talk["channel"] == channel and len(talk["talk"]) == 4 and talk["talk"][0]["look"]["flow"] == "help_other"
    assert channel == "web" or talk["talk"][-1]["events"] == ["Stopped"]
    done = CliRunner().invoke(main, ["test-flows", str(path)])
    assert done.exit_code == 0 and done.output == "1 talks went as they are written\n", done.output


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_a_silence_that_was_rehearsed_is_shown_and_played_again(channel: str, tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Rehearsal(stage, channel, "my", NOW)
    scenes = [talk.hear({"say": text}) for text in ("ကျွန်မကို ပိတ်ထားတယ် စာပြန်မပို့ပါနဲ့ ဖုန်းစစ်တယ်", "ကယ်ပါ", "1", "88")]
    assert [scene.hushed for scene in scenes] == ["begins", "lasts", "lasts", ""] and [bool(scene.shown) for scene in scenes] == [False, False, False, True]
    path = tmp_path / "mine.yaml"
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    typed = "they lock me in Poipet. they look at my phone, do not write\nhelp\n1\n88\n"
    done = CliRunner().invoke(main, ["chat", "--channel", channel, "--save", str(path)], input=typed)
    assert done.exit_code == 0 and done.output.count("nothing is said on this phone") == 3
    done = CliRunner().invoke(main, ["test-flows", str(path)])
    assert done.exit_code == 0 and done.output == "1 talks went as they are written\n", done.output


def test_a_talk_that_goes_otherwise_is_told_and_exit_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.yaml"
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    path.write_text("- name: mine\n  talk:\n    - {say: '1', at: nowhere, text: Sample}\n    - {sya: '1'}\n- {name: no talk}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["test-flows", str(tmp_path)])
    assert done.exit_code == 1 and "Traceback" not in done.output
    assert "this is no transcript" in done.output and "2 of 2 talks went otherwise" in done.output


def test_a_fault_names_the_line(stage: Stage) -> None:
    talk: dict[str, Any] = {"talk": [{"say": "1", "at": "nowhere", "text": "Sample", "no_text": "phone", "events": [], "lang": "km", "silent": True}]}
    from datetime import date

    faults = play(talk, stage.book, stage.texts.translate, date(2026, 11, 24))
    assert len(faults) == 6 and all(fault.startswith("line 1, ") for fault in faults)
