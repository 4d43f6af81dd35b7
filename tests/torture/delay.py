"""How late triage is while Redis is emptied again and again, and while it is gone: at a pace, from each answer to the end of triage."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from tests.fixtures.hotline import Hotline
from tests.torture import faults
from tests.torture.checker import opened
from tests.torture.sender import SAYINGS
from triage.tables import inbox

PEOPLE = 40  # known after their first message: what is tried here is triage, not the cost of new numbers
AIM_SECONDS, LATEST_SECONDS = 7.0, 60.0


def run(hotline: Hotline, seconds: float, pace: float, gone: bool) -> dict[str, Any]:
    """`pace` messages a second; Redis emptied every five seconds, or (`gone`) stopped for all of the time."""
    for at in range(PEOPLE):
        assert hotline.sms("hello", sender=_number(at)).status_code == 200
    answered: dict[str, float] = {}
    stop, watch = threading.Event(), _Watch(hotline)
    breaker = threading.Thread(target=_break, args=(hotline, gone, stop))
    breaker.start()
    watch.start()
    began, total = time.monotonic(), int(seconds * pace)

    def send(at: int) -> None:
        time.sleep(max(0.0, began + at / pace - time.monotonic()))
        sid = f"SMdelay{int(gone)}{at:06d}"
        assert hotline.sms(f"{SAYINGS[at % len(SAYINGS)]} (late {at})", sender=_number(at % PEOPLE), sid=sid).status_code == 200
        answered[sid] = time.monotonic()

    try:
        with ThreadPoolExecutor(24) as many:
            list(many.map(send, range(total)))
        watch.until(set(answered), LATEST_SECONDS)
    finally:
        stop.set()
        breaker.join()
        watch.end()
    late = sorted(max(0.0, watch.done[sid] - at) for sid, at in answered.items())
    reached = total / (max(answered.values()) - began)
    found = {"messages": total, "a_second": round(reached, 1), "p50": round(late[len(late) // 2], 2), "p99": round(late[int(len(late) * 0.99)], 2)}
    return found | {"longest": round(late[-1], 2), "kept": found["p99"] <= AIM_SECONDS}


def _number(at: int) -> str:
    return f"+8551200{at:05d}"


def _break(hotline: Hotline, gone: bool, stop: threading.Event) -> None:
    if gone:
        # Stopped, not dead: it answers nothing, which is worse than to be refused.
        pids = [*hotline.pids(f"{hotline.home}/redis.sock"), *hotline.pids("valkey-server")]
        faults._kill(*pids, number=faults.signal.SIGSTOP)
        stop.wait()
        faults._kill(*pids, number=faults.signal.SIGCONT)
        return
    while not stop.wait(5):
        faults.flush(hotline, faults.random.Random())


class _Watch(threading.Thread):
    """Notes when each message was seen triaged."""

    def __init__(self, hotline: Hotline) -> None:
        super().__init__(daemon=True)
        self.done: dict[str, float] = {}
        self._database, self._stop_it = opened(hotline), threading.Event()

    def run(self) -> None:
        """Looks five times a second."""
        while not self._stop_it.wait(0.2):
            with self._database.reading() as tx:
                found = tx.execute(select(inbox.c.external_id).where(inbox.c.state == "done", inbox.c.external_id.like("SMdelay%"))).scalars().all()
            now = time.monotonic()
            for name in found:
                self.done.setdefault(name, now)

    def until(self, names: set[str], seconds: float) -> None:
        """Waits until all of them are."""
        end = time.monotonic() + seconds
        while not names <= set(self.done):
            assert time.monotonic() < end, f"{len(names - set(self.done))} not triaged after {seconds:.0f} s"
            time.sleep(0.1)

    def end(self) -> None:
        """Looks no more."""
        self._stop_it.set()
        self.join(5)
        self._database.engine.dispose()
