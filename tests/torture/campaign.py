"""A run: people write, things break at random points, and at the end nothing is missing. The seed replays the draws."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.houses import fresh_database, postgres
from tests.fixtures.hotline import Hotline
from tests.fixtures.running import running
from tests.torture.checker import Verdict, check
from tests.torture.faults import FAULTS
from tests.torture.ledger import Ledger
from tests.torture.sender import Crowd


@dataclass
class Run:
    """What one run did and found."""

    database: str
    seed: int
    seconds: float
    faults: dict[str, int]
    verdict: Verdict
    redelivered: int
    refused: int
    slowest: float = 0.0
    tried_again: int = 0

    def line(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"kills": sum(self.faults.values()), "kept": self.verdict.kept}


@contextlib.contextmanager
def hotline_on(database: str, address: str = "") -> Iterator[Hotline]:
    """A fresh hotline on `sqlite` or on a `postgres` server: the one at this address, or one of its own."""
    with contextlib.ExitStack() as stack:
        url = ""
        if database == "postgres":
            url = stack.enter_context(fresh_database(address or stack.enter_context(postgres())))
        yield stack.enter_context(running(url))


def harm(hotline: Hotline, rng: random.Random, kills: int, only: tuple[str, ...] = (), pause: float = 1.0) -> Counter[str]:
    """Breaks things `kills` times; how often each."""
    names = [name for name in FAULTS if not only or name.split()[0] in only or name in only]
    drawn = rng.choices(names, [FAULTS[name][1] for name in names], k=kills)
    for name in drawn:
        time.sleep(rng.random() * 2 * pause)
        FAULTS[name][0](hotline, rng)
    return Counter(drawn)


def campaign(database: str, seed: int, kills: int, only: tuple[str, ...] = (), pause: float = 1.0, address: str = "") -> Run:
    """One run on a fresh hotline."""
    print(f"seed {seed} on {database}: {kills} faults", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hl-ledger-") as folder, hotline_on(database, address) as hotline:
        ledger = Ledger(Path(folder) / "accepted.jsonl")
        crowd = Crowd(hotline, ledger, seed)
        try:
            done = harm(hotline, random.Random(seed), kills, only, pause)
        finally:
            crowd.stop()
        verdict = check(hotline, ledger)
        ledger.close()
    entries = ledger.entries
    run = Run(database, seed, time.monotonic() - started, dict(sorted(done.items())), verdict, crowd.redelivered, crowd.refused)
    run.slowest, run.tried_again = max(entry.seconds for entry in entries), sum(entry.tries > 1 for entry in entries)
    return run
