"""Short runs of what leaves under kills, and of triage without Redis; `make torture` does the full ones."""

from __future__ import annotations

import pytest

from tests.fixtures.draws import drawn
from tests.fixtures.hotline import Hotline
from tests.torture import delay, replies

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_each_reply_leaves_once_though_its_senders_are_killed(hotline: Hotline) -> None:
    line = replies.run(hotline, drawn(), count=8, kills=4)
    print(line)
    assert line["kept"], line


@pytest.mark.parametrize("gone", [False, True], ids=["emptied", "gone"])
def test_triage_goes_on_within_seconds_without_redis(hotline: Hotline, gone: bool) -> None:
    line = delay.run(hotline, seconds=6, pace=5, gone=gone)
    print(line)
    assert line["kept"], line
