"""A power cut takes nothing that was acknowledged: each message is on the disk before its answer leaves."""

from __future__ import annotations

import contextlib
import random
import time
from pathlib import Path

import pytest

from tests.fixtures.hotline import wait_for
from tests.fixtures.running import running
from tests.torture.sender import CHANNELS, Person
from tests.torture.traced import answers, traced

pytestmark = pytest.mark.slow
EACH, PROCESSES = 10, 3


def test_each_message_is_synced_to_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    rng, statuses = random.Random(1), []
    with running() as hotline, contextlib.ExitStack() as stack:
        # A child that is born while its parent begins to be watched would not be.
        wait_for(lambda: len(hotline.pids("hotline web")) == PROCESSES, 30)
        stack.enter_context(traced(hotline.pids("hotline web"), tmp_path / "trace"))
        for number in range(EACH):
            for channel in CHANNELS:
                person = Person(channel, number, rng)
                statuses.append(person.delivery(hotline, person.next_words())[1]().status_code)
        time.sleep(0.5)
    found = answers(tmp_path / "trace")
    assert statuses == [200] * (EACH * len(CHANNELS)) and len(found) >= len(statuses)
    assert [answer for answer in found[-len(statuses) :] if answer.syncs < 1] == []
