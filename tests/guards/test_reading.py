"""config/ is the only code that reads the environment and files; only entry points read the clock."""

from __future__ import annotations

import pytest

from tests.guards.tree import names, sources

READS = ("os.environ", "os.getenv", "os.environb", "os.open", "io.open", "open")
READ_METHODS = ("read_text", "read_bytes", "write_text", "write_bytes")
# Where a file is touched all the same, and why.
ALLOWED = {
    ("bot/commands.py", "os.environ"): "handed on whole to the processes of the Procfile; nothing is read from it",
    ("triage/db.py", "os.open"): "the lock file beside SQLite; it holds nothing",
    ("triage/leader.py", "os.open"): "the lock file of the one active clock; it holds nothing",
}
CLOCK = ("time.time", "time.time_ns", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today")
OUR_CLOCK = ("config.clock.now_ms", "config.clock", "bot.wiring.now_ms")


def reads(text: str) -> set[str]:
    found = {name for name, _ in names(text)}
    methods = {name.rsplit(".", 1)[-1] for name in found if "." in name and not name.startswith("config.files")} & set(READ_METHODS)
    return {name for name in found if name in READS} | methods


def clock_reads(text: str) -> set[str]:
    return {name for name, _ in names(text) if name in CLOCK}


def test_only_config_reads_the_environment_and_files() -> None:
    found = {(path, name) for path, text in sources("bot", "triage", "dashboard").items() for name in reads(text)}
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() - found == set(), "no longer needed here"


def test_only_config_clock_reads_the_clock() -> None:
    assert [path for path, text in sources().items() if clock_reads(text)] == ["config/clock.py"]


def test_the_core_is_given_the_time() -> None:
    inner = {path: text for path, text in sources("triage", "bot/flows", "bot/channels").items() if not path.startswith("triage/cli")}
    assert [path for path, text in inner.items() if {name for name, _ in names(text)} & set(OUR_CLOCK)] == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("import os\nx = os.environ['A']", {"os.environ"}),
        ("from os import getenv as g\ng('A')", {"os.getenv"}),
        ("with open('a') as f: pass", {"open"}),
        ("from pathlib import Path\nPath('a').read_text()", {"read_text"}),
        ("p.parent.write_bytes(b'')", {"write_bytes"}),
        ("box.open(b'')\nfrom config.files import read_text\nread_text('a')", set()),
    ],
)
def test_the_guard_sees_a_read(text: str, seen: set[str]) -> None:
    assert reads(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "from time import time_ns\ntime_ns()",
        "from datetime import datetime\ndatetime.now()",
        "import datetime as d\nd.datetime.utcnow()",
        "from datetime import date\ndate.today()",
    ],
)
def test_the_guard_sees_the_clock(text: str) -> None:
    assert len(clock_reads(text)) == 1
