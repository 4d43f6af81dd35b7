"""A run on several hosts: people write through a balancer while machines are cut off, lost and replaced; then all is counted."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.torture.checker import check
from tests.torture.cluster import APPS, HOSTS, Balanced, Cluster, cluster
from tests.torture.ledger import Ledger
from tests.torture.network import network, until
from tests.torture.sender import Crowd

BACK_SECONDS = 60.0
Harm = Callable[[Cluster, random.Random], None]


def cut_off(found: Cluster, rng: random.Random) -> None:
    """A host that nobody reaches and that reaches nobody, for some seconds; it runs on all the while."""
    name = rng.choice(APPS)
    found.host(name).pull()
    time.sleep(3 + rng.random() * 3)
    found.host(name).plug()
    _back(found, name)


def lose(found: Cluster, rng: random.Random) -> None:
    """A host without power, all its processes at once; then it starts again."""
    name = rng.choice(APPS)
    found.host(name).kill()
    time.sleep(rng.random() * 2)
    found.start_app(name)
    _back(found, name)


def lose_redis(found: Cluster, rng: random.Random) -> None:
    """Redis' machine is gone, and comes back empty."""
    found.host("redis").kill()
    time.sleep(1 + rng.random() * 3)
    found.start_redis()


def cut_off_redis(found: Cluster, rng: random.Random) -> None:
    """Redis answers nothing, not even with a refusal."""
    found.host("redis").pull()
    time.sleep(2 + rng.random() * 3)
    found.host("redis").plug()


def cut_off_primary(found: Cluster, rng: random.Random) -> None:
    """The database answers nothing for some seconds; what was asked meanwhile was not acknowledged."""
    found.host(found.primary).pull()
    time.sleep(2 + rng.random() * 3)
    found.host(found.primary).plug()
    for name in APPS:
        _back(found, name)


def replace(found: Cluster, rng: random.Random) -> None:
    """A new version, host by host."""
    for name in APPS:
        found.stop_app(name)
        found.start_app(name)
        _back(found, name)


def fail_over(found: Cluster, rng: random.Random) -> None:
    """The primary is lost and the standby promoted, once in a run."""
    if found.primary == "primary":
        found.promote()
    for name in APPS:
        _back(found, name)


HARMS: Mapping[str, Harm] = {
    "cut off": cut_off,
    "lose": lose,
    "lose redis": lose_redis,
    "cut off redis": cut_off_redis,
    "cut off primary": cut_off_primary,
    "replace": replace,
}
SHORT = ("cut off", "lose redis", "lose")


def _back(found: Cluster, name: str) -> None:
    until(lambda: found.ready(name), BACK_SECONDS, f"host {name} is back")


def campaign(seed: int, rounds: int) -> dict[str, Any]:
    """Each harm `rounds` times in an order by the seed, a failover in the middle; with no rounds a short run of the gravest."""
    rng = random.Random(seed)
    names = list(HARMS) * rounds or list(SHORT)
    rng.shuffle(names)
    names.insert(len(names) // 2, "fail over")
    print(f"seed {seed} on several hosts: {names}", flush=True)
    with network(*HOSTS) as lan, tempfile.TemporaryDirectory(prefix="hl-hosts-") as folder:
        with cluster(lan, Path(folder)) as (found, balanced):
            try:
                return _run(found, balanced, names, rng, Path(folder)) | {"seed": seed}
            except BaseException:
                print(found.log())
                raise


def _run(found: Cluster, balanced: Balanced, names: list[str], rng: random.Random, folder: Path) -> dict[str, Any]:
    began, ledger, clocks, spans = time.monotonic(), Ledger(folder / "accepted.jsonl"), [], []
    crowd = Crowd(balanced, ledger, rng.randrange(10**6))
    try:
        for name in names:
            time.sleep(rng.random() * 2)
            started = time.monotonic()
            (fail_over if name == "fail over" else HARMS[name])(found, rng)
            spans.append((name, round(time.monotonic() - started, 1)))
            until(lambda: found.clocks() == 1, 30, "one active clock")
            clocks.append(found.clocks())
    finally:
        crowd.stop()
    verdict = check(balanced, ledger)
    ledger.close()
    entries = ledger.entries
    line = {"verdict": asdict(verdict), "kept": verdict.kept, "harms": spans, "clocks": clocks, "seconds": round(time.monotonic() - began, 1)}
    line |= {"slowest": round(max(entry.seconds for entry in entries), 1), "tried_again": sum(entry.tries > 1 for entry in entries)}
    return line | {"redelivered": crowd.redelivered, "refused": crowd.refused}
