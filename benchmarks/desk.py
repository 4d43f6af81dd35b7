"""The desk's pages, over few and over very many cases."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from flask import Flask
from sqlalchemy import insert, select

from benchmarks.goals import Goal, at_most
from benchmarks.houses import House, house
from config.clock import now_ms
from config.gazetteer import read_places, read_roles
from config.live import Fixed
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from triage import accounts, desk, sessions
from triage.db import Database, open_database
from triage.desk import Filters
from triage.keys import sealing_keys
from triage.places import Gazetteer
from triage.scope import Scope
from triage.tables import cases
from triage.values import KINDS

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH, TRIES = 5_000, 15
QUEUES = ("kh", "cn", "la", "mm", "th", "vn", "regional")
OPEN = 300  # not closed on each desk, at any size: how many people work, not how long the hotline has run
FILTERS = {
    "urgent ones": Filters(level="emergency"),
    "one kind and language": Filters(kind="help_self", lang="km"),
    "closed": Filters(state="closed"),
    "set apart": Filters(state="apart"),
}


def suite(rounds: int, sizes: tuple[int, ...] = SIZES) -> Iterator[Goal]:
    """Times at each size; the goals compare the largest with the smallest."""
    found: dict[int, dict[str, list[float]]] = {}
    with house() as place:
        database, made = open_database(place.settings), 0
        for size in sizes:
            _fill(database, made, size)
            made = size
            found[size] = {name: [_timed(work) for _ in range(rounds)] for name, work in _works(place, database).items()}
        database.engine.dispose()
    for name in ("queue", *FILTERS, "counts", "page"):
        said = "  ".join(f"{size:,}: {statistics.median(times[name]):.2f}" for size, times in found.items())
        print(f"sizes  {name}, ms: {said}", file=sys.stderr)
    few, many = found[sizes[0]], found[sizes[-1]]
    at = f"{sizes[-1]:,} cases"
    yield at_most(f"dashboard: queue at {at} against {sizes[0]:,}", _ratio(many["queue"], few["queue"]), 1.3)
    for name in FILTERS:
        yield at_most(f"dashboard: {name} against the plain queue, {at}", _ratio(many[name], many["queue"]), 2)
    yield at_most(f"dashboard: counts, ms, {at}", many["counts"], 1)
    yield at_most(f"dashboard: whole page of server time, p50, ms, {at}", many["page"], 10)


def _ratio(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / statistics.median(theirs) for one in ours]


def _timed(work: Callable[[], object]) -> float:
    """Median milliseconds of some tries, after one that warms up."""
    work()
    spans = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        spans.append((time.perf_counter() - began) * 1000)
    return statistics.median(spans)


def _works(place: House, database: Database) -> dict[str, Callable[[], object]]:
    scope = Scope(1, "kh")

    def listed(filters: Filters) -> Callable[[], object]:
        def work() -> object:
            with database.reading() as tx:
                return desk.queue(tx, scope, filters, 51)

        return work

    def counted() -> object:
        with database.reading() as tx:
            return desk.counts(tx, scope), desk.closed(tx, scope), desk.beside(tx, scope)

    app, token = _site(place, database)
    client = app.test_client()
    client.set_cookie("session", token)

    def page() -> object:
        answer = client.get("/queue")
        assert answer.status_code == 200
        return answer

    return {"queue": listed(Filters()), **{name: listed(one) for name, one in FILTERS.items()}, "counts": counted, "page": page}


def _site(place: House, database: Database) -> tuple[Flask, str]:
    from config.desks import read_routing

    settings = place.settings
    gazetteer = Gazetteer(read_places(settings.config / "places"), read_roles(settings.config / "places"))
    rules = Rules(read_routing(settings.config), gazetteer, folder=settings.config)
    app = create_app(Parts(settings, database, sealing_keys(settings), Fixed(rules), lambda *_: None, now_ms))
    with database.writing() as tx:
        who = accounts.by_email(tx, "kh@demo.invalid")
        assert who is not None
        return app, sessions.start(tx, who, now_ms(), True)


def _fill(database: Database, made: int, size: int) -> None:
    """Cases from `made` to `size`, spread over the desks; all but the newest are closed."""
    rng, now = random.Random(size), now_ms()
    with database.writing() as tx:
        tx.execute(cases.update().values(state="closed", closed_at=now, outcome="solved"))
    for first in range(made, size, BATCH):
        last = min(size, first + BATCH)
        with database.writing() as tx:
            fresh = size - OPEN * len(QUEUES)
            tx.execute(insert(cases), [_case(rng, at, now - (size - at) * 1000, at >= fresh) for at in range(first, last)])
    with database.writing() as tx:
        tx.exec_driver_sql("ANALYZE")
        assert tx.execute(select(cases.c.id).order_by(cases.c.id.desc()).limit(1)).scalar_one() == size


def _case(rng: random.Random, at: int, then: int, is_open: bool) -> dict[str, object]:
    values = {"ref": f"B{at:08d}", "queue": QUEUES[at % len(QUEUES)], "level": rng.choice((0, 0, 1, 1, 2, 3)), "kind": rng.choice(KINDS)}
    values |= {"lang": rng.choice(("km", "th", "vi", "my")), "channel": "sms", "received_at": then, "routed_at": then}
    values |= {"due_at": then + 3_600_000}
    values |= {"state": rng.choice(("new", "claimed")) if is_open else "closed", "closed_at": None if is_open else then + 60_000}
    return values | {"messages": 2, "version": 2, "lane": "apart" if rng.random() < 0.02 else "desk"}
