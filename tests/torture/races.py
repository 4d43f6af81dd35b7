"""Responders who reach for the same case at the same moment, each over a connection of their own."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from benchmarks.houses import fresh_database, postgres
from config.desks import read_routing
from config.settings import Settings, read
from triage import accounts, holders, intake, keys, schema
from triage import cases as verbs
from triage.db import Database, open_database, retried
from triage.scope import Scope
from triage.tables import cases, event
from triage.values import Conflict

NOW = 1_790_000_000_000
PASSWORD = "a long sample password"


@contextlib.contextmanager
def house_on(database: str) -> Iterator[tuple[Settings, Callable[[int], list[str]], tuple[Scope, Scope]]]:
    """A fresh database with two responders of one desk; what makes so many cases, their references."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="hl-races-"))
        url = stack.enter_context(fresh_database(stack.enter_context(postgres()))) if database == "postgres" else ""
        settings = read({"HOTLINE_HOME": home, "HOTLINE_CONFIG": "config", "HOTLINE_DATABASE_URL": url})
        keys.make_keys(settings)
        store, routing = open_database(settings), read_routing(settings.config)
        schema.migrate(store)
        with store.writing() as tx:
            holders.publish(tx, keys.public_halves(settings), NOW)
            one, two = (Scope(accounts.add(tx, f"{n}@demo.invalid", "Sample", "responder", "kh", PASSWORD, NOW), "kh") for n in "ab")

        def make(count: int) -> list[str]:
            look, ring = intake.FirstLook("km", "help_self", "high", "KH"), keys.opening_keys(settings)
            with store.writing() as tx:
                return [intake.accept(tx, ring, routing, "sms", look, NOW).ref for _ in range(count)]

        yield settings, make, (one, two)
        store.engine.dispose()


def claim_races(settings: Settings, refs: Sequence[str], pair: tuple[Scope, Scope], now: int) -> list[str]:
    """Two claim each case at once; what went wrong."""
    faults, homes = [], (open_database(settings), open_database(settings))
    for ref in refs:
        start = threading.Barrier(2)

        def claim(at: int, ref: str = ref, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                retried(lambda: _claim(homes[at], pair[at], ref, now))
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            won = list(both.map(claim, (0, 1)))
        with homes[0].reading() as tx:
            case_id, owner = tx.execute(select(cases.c.id, cases.c.claimed_by).where(cases.c.ref == ref)).one()
            verbs_seen = tx.execute(select(event.c.verb).where(event.c.case_id == case_id)).scalars().all()
        if sorted(won) != [False, True] or owner != pair[won.index(True)].responder_id or verbs_seen.count("claimed") != 1:
            faults.append(f"{ref}: {won}, owner {owner}, {verbs_seen}")
    for home in homes:
        home.engine.dispose()
    return faults


def _claim(home: Database, scope: Scope, ref: str, now: int) -> None:
    with home.writing() as tx:
        verbs.claim(tx, scope, ref, now)
