"""Jobs that run several times at once: more workers than one, and every ring rung again and again."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from config import settings as settings_module
from tests.fixtures.hotline import HOTLINE, ROOT, Hotline, wait_for
from tests.torture.checker import opened, settle
from triage.db import Database
from triage.events import broken_at
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.tables import cases, event, inbox, outbox

NUMBER = "+8551290{:05d}"


@contextlib.contextmanager
def more_workers(hotline: Hotline, count: int) -> Iterator[None]:
    """So many beside the hotline's own."""
    with hotline.log.open("ab") as out:
        extra = [subprocess.Popen([str(HOTLINE), "worker"], cwd=ROOT, env=hotline.environ, stdout=out, stderr=out) for _ in range(count)]
        bell = connect(redis_url(settings_module.read(hotline.environ)))
        try:
            wait_for(lambda: bell.scard("rq:workers") > count, 40)
            yield
        finally:
            for process in extra:
                process.terminate()
            for process in extra:
                process.wait(20)


def run(hotline: Hotline, count: int, times: int, workers: int) -> dict[str, Any]:
    """`count` messages and replies, each of whose jobs is rung `times` times; what each did."""
    first = secrets.randbelow(90_000)
    people = {NUMBER.format(first + at): f"they keep my passport in Phnom Penh, rung again {first + at}" for at in range(count)}
    bell, database = Doorbell(connect(redis_url(settings_module.read(hotline.environ)))), opened(hotline)
    with more_workers(hotline, workers), ThreadPoolExecutor(times) as many:
        # Rung before the row is there, at the same moment, and after: ids count on, and a ring for nothing does nothing.
        newest = _newest(database)
        stop = many.submit(lambda: [_ring(bell, "triage", newest + ahead) for _ in range(times) for ahead in range(count + 2)])
        for number, text in people.items():
            assert hotline.sms(text, sender=number).status_code == 200
        stop.result()
        _again(database, bell, many, times, "triage")
        settle(database, 60 + 3 * count)
        session = hotline.login("kh")
        refs = {text: case["ref"] for case in hotline.cases() for text in case["texts"]}
        for text in people.values():
            assert hotline.act(session, refs[text], "reply", text="We read you, once.").ok
            _again(database, bell, many, times, "deliver")
        settle(database, 60 + 3 * count)
    effects = {number: hotline.twilio.to(number).count("We read you, once.") for number in people}
    broken = _broken(database, [refs[text] for text in people.values()])
    database.engine.dispose()
    kept = set(effects.values()) == {1} and not broken
    return {"messages": count, "rung": times, "workers": workers + 1, "replies": dict(Counter(effects.values())), "broken": broken, "kept": kept}


def _newest(database: Database) -> int:
    with database.reading() as tx:
        return tx.execute(select(inbox.c.id).order_by(inbox.c.id.desc()).limit(1)).scalar() or 0


def _ring(bell: Doorbell, name: str, row: int) -> None:
    bell.ring(name, row)


def _again(database: Database, bell: Doorbell, many: ThreadPoolExecutor, times: int, name: str) -> None:
    table = inbox if name == "triage" else outbox
    with database.reading() as tx:
        rows = tx.execute(select(table.c.id).order_by(table.c.id.desc()).limit(10)).scalars().all()
    list(many.map(lambda _: [_ring(bell, name, row) for row in rows], range(times)))


def _broken(database: Database, refs: list[str]) -> list[str]:
    """Cases that were triaged or answered more than once, or whose history is not whole."""
    found = []
    with database.reading() as tx:
        for at, ref in tx.execute(select(cases.c.id, cases.c.ref).where(cases.c.ref.in_(refs))).all():
            verbs = Counter(tx.execute(select(event.c.verb).where(event.c.case_id == at)).scalars())
            if verbs["triaged"] != 1 or verbs["sent"] != 1 or broken_at(tx, at) is not None:
                found.append(f"{ref}: {dict(verbs)}")
    return found
