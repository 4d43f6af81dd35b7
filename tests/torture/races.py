"""Responders who reach for the same case at the same moment, each over a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from config.settings import Settings
from triage import cases as verbs
from triage.db import open_database
from triage.scope import Scope
from triage.tables import cases, event
from triage.values import Conflict


def claim_races(settings: Settings, refs: Sequence[str], pair: tuple[Scope, Scope], now: int) -> list[str]:
    """Two claim each case at once; what went wrong."""
    faults, homes = [], (open_database(settings), open_database(settings))
    for ref in refs:
        start = threading.Barrier(2)

        def claim(at: int, ref: str = ref, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                with homes[at].writing() as tx:
                    verbs.claim(tx, pair[at], ref, now)
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
