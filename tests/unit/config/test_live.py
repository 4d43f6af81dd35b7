"""The config that is live: edits go live, bad ones do not, and the last good one outlives a restart."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from config import settings as settings_module
from config.files import read_yaml
from config.live import ConfigBroken, Live, Store, after_fork, before_fork
from config.settings import Settings
from config.snapshots import digest, snapshot
from tests.fixtures.hotline import wait_for

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas"))
    return settings_module.read({"HOTLINE_HOME": str(tmp_path / "home"), "HOTLINE_CONFIG": str(folder)})


def _edit(settings: Settings, old: str, new: str, file: str = "texts/phrases.yaml") -> None:
    path = settings.config / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _menu(folder: Path) -> str:
    return str(read_yaml(folder / "texts" / "phrases.yaml")["menu"])


@pytest.fixture
def live(settings: Settings) -> Live[str]:
    return Live(settings, _menu)


def test_an_edit_goes_live_at_the_next_look(settings: Settings, live: Live[str]) -> None:
    live.look()
    before = live.now
    _edit(settings, f"menu: {before}", "menu: What can we do?")
    live.look()
    assert live.now == "What can we do?" and live.faults == ()


def test_a_watching_process_looks_by_itself(settings: Settings, live: Live[str]) -> None:
    live.watch()
    _edit(settings, f"menu: {live.now}", "menu: What can we do?")
    wait_for(lambda: live.now == "What can we do?", 60)
    live.stop()


def test_a_bad_edit_is_told_and_the_last_good_one_stays(settings: Settings, live: Live[str]) -> None:
    before = live.now
    _edit(settings, f"menu: {before}", "menu: [")
    live.look()
    assert live.now == before and live.faults[0].startswith(f"{settings.config}/texts/phrases.yaml:")
    _edit(settings, "menu: [", "menu: All is well.")
    live.look()
    assert live.now == "All is well." and live.faults == ()


def test_a_restart_during_a_bad_edit_comes_up_with_the_last_good_one(settings: Settings) -> None:
    good = Store(settings).verdict()
    _edit(settings, "desk: kh", "desk: nowhere", "routing.yaml")
    again = Store(settings).verdict()
    assert again.folder == good.folder and "there is no desk nowhere" in again.faults[0]
    assert _menu(again.folder) == _menu(settings.config)


def test_without_any_good_config_nothing_starts(settings: Settings) -> None:
    _edit(settings, "desk: kh", "desk: nowhere", "routing.yaml")
    with pytest.raises(ConfigBroken, match=r"routing\.yaml:\d+:\d+: there is no desk nowhere"):
        Store(settings).verdict()


def test_a_text_without_translations_is_no_reason_to_keep_an_edit_out(settings: Settings) -> None:
    _edit(settings, 'urgent: "We tell the team now."', "urgent: We tell them now.")
    assert Store(settings).verdict().faults == ()


def test_what_stays_the_same_has_the_same_name(settings: Settings) -> None:
    before, seen = digest(settings.config), snapshot(settings.config)
    (settings.config / "flows" / "tip.yaml").touch()
    (settings.config / "flows" / ".tip.yaml.swp").write_text("half", encoding="utf-8")
    assert digest(settings.config) == before and snapshot(settings.config) != seen
    _edit(settings, "version: 1", "version: 2", "routing.yaml")
    assert digest(settings.config) != before


def test_what_is_built_before_a_fork_looks_for_edits_only_after_it() -> None:
    looked: list[str] = []

    class Quiet(Live[int]):
        def __init__(self) -> None:
            self._stop = threading.Event()

        def _watching(self) -> None:
            looked.append(threading.current_thread().name)

    before_fork()
    first = Quiet().watch()
    assert looked == []
    after_fork()
    Quiet().watch()
    for thread in threading.enumerate():
        if thread.name == "config":
            thread.join(5)
    assert len(looked) == 2 and isinstance(first, Quiet)
