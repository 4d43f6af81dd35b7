"""An operator edits the config while people talk: seen from outside, with every process running."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fixtures.hotline import ROOT, Hotline, wait_for
from tests.fixtures.running import running

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas")))


@pytest.fixture
def tuned(folder: Path) -> Iterator[Hotline]:
    with running(more={"HOTLINE_CONFIG": str(folder)}) as found:
        yield found


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
