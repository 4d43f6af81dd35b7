"""Power cuts while people write: one recorded run, many moments at which the power goes, and what is there after each."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from config import settings as settings_module
from tests.fixtures.hotline import HOTLINE, ROOT, Hotline
from tests.fixtures.running import running, surroundings
from tests.torture import checker
from tests.torture.ledger import Entry, Ledger
from tests.torture.power import MARKER, Record, cut, read, recorder, written
from tests.torture.sender import CHANNELS, Person
from triage import desk, messages
from triage.db import open_database
from triage.keys import opening_keys
from triage.scope import COMMAND_LINE

FILES = ("hotline.db", "hotline.db-wal")
EACH = 3  # what everybody says


def campaign(seed: int, people: int, cuts: int, restarts: int) -> dict[str, Any]:
    """`people` on each channel write; the power goes at `cuts` moments; on `restarts` of what is left the hotline starts and goes on."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="hl-power-") as name:
        folder = Path(name)
        base, record = _recorded(folder, seed, people)
        assert len(record.answered) == people * len(CHANNELS) * EACH, f"{len(record.answered)} answers were seen"
        home, moments, broken = folder / "home", record.moments(rng, cuts), []
        homes = []
        for number, at in enumerate(moments):
            into = folder / f"cut-{number}"
            cut(record, at, rng, base, into, [home / file for file in FILES])
            broken += [f"line {at}: {fault}" for fault in _faults(into, record.acknowledged(at))]
            if len(homes) < restarts:
                homes.append((at, into))
            else:
                shutil.rmtree(into)
        for at, into in homes:
            broken += [f"line {at}, started again: {fault}" for fault in _goes_on(into, folder, seed, people)]
    acknowledged = sum(len(record.acknowledged(at)) for at in moments)
    written = Counter(step.kind for step in record.steps)
    line = {"seed": seed, "messages": len(record.answered), "cuts": cuts, "started": len(homes), "acknowledged": acknowledged}
    return line | {"steps": dict(written), "broken": broken[:20], "kept": not broken}


def crowd(seed: int, people: int) -> list[Person]:
    """The same people with the same words, each time."""
    return [Person(channel, number, random.Random(f"{seed}/{channel}/{number}")) for channel in CHANNELS for number in range(people)]


def _recorded(folder: Path, seed: int, people: int) -> tuple[Path, Record]:
    """The home as it was before, and what was asked of the disk since."""
    home, base, log = folder / "home", folder / "base", folder / "record"
    environ = surroundings(home, 1, 2, "", "", "")
    subprocess.run([str(HOTLINE), "setup"], env=environ, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(home, base)
    with running(home=home, under=recorder(log)) as hotline, ThreadPoolExecutor(len(CHANNELS)) as many:
        list(many.map(lambda person: [_say(hotline, person) for _ in range(EACH)], crowd(seed, people)))
    return base, read(written(log), [home / name for name in FILES])


def _say(hotline: Hotline, person: Person) -> Entry:
    text = person.next_words()
    external, deliver = person.delivery(hotline, text)
    answer = deliver()
    assert answer.status_code == 200, answer.status_code
    return Entry(person.name, person.channel, external, text, 1, 0.0)


def _faults(home: Path, acknowledged: set[str]) -> list[str]:
    """What is wrong with the files alone: they are whole, and each acknowledged message is in them once and can be opened."""
    settings = settings_module.read({"HOTLINE_HOME": str(home), "HOTLINE_CONFIG": "config"})
    database, verdict = open_database(settings), checker.Verdict()
    try:
        checker.whole(database, verdict)
        opener = opening_keys(settings).opening()
        with database.reading() as tx:
            texts = [word.text for case in desk.all_cases(tx, COMMAND_LINE) for word in messages.read_all(tx, case.id, opener)]
    except Exception as error:
        return [f"{type(error).__name__} on opening it"]
    finally:
        database.engine.dispose()
    seen = Counter(found[-1].decode() for text in texts if (found := MARKER.findall(text.encode())))
    return verdict.faults + [f"{marker} is there {seen[marker]} times" for marker in sorted(acknowledged) if seen[marker] != 1]


def _goes_on(home: Path, folder: Path, seed: int, people: int) -> list[str]:
    """Starts it; whatever was not acknowledged comes again, as providers do, and so does all else: in the end each is there once."""
    ledger = Ledger(folder / f"{home.name}.jsonl")
    with running(home=home) as hotline:
        for person in crowd(seed, people):
            for _ in range(EACH):
                ledger.note(_say(hotline, person))
        verdict = checker.check(hotline, ledger)
    ledger.close()
    return [] if verdict.kept else [str(verdict)]
