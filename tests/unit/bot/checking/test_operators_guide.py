"""docs/operators.md does what it says: each of its blocks is taken from the page and put into a copy of the shipped config."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from bot.checking.fault import Fault
from bot.checking.whole import check_folder
from bot.cli import main
from bot.flows.conditions import parse
from bot.rehearsal import Rehearsal, Scene, Stage, read_stage
from config.desks import read_services
from tests.unit.bot.checking.conftest import CONFIG, TODAY, Plant, only
from tests.unit.bot.conftest import NOW

GUIDE = (CONFIG.parent / "docs" / "operators.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:yaml|tsv|text)\n(.*?)^```", GUIDE, re.M | re.S)
LOST_PAPERS = next(block for block in BLOCKS if block.startswith("flow: "))
NUMBER = next(block for block in BLOCKS if "NUMBER" in block)
CONDITIONS = next(block for block in BLOCKS if block.startswith("danger_now")).splitlines()
MENU = "menu: [help_self, help_other, tip, missing, info,"
EXAMPLE = "help us, the door is welded shut"

# File, what stands there, what the guide puts there.
STEPS = (
    ("flows/help_other.yaml", "    text: When did you last hear from them?", "    text: When did you last speak with them?"),
    ("flows/tip.yaml", "      marriage_broker: Marriage broker\n", "      school: School\n      marriage_broker: Marriage broker\n"),
    ("flows/keywords.yaml", "  exit: [exit, close,", "  exit: [bye, exit, close,"),
    ("flows/keywords.yaml", "  not_sure: [maybe,", "  not_sure: [perhaps, maybe,"),
    ("flows/blocks.yaml", "zh: 中文,", "shn: လိၵ်ႈတႆး, zh: 中文,"),
    ("flows/keywords.yaml", "    vi: [tiếng việt, /vi]\n", "    vi: [tiếng việt, /vi]\n    shn: [လိၵ်ႈတႆး, /shn]\n"),
    ("focal_points.yaml", "    languages: [my,", "    languages: [shn, my,"),
    ("flows/blocks.yaml", f"{MENU} status", f"{MENU} lost_papers, status"),
    ("places/kh.tsv", "KH\tKH-1\ttown\tPoipet;", "KH\tKH-1\ttown\tSample Crossing; ច្រកគំរូ\nKH\tKH-1\ttown\tPoipet;"),
    ("signals/en.yaml", "\nlocked: [", "\nlocked: [welded shut, "),
    (
        "urgency.yaml",
        '    examples: {match: ["please come now they beating',
        f'    examples: {{match: ["{EXAMPLE}", "please come now they beating',
    ),
    ("focal_points.yaml", "    hours: always", '    hours: {mon-fri: "08:00-17:00", sat: "20:00-02:00"}'),
    ("retention.yaml", "case_after_closing: 365", "case_after_closing: 180"),
    ("services.yaml", "services:\n", "services:\n" + re.sub("NAME|WHOSE|PAGE", "sample", NUMBER).replace("NUMBER", "1280")),
)


class Edited(NamedTuple):
    """The edited folder, what it is played with, and the faults of its check before and after `texts update`."""

    folder: Path
    stage: Stage
    before: tuple[Fault, ...]
    after: tuple[Fault, ...]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    ignore = shutil.ignore_patterns("*.py", "__pycache__", "schemas")
    folder = Path(shutil.copytree(CONFIG, tmp_path_factory.mktemp("guide") / "config", ignore=ignore))
    (folder / "flows" / "lost_papers.yaml").write_text(LOST_PAPERS, encoding="utf-8")
    for file, old, new in STEPS:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    before = check_folder(folder, TODAY).of("error", "gap")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_CONFIG", str(folder))
        assert hotline("texts", "extract").exit_code == hotline("texts", "update").exit_code == 0
        after = check_folder(folder, TODAY).of("error", "gap")
        yield Edited(folder, read_stage(folder), before, after)


def hotline(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


def talk(stage: Stage, *said: str) -> Scene:
    """The scene of the last message of a talk by SMS in English."""
    person = Rehearsal(stage, "sms", "en", NOW)
    return [person.hear({"say": text}) for text in said][-1]


def test_every_block_of_the_guide_is_one_that_is_tried_here() -> None:
    tried = "\n".join(new for _, _, new in STEPS) + LOST_PAPERS + NUMBER + "\n".join(CONDITIONS)
    lines = [line.strip() for block in BLOCKS for line in block.splitlines()]
    assert len(lines) > 30 and [line for line in lines if line not in tried and line.removesuffix(",") not in tried] == []


def test_all_edits_together_leave_only_texts_to_translate(edited: Edited) -> None:
    assert {fault.grade for fault in edited.before} == {fault.grade for fault in edited.after} == {"gap"}
    assert any("the language shn has no catalogue flows.po; run `hotline texts update shn`" in fault.text for fault in edited.before)
    assert any("'When did you last speak with them?'" in fault.text for fault in edited.before)
    assert all("translate it and take away `fuzzy`" in fault.text for fault in edited.after)


def test_what_was_added_comes_up_in_the_state_of_the_texts(edited: Edited) -> None:
    shown = next(line for line in hotline("texts", "status").output.splitlines() if line.startswith("shn/flows.po"))
    _, total, translated, fuzzy, missing, *_ = shown.split()
    assert total == missing and (translated, fuzzy) == ("0", "0")


def test_the_changed_question_and_the_new_answer_are_there(edited: Edited) -> None:
    flows = edited.stage.book.flows
    assert flows["help_other"].steps["last_contact"].text == "When did you last speak with them?"
    assert "School" in "\n".join(talk(edited.stage, "3").shown)
    assert talk(edited.stage, "3", "school").events == ("Answered topic school",)


def test_the_keywords_work(edited: Edited) -> None:
    assert talk(edited.stage, "1", "bye").events == talk(edited.stage, "1", "x").events
    assert talk(edited.stage, "1", "perhaps").events[0] == "Answered phone_safe not_sure"


def test_people_switch_to_the_language_and_read_english_until_it_is_translated(edited: Edited) -> None:
    scene = talk(edited.stage, "1", "လိၵ်ႈတႆး")
    assert scene.lang == "shn" and "Is this phone safe to use now?" in "\n".join(scene.shown)


def test_the_flow_is_in_the_menu_and_comes_to_its_end(edited: Edited) -> None:
    assert "6 Lost papers" in "\n".join(talk(edited.stage, "menu").shown)
    assert talk(edited.stage, "menu", "6", "2").place == "country"
    assert talk(edited.stage, "menu", "6", "1").place == "since"
    done = talk(edited.stage, "menu", "6", "1", "yesterday", "6", "5", "0")
    assert done.place == "end end" and done.path is not None and done.path.desk == "vn"


def test_the_place_is_found(edited: Edited) -> None:
    for text in ("they lock us in at Sample Crossing", "ជួយផង គេចាក់សោខ្ញុំ នៅច្រកគំរូ"):
        seen = edited.stage.triage.assess(text)
        assert (seen.country, seen.subdivision) == ("KH", "KH-1")


def test_the_word_fires_its_rule_and_did_not_before(edited: Edited) -> None:
    assert "T04" in {reason.rule for reason in edited.stage.triage.assess(EXAMPLE).reasons}
    assert "T04" not in {reason.rule for reason in read_stage(CONFIG).triage.assess(EXAMPLE).reasons}


def test_the_desk_has_its_hours(edited: Edited) -> None:
    hours = edited.stage.routing.desks["kh"].hours
    assert not hours.always and (0, 480, 1020) in hours.spans and (5, 1200, 1560) in hours.spans


def test_a_number_is_shown_in_production_for_90_days_from_its_call(edited: Edited) -> None:
    assert edited.stage.services.number(("KH", None), "danger", "km", TODAY) == "1280"
    assert read_services(edited.folder, demo=False).number("KH", "danger", "km", TODAY) is None
    file = edited.folder / "services.yaml"
    raw = file.read_text(encoding="utf-8")
    file.write_text(raw.replace("verified_on: null", f"verified_on: {TODAY}", 1), encoding="utf-8")
    called = read_services(edited.folder, demo=False)
    file.write_text(raw, encoding="utf-8")
    assert called.number(("KH", None), "danger", "km", TODAY) == "1280"
    assert called.number(("KH", None), "danger", "km", TODAY + timedelta(days=91)) is None
    told = [fault.text for fault in check_folder(edited.folder, TODAY).of("draft") if fault.file == "services.yaml"]
    assert sum("nobody has called 1280 yet" in text for text in told) == 2


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_of_the_guide_can_be_read(condition: str) -> None:
    assert parse(condition)[1]


def test_a_saved_talk_is_played_again_and_told_when_it_goes_otherwise(
    edited: Edited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "talk.yaml"
    assert hotline("chat", "--channel", "sms", "--save", str(saved), typed="menu\n6\n2\n").exit_code == 0
    assert hotline("test-flows", str(saved)).output == "1 talks went as they are written\n"
    monkeypatch.setenv("HOTLINE_CONFIG", str(CONFIG))
    assert hotline("test-flows", str(saved)).exit_code == 1


def test_the_flow_is_drawn(edited: Edited, tmp_path: Path) -> None:
    assert hotline("flows", "draw", "lost_papers", "--out", str(tmp_path)).exit_code == 0
    assert "which_papers" in (tmp_path / "lost_papers.svg").read_text(encoding="utf-8")


def test_a_slip_is_told_at_its_place(folder: Path, plant: Plant) -> None:
    place = plant("flows/help_self.yaml", 'when: phone_safe = "yes"', old="when: cover")
    where = (place[0], place[1] + len("when: "))
    only(folder, "flows/help_self.yaml", where, "this condition cannot be read")


def test_the_dates_of_the_guide_are_dates() -> None:
    found = re.findall(r"\b20\d\d-\d\d-\d\d\b", GUIDE)
    assert len(found) >= 3 and all(date.fromisoformat(day) for day in found)
