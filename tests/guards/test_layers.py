"""The layers of the house hold, and Import Linter would say so if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.tree import PACKAGES, ROOT

LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "", "LANG": "C.UTF-8"}, capture_output=True, text=True, check=False
    )


def test_the_layers_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=lambda _, names: [name for name in names if "." in name and not name.endswith(".py")]
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


# One violation for each kind of rule: a room, a layer inside a room, purity, an outside part's home, a module without a place.
PLANTED = {
    "dashboard/queue.py": "import bot.reply",
    "triage/text.py": "import triage.db",
    "config/clock.py": "import triage.values",
    "bot/flows/state.py": "import random",
    "bot/channels/base.py": "import triage.values",
    "bot/delivery.py": "import twilio",
    "dashboard/unplaced.py": "x = 1",
}


def test_a_planted_violation_of_each_kind_is_caught(copy: Path) -> None:
    for path, line in PLANTED.items():
        old = (copy / path).read_text(encoding="utf-8") if (copy / path).exists() else None
        (copy / path).write_text((old or "") + f"\n{line}\n", encoding="utf-8")
        done = lint(copy)
        assert done.returncode == 1 and "BROKEN" in done.stdout or "unplaced" in done.stdout + done.stderr, (path, done.stdout)
        (copy / path).unlink() if old is None else (copy / path).write_text(old, encoding="utf-8")
    assert lint(copy).returncode == 0
