"""The full figures: `make torture`. Each run prints its seed; `--seed` plays the same draws again."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from tests.fuzz import campaign as every
from tests.fuzz.__main__ import guided
from tests.fuzz.readers import READERS
from tests.torture import cuts, delay, replies, stops, storm, twice
from tests.torture import hosts as machines
from tests.torture.campaign import campaign, hotline_on
from tests.torture.fuzz import Fuzzer, honest
from tests.torture.races import NOW, claim_races, house_on

DATABASES = ("sqlite", "postgres")
Line = dict[str, Any]


def kills(database: str, seed: int, count: int, only: tuple[str, ...]) -> Line:
    """Faults at random points while people write."""
    return campaign(database, seed, count, only).line()


def fuzz(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """Hostile requests at every address."""
    with hotline_on(database) as hotline:
        found = Fuzzer(hotline, seed).run(count)
        after = all(honest(hotline, seed))
    statuses = {str(status): times for status, times in sorted(found.statuses.items())}
    return {
        "sent": found.sent,
        "addresses": len(found.addresses),
        "statuses": statuses,
        "broken": found.broken,
        "kept": after and not found.broken,
    }


def parameters(database: str, _: int, __: int, ___: tuple[str, ...]) -> Line:
    """Every parameter of every address with every value that no field expects; the same each time."""
    return every.run(database)


def described(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """So many valid and invalid requests for every operation of docs/openapi."""
    return every.described(database, seed, count)


def readers(_: str, seed: int, seconds: int, __: tuple[str, ...]) -> Line:
    """Every reader under a guided fuzzer for so many seconds."""
    lines = [guided(name, seconds, seed) for name in READERS]
    return {"read": {line["reader"]: line["read"] for line in lines}, "broken": [line for line in lines if not line["kept"]]} | {
        "kept": all(line["kept"] for line in lines)
    }


def storms(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """So many people who each fire twenty updates at once."""
    with hotline_on(database) as hotline:
        said = storm.fire(hotline, count, 20, seed)
        found = storm.faults(hotline, said, replay=20)
    return {"people": count, "updates": count * 20, "broken": found, "kept": not found}


def claims(database: str, _: int, count: int, __: tuple[str, ...]) -> Line:
    """Two responders who reach for the same case at the same moment."""
    with house_on(database) as (settings, refs, pair):
        broken = claim_races(settings, refs(count), pair, NOW)
    return {"races": count, "broken": broken[:20], "kept": not broken}


def sent(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """Replies under kills."""
    with hotline_on(database) as hotline:
        return replies.run(hotline, seed, count, count)


def delays(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """Fifty messages a second for so many seconds: Redis emptied every five, then gone."""
    lines = {}
    for name, gone in (("emptied", False), ("gone", True)):
        with hotline_on(database) as hotline:
            lines[name] = delay.run(hotline, count, 50, gone)
    return lines | {"kept": all(line["kept"] for line in lines.values())}


def hosts(_: str, seed: int, count: int, __: tuple[str, ...]) -> Line:
    """Several hosts, each harm so often, and a failover of the database."""
    return machines.campaign(seed, count)


def power(_: str, seed: int, count: int, __: tuple[str, ...]) -> Line:
    """Power cuts; after some the hotline starts and goes on."""
    return cuts.campaign(seed, people=6, cuts=count, restarts=count // 15)


def jobs(database: str, _: int, count: int, __: tuple[str, ...]) -> Line:
    """So many messages and replies, each job rung five times, three workers."""
    with hotline_on(database) as hotline:
        return twice.run(hotline, count, times=5, workers=2)


def stopped(database: str, seed: int, count: int, _: tuple[str, ...]) -> Line:
    """So many people who say STOP, each in a spelling of their own."""
    with hotline_on(database) as hotline:
        return stops.run(hotline, seed, count)


RUNS: Mapping[str, Callable[[str, int, int, tuple[str, ...]], Line]] = {
    "kills": kills,
    "fuzz": fuzz,
    "parameters": parameters,
    "openapi": described,
    "readers": readers,
    "storm": storms,
    "claims": claims,
    "replies": sent,
    "delay": delays,
    "jobs": jobs,
    "stops": stopped,
    "hosts": hosts,
    "power": power,
}
ALONE = {"hosts": "postgres", "power": "sqlite", "readers": "sqlite"}  # on one database alone


@click.command(help=__doc__)
@click.option("--kills", default=200, show_default=True, help="Faults on each database; 0 leaves them out.")
@click.option("--fuzz", default=10_000, show_default=True, help="Hostile requests on each database.")
@click.option("--parameters", default=1, show_default=True, help="Every parameter with every hostile value, on each database; 0 leaves it out.")
@click.option("--openapi", default=200, show_default=True, help="Valid and invalid requests for each operation of docs/openapi, on each database.")
@click.option("--readers", default=60, show_default=True, help="Seconds of guided fuzzing for each reader; once.")
@click.option("--storm", default=200, show_default=True, help="People with twenty updates at once, on each database.")
@click.option("--claims", default=1000, show_default=True, help="Races of two responders for one case, on each database.")
@click.option("--replies", default=100, show_default=True, help="Replies under as many faults, on each database.")
@click.option("--delay", default=60, show_default=True, help="Seconds at fifty messages a second without Redis, on each database.")
@click.option("--hosts", default=3, show_default=True, help="How often each harm to one of several hosts; on PostgreSQL.")
@click.option("--jobs", default=100, show_default=True, help="Messages and replies whose jobs run five times at once, on each database.")
@click.option("--stops", default=1000, show_default=True, help="Spellings of STOP, each by a person of its own, on each database.")
@click.option("--power", default=150, show_default=True, help="Power cuts; on SQLite.")
@click.option("--seed", type=int, help="Plays an earlier run's draws again.")
@click.option("--on", "databases", type=click.Choice(DATABASES), multiple=True, help="One database; else both.")
@click.option("--only", multiple=True, help="Faults by name, such as F1 or 'F4 everything'.")
@click.option("--just", multiple=True, type=click.Choice(list(RUNS)), help="Only these runs; the counts of the others do not matter.")
@click.option("--report", type=click.Path(path_type=Path), help="Appends each run's figures as JSON Lines.")
def main(
    seed: int | None, databases: tuple[str, ...], only: tuple[str, ...], just: tuple[str, ...], report: Path | None, **counts: int
) -> None:
    """Runs everything on each database; exit 1 where a promise was broken."""
    kept = True
    for database in databases or DATABASES:
        for name, count in counts.items():
            if not count or (just and name not in just) or ALONE.get(name, database) != database:
                continue
            drawn, started = secrets.randbelow(10**6) if seed is None else seed, time.monotonic()
            print(f"{name} {count} on {database}, seed {drawn}", flush=True)
            line = {"run": name, "database": database, "seed": drawn} | RUNS[name](database, drawn, count, only)
            line["seconds"] = round(time.monotonic() - started, 1)
            text = json.dumps(line, ensure_ascii=False)
            print(text, flush=True)
            if report is not None:
                with report.open("a", encoding="utf-8") as out:
                    out.write(text + "\n")
            kept = kept and bool(line["kept"])
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
