"""An operator edits the config while people talk: seen from outside, with every process running."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fixtures.hotline import ROOT, Hotline, wait_for
from tests.fixtures.running import running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config that is edited; each test leaves it good."""
    into = tmp_path_factory.mktemp("live") / "config"
    return Path(shutil.copytree(ROOT / "config", into, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas")))


@pytest.fixture(scope="module")
def tuned(folder: Path) -> Iterator[Hotline]:
    """One hotline for all edits: each test writes from numbers of its own."""
    with running(more={"HOTLINE_CONFIG": str(folder)}) as found:
        yield found


OFTEN = """  - id: often
    ask: one
    text: How often?
    options: {once: Once, repeated: Again and again, unknown: "Don't know"}
    optional: true

"""


def seconds(tuned: Hotline) -> float:
    """Five, and more where this machine is busy with other things just now: a check takes it 0.7 s when it is idle."""
    before = time.monotonic()
    tuned.run("check")
    return 5 * max(1.0, (time.monotonic() - before) / 1.0)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_edits_go_live_with_conversations_running_and_bad_ones_do_not(tuned: Hotline, folder: Path) -> None:
    sender = "+12025550100"
    tuned.sms("1", sender)
    first = tuned.sms("000", sender).text
    assert "How can we help" in first
    tuned.sms("1", sender)
    assert "danger" in tuned.sms("1", sender).text

    # A question is asked in other words, in every process that answers, within five seconds.
    edit(folder, "texts/phrases.yaml", "menu: How can we help?", "menu: What can we do for you?")
    wait_for(lambda: all("What can we do for you" in tuned.sms("hello", f"+1202555{number:04}").text for number in range(200, 206)), seconds(tuned))
    # The conversation that was under way goes on where it was.
    assert "country" in tuned.sms("2", sender).text

    # The desk shows what is wrong with a bad edit, and the last good one answers.
    edit(folder, "routing.yaml", "desk: kh", "desk: nowhere")
    session = tuned.login("th")
    wait_for(lambda: all("there is no desk nowhere" in session.get(f"{tuned.desk}/queue", timeout=5).text for _ in range(6)), seconds(tuned))
    assert "What can we do for you" in tuned.sms("hello", "+12025550300").text
    for site in (tuned.web, tuned.desk):
        ready = requests.get(f"{site}/readyz", timeout=5)
        assert ready.ok and ready.json()["config"] is False
    assert "routing.yaml:" in tuned.log.read_text() and "there is no desk nowhere" in tuned.log.read_text()

    # A restart in the middle of it comes up with the last good one, and says so.
    tuned.stop()
    tuned.start()
    assert "the last good one is live" in tuned.log.read_text()
    assert "What can we do for you" in tuned.sms("hello", "+12025550301").text

    edit(folder, "routing.yaml", "desk: nowhere", "desk: kh")
    session = tuned.login("th")
    wait_for(lambda: all("nowhere" not in session.get(f"{tuned.desk}/queue", timeout=5).text for _ in range(6)), seconds(tuned))


def begun(tuned: Hotline, sender: str, *texts: str) -> str:
    """A talk by SMS that was chosen from the menu; the last question."""
    tuned.sms("hello", sender)
    return [tuned.sms(text, sender).text for text in ("000", *texts)][-1]


def case_page(tuned: Hotline, text: str) -> str:
    """What the desk reads of the case in which this was said, without marks."""
    case = tuned.case_with(text)
    page = tuned.login(case["queue"]).get(f"{tuned.desk}/cases/{case['ref']}", timeout=10).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def buttons(answer: requests.Response) -> dict[str, str]:
    """What a chat may press, by what stands on it."""
    rows = json.loads(answer.json()["reply_markup"])["inline_keyboard"] if isinstance(answer.json()["reply_markup"], str) else []
    rows = rows or answer.json()["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


def test_a_step_an_option_and_a_flow_s_name_go_while_people_talk_and_their_answers_stay(tuned: Hotline, folder: Path) -> None:
    at_step, at_option, in_flow, chat = "+12025550400", "+12025550401", "+12025550402", 700400
    assert "How often" in begun(tuned, at_step, "3", "2", "0", "a canteen near the old mill", "1", "2")
    assert "How do you know" in begun(tuned, at_option, "3", "2", "0", "a kiosk near the new mill")
    assert "Which are true" in begun(tuned, in_flow, "5", "2", "1")
    tuned.update(chat, text="hello")
    asked = [tuned.update(chat, text=text) for text in ("000", "3", "7", "a boat near the third mill", "1", "2")][-1]
    assert "How often" in asked.json()["text"]

    edit(folder, "flows/tip.yaml", OFTEN, "")
    edit(folder, "flows/tip.yaml", "others_say: Others say so, ", "")
    edit(folder, "flows/info.yaml", "flow: info", "flow: knowledge")
    edit(folder, "flows/blocks.yaml", "missing, info, status", "missing, knowledge, status")
    edit(folder, "urgency.yaml", "when: flow == info", "when: flow == knowledge")
    new = iter(range(5000, 9999))
    wait_for(lambda: all("Others say" not in begun(tuned, f"+1202555{next(new)}", "3", "7", "a tent") for _ in range(6)), seconds(tuned))

    # The question is gone: a number meant for it answers no other, and the talk goes on at the next one that is there.
    assert "In which country" in tuned.sms("2", at_step).text
    assert "Where? Town" in tuned.sms("5", at_step).text
    page = case_page(tuned, "a canteen near the old mill")
    assert "topic broker saw job skipped source saw myself when today country Thailand" in page
    # Nor does its button, which is not met with silence either.
    assert "In which country" in tuned.press(chat, buttons(asked)["Once"]).json()["text"]

    # 3 was "Others say so" and is "I read it online" now: it is asked again, with the list as it is.
    again = tuned.sms("3", at_option).text
    assert "That was an earlier question" in again and "3 I read it online" in again
    assert "source online" not in case_page(tuned, "a kiosk near the new mill")
    assert "When was it" in tuned.sms("3", at_option).text
    wait_for(lambda: "source online" in case_page(tuned, "a kiosk near the new mill"))

    # The flow has another name: the talk goes on in it, with what was answered before.
    assert "Strong warning" in tuned.sms("1 2 3 4", in_flow).text


def test_a_broken_edit_stays_out_of_the_talk_that_is_under_way(tuned: Hotline, folder: Path) -> None:
    sender = "+12025550500"
    assert "How do you know" in begun(tuned, sender, "3", "2", "0", "a bakery near the fourth mill")
    edit(folder, "flows/tip.yaml", "text: When was it?", "text: And when was it?\n    goto: {now: nowhere}")
    session = tuned.login("regional")
    told = "there is no step and no end nowhere in tip"
    wait_for(lambda: all(told in session.get(f"{tuned.desk}/queue", timeout=5).text for _ in range(6)), seconds(tuned))
    assert re.search(r"flows/tip\.yaml:\d+:\d+: " + told, session.get(f"{tuned.desk}/queue", timeout=5).text)
    assert "When was it" in tuned.sms("1", sender).text  # not "And when": the whole edit stays out
    assert re.search("How often|In which country", tuned.sms("1", sender).text)
    edit(folder, "flows/tip.yaml", "goto: {now: nowhere}", "goto: {now: country}")
    new = iter(range(7000, 7999))
    wait_for(lambda: all("And when was it" in begun(tuned, f"+1202555{next(new)}", "3", "7", "a tent", "1") for _ in range(4)), seconds(tuned))
    assert told not in session.get(f"{tuned.desk}/queue", timeout=5).text
    assert "And when was it" in tuned.sms("00", sender).text


def test_an_edit_is_live_in_the_workers_too(tuned: Hotline, folder: Path) -> None:
    number = iter(range(6100, 6999))

    def routed() -> str:
        at = next(number)
        told = f"they keep our passports in a plant of Battambang, hall {at}"
        tuned.sms(told, f"+1202555{at}")
        return str(tuned.case_with(told)["queue"])

    assert routed() == "kh"
    edit(folder, "routing.yaml", "country: [KH], desk: kh", "country: [KH], desk: regional")
    wait_for(lambda: routed() == "regional", seconds(tuned))
    edit(folder, "routing.yaml", "country: [KH], desk: regional", "country: [KH], desk: kh")
    wait_for(lambda: routed() == "kh", seconds(tuned))


def test_a_hotline_without_any_good_config_does_not_start_and_names_the_faults(folder: Path, tmp_path: Path) -> None:
    edit(folder, "routing.yaml", "desk: kh", "desk: nowhere")
    home = tmp_path / "home"
    environ = {"HOTLINE_CONFIG": str(folder), "HOTLINE_HOME": str(home)}
    quiet = Hotline(home, environ, "", "", None, None)  # type: ignore[arg-type]
    done = quiet.run("up")
    assert done.returncode == 1 and "routing.yaml:" in done.stderr and "there is no desk nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:8000/healthz", timeout=1)
