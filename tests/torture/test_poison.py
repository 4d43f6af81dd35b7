"""A message that triage cannot take: stored, tried five times, set aside for a person to read; the same chat is served on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator

import pytest
import requests
from sqlalchemy import select, update

from benchmarks.houses import fresh_database
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.running import DATABASES, running
from tests.torture.checker import opened
from tests.torture.test_alarms import Told, duty_phone
from triage import events
from triage.tables import cases, event, inbox, message

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
SENDER, TOKEN = "+85512000970", "a sample token of metrics"


@pytest.fixture(params=DATABASES)
def alarmed(request: pytest.FixtureRequest) -> Iterator[tuple[Hotline, Told]]:
    """A hotline whose alarms we hear."""
    with duty_phone() as (url, told), contextlib.ExitStack() as stack:
        database = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server"))) if request.param == "postgres" else ""
        yield stack.enter_context(running(database, {"HOTLINE_DUTY": f"la webhook {url}", "HOTLINE_METRICS_TOKEN": TOKEN})), told


def test_a_poison_message_is_set_aside_and_the_next_is_served_within_two_seconds(alarmed: tuple[Hotline, Told]) -> None:
    hotline, told = alarmed
    database, (worker, *_) = opened(hotline), hotline.pids("hotline worker")
    os.kill(worker, signal.SIGSTOP)
    assert hotline.sms("hello, a sample of poison", sender=SENDER, sid="SMpoison").status_code == 200
    with database.writing() as tx:
        row = tx.execute(select(inbox.c.id, inbox.c.message_id).where(inbox.c.external_id == "SMpoison")).one()
        # Nothing opens this: whoever triages it fails, every time. Tries wait for nothing, to keep the test short.
        tx.execute(update(message).where(message.c.id == row.message_id).values(sealed=b"\x01 poison"))
        tx.execute(update(inbox).where(inbox.c.id == row.id).values(attempts=1))
        case_id = tx.execute(select(message.c.case_id).where(message.c.id == row.message_id)).scalar_one()
    os.kill(worker, signal.SIGCONT)
    sent = time.monotonic()
    assert hotline.sms("please help, they beat me in Vientiane", sender=SENDER, sid="SMafter").status_code == 200
    _until(database, "SMafter", "done", 2.0 - (time.monotonic() - sent))
    for _ in range(4):
        with database.writing() as tx:
            tx.execute(update(inbox).where(inbox.c.id == row.id, inbox.c.state == "new").values(due_at=0))
        time.sleep(1.5)
    _until(database, "SMpoison", "set_aside", 10)
    (ref,) = {case["ref"] for case in hotline.cases()}
    wait_for(lambda: ("la", "set_aside", ref) in told, 12)
    page = hotline.login("la").get(f"{hotline.desk}/cases/{ref}", timeout=10).text
    assert "could not be read by the machine" in page
    shown = requests.get(f"{hotline.desk}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10).text
    assert 'hotline_inbox{state="set_aside"} 1.0' in shown, "by what deploy/prometheus/alerts.yaml goes"
    with database.reading() as tx:
        tries = tx.execute(select(inbox.c.attempts).where(inbox.c.id == row.id)).scalar_one()
        verbs = tx.execute(select(event.c.verb).where(event.c.case_id == case_id)).scalars().all()
        level, escalates = tx.execute(select(cases.c.level, cases.c.escalate_at).where(cases.c.id == case_id)).one()
        assert tries == 5 and "set_aside" in verbs and level >= 2 and escalates is not None
        assert events.broken_at(tx, case_id) is None
    database.engine.dispose()


def _until(database: object, external: str, state: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        with database.reading() as tx:  # type: ignore[attr-defined]
            found = tx.execute(select(inbox.c.state).where(inbox.c.external_id == external)).scalar_one()
        if found == state:
            return
        assert time.monotonic() < until, f"{external} is {found} after {seconds:.1f} s"
        time.sleep(0.05)
