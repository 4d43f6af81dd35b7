"""The power goes while people write: what was acknowledged is on the disk, and the hotline starts and goes on."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.draws import drawn
from tests.fixtures.hotline import ROOT
from tests.torture.cuts import FILES, campaign
from tests.torture.power import MARKER, cut, read, recorder, written
from triage.db import sqlite_module

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
# Stores each message and says so, as a process of ours does, with as much care as it is told.
WRITER = """
import socket, sys
from triage.db import sqlite_module
connection = sqlite_module().connect(sys.argv[1], isolation_level=None)
for pragma in ("journal_mode=WAL", f"synchronous={sys.argv[2]}", "wal_autocheckpoint=20"):
    connection.execute(f"PRAGMA {pragma}")
connection.execute("CREATE TABLE kept (text)")
here, there = socket.socketpair()
for number in range(40):
    there.sendall(b"sms-%d-1-000000" % number)
    text = here.recv(100).decode()
    connection.execute("INSERT INTO kept VALUES (?)", (text,))
    here.sendall(b"HTTP/1.1 200 OK")
    there.recv(100)
"""


def test_no_power_cut_takes_what_was_acknowledged() -> None:
    line = campaign(drawn(), people=2, cuts=10, restarts=1)
    print(line)
    assert line["kept"] and line["acknowledged"] > 10, line


@pytest.mark.parametrize(("care", "loses"), [("FULL", False), ("NORMAL", True), ("OFF", True)])
def test_a_cut_takes_what_was_not_synced(care: str, loses: bool, tmp_path: Path) -> None:
    home, base, log = tmp_path / "home", tmp_path / "base", tmp_path / "record"
    for folder in (home, base):
        folder.mkdir()
    files = [home / name for name in FILES]
    subprocess.run([*recorder(log), sys.executable, "-c", WRITER, str(files[0]), care], cwd=ROOT, check=True, timeout=60)
    record, rng, lost = read(written(log), files), random.Random(1), 0
    assert len(record.answered) == 40
    for number, at in enumerate(record.moments(rng, 30)):
        into = tmp_path / f"cut-{number}"
        cut(record, at, rng, base, into, files)
        lost += bool(record.acknowledged(at) - _kept(into / FILES[0]))
    assert (lost > 0) == loses, f"{lost} of 30 cuts took something"


def _kept(path: Path) -> set[str]:
    module = sqlite_module()
    connection = module.connect(str(path))
    try:
        return {found.group().decode() for (text,) in connection.execute("SELECT text FROM kept") if (found := MARKER.match(text.encode()))}
    except module.DatabaseError:
        return set()
    finally:
        connection.close()
