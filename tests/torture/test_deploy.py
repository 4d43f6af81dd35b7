"""A deployment ends the public process politely, again and again, while people write: each request is answered by a yes."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fixtures.hotline import wait_for
from tests.fixtures.running import running
from tests.torture.checker import check
from tests.torture.ledger import Entry, Ledger
from tests.torture.sender import CHANNELS, Person

pytestmark = pytest.mark.slow
DEPLOYS, LANES, PROCESSES = 3, 6, 3


def test_no_request_is_dropped_while_the_public_process_is_replaced(tmp_path: Path) -> None:
    ledger, stop, slowest = Ledger(tmp_path / "accepted"), threading.Event(), [0.0]

    with running() as hotline:

        def write(lane: int) -> int:
            rng, number = random.Random(lane), lane
            while not stop.is_set():
                person = Person(CHANNELS[lane % len(CHANNELS)], number, rng)
                text, started = person.next_words(), time.monotonic()
                external, deliver = person.delivery(hotline, text)
                # One try: a refused or a broken connection fails the test.
                assert deliver().status_code == 200
                slowest[0] = max(slowest[0], time.monotonic() - started)
                ledger.note(Entry(person.name, person.channel, external, text, 1, 0.0))
                number += LANES
                time.sleep(0.05)
            return number

        with ThreadPoolExecutor(LANES) as many:
            lanes = [many.submit(write, lane) for lane in range(LANES)]
            try:
                for _ in range(DEPLOYS):
                    # Ready is said by the first of them; the others may still be on their way.
                    wait_for(lambda: len(hotline.pids("hotline web")) == PROCESSES, 30)
                    before = hotline.pids("hotline web")
                    os.kill(before[0], signal.SIGTERM)
                    wait_for(lambda: len(now := hotline.pids("hotline web")) == len(before) and not set(now) & set(before), 30)
                    wait_for(hotline.ready, 30)
                    time.sleep(1.0)
            finally:
                stop.set()
            for lane in lanes:
                lane.result(timeout=30)
        verdict = check(hotline, ledger)
    assert verdict.kept and verdict.accepted > 3 * LANES, verdict
    print(f"{verdict.accepted} messages, {DEPLOYS} deployments, slowest {slowest[0]:.1f} s")
