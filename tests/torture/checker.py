"""Waits until a hotline has settled, then compares what it shows with what was accepted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import distinct, func, select

from config import settings as settings_module
from config.clock import now_ms
from tests.fixtures.hotline import Hotline
from tests.torture.ledger import Ledger
from triage.db import Database, open_database
from triage.events import broken_at
from triage.tables import cases, event, inbox, outbox

SWEEPS_SECONDS = 2.0


@dataclass
class Verdict:
    """What was found; `faults` is empty where every promise was kept."""

    accepted: int = 0
    people: int = 0
    lost: int = 0
    doubled: int = 0
    split: int = 0
    disordered: int = 0
    settled_in: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """True where nothing was lost, nothing came twice, and nothing else is wrong."""
        return not (self.lost or self.doubled or self.split or self.disordered or self.faults)


def opened(hotline: Hotline) -> Database:
    """The database of a hotline, for looking at."""
    return open_database(settings_module.read(hotline.environ))


def settle(database: Database, seconds: float = 120.0) -> float:
    """Waits until queues are empty, no lease lives and the sweeper ran twice; how long it took."""
    started = time.monotonic()
    while True:
        with database.reading() as tx:
            waits = tx.execute(select(func.count()).select_from(inbox).where(inbox.c.state == "new")).scalar_one()
            goes = tx.execute(select(func.count()).where(outbox.c.state.in_(("queued", "sending", "unknown")))).scalar_one()
        if not waits and not goes:
            time.sleep(SWEEPS_SECONDS)
            return time.monotonic() - started
        assert time.monotonic() - started < seconds, f"not settled: {waits} to triage, {goes} to send"
        time.sleep(0.3)


def check(hotline: Hotline, ledger: Ledger) -> Verdict:
    """Settles, then reads the command line and the database."""
    database, verdict = opened(hotline), Verdict()
    verdict.settled_in = settle(database)
    _texts(hotline, ledger.people(), verdict)
    _rows(database, ledger, verdict)
    whole(database, verdict)
    database.engine.dispose()
    return verdict


def _texts(hotline: Hotline, people: Mapping[str, Sequence[str]], verdict: Verdict) -> None:
    shown = hotline.cases()
    seen = Counter(text for case in shown for text in case["texts"])
    said = [text for texts in people.values() for text in texts]
    verdict.accepted, verdict.people = len(said), len(people)
    verdict.lost = sum(seen[text] == 0 for text in said)
    verdict.doubled = sum(seen[text] > 1 for text in said)
    of_first = {case["texts"][0]: case for case in shown if case["texts"]}
    for texts in people.values():
        case = of_first.get(texts[0])
        verdict.split += case is None or set(texts) != set(case["texts"])
        verdict.disordered += case is not None and list(texts) != case["texts"]
    if len(shown) != len(people):
        verdict.faults.append(f"{len(shown)} cases of {len(people)} people")
    untriaged = [case["ref"] for case in shown if not case["routed_at"] or case["messages"] != len(case["texts"])]
    verdict.faults += [f"case {ref} is not routed, or counts wrongly" for ref in untriaged]


def _rows(database: Database, ledger: Ledger, verdict: Verdict) -> None:
    with database.reading() as tx:
        states = {state: count for state, count in tx.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))}
        ids = set(tx.execute(select(inbox.c.external_id).where(inbox.c.channel != "web")).scalars())
        leases = tx.execute(select(func.count()).where(inbox.c.lease_until > now_ms(), inbox.c.state == "new")).scalar_one()
    if states != {"done": len(ledger.entries)}:
        verdict.faults.append(f"inbox: {states} for {len(ledger.entries)} accepted")
    missing = {entry.external for entry in ledger.entries if entry.external} - ids
    verdict.faults += [f"no inbox row for {name}" for name in sorted(missing)[:5]]
    if leases:
        verdict.faults.append(f"{leases} leases live")


def whole(database: Database, verdict: Verdict) -> None:
    """SQLite's own checks, and every history."""
    with database.reading() as tx:
        if database.is_sqlite:
            word = tx.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            verdict.faults += [] if word == "ok" else [f"integrity: {word}"]
            verdict.faults += [f"foreign key: {row}" for row in tx.exec_driver_sql("PRAGMA foreign_key_check")][:5]
        broken = [at for at in tx.execute(select(cases.c.id)).scalars() if broken_at(tx, at) is not None]
        numbered = select(event.c.case_id).group_by(event.c.case_id).having(func.count() != func.count(distinct(event.c.seq)))
        twice = tx.execute(numbered).all()
    verdict.faults += [f"history of case {at} is broken" for at in broken[:5]]
    verdict.faults += [f"history of {len(twice)} cases counts twice"] if twice else []
