"""An emergency that nobody takes in hand climbs from desk to desk by the clock alone: worker and Redis hang, and the machine's time jumps."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.houses import fresh_database
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.running import DATABASES, running
from tests.fixtures.shift import HOUR, MINUTE, Shift
from tests.torture.checker import opened, settle

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
TEXT = "they lock us in a room and beat us in Phnom Penh, nobody comes"
Told = list[tuple[str, str, str]]  # desk, what, ref


@contextlib.contextmanager
def duty_phone() -> Iterator[tuple[str, Told]]:
    """Where alarms go to: an address of a server of our own, and what came there."""
    got: Told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append((said["desk"], said["what"], said["ref"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/duty", got
    server.shutdown()
    server.server_close()


@pytest.fixture(params=DATABASES)
def watched(request: pytest.FixtureRequest) -> Iterator[tuple[Hotline, Shift, Told]]:
    """A hotline whose clock we set, and whose alarms we hear; its worker and its Redis answer nothing until the end."""
    shift = Shift()
    with duty_phone() as (url, told), contextlib.ExitStack() as stack:
        database = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server"))) if request.param == "postgres" else ""
        duty = "\n".join(f"{desk} webhook {url}" for desk in ("kh", "regional", "operator"))
        found = stack.enter_context(running(database, shift.environ() | {"HOTLINE_DUTY": duty}))
        hang = [*found.pids("hotline worker"), *found.pids("valkey-server"), *found.pids("redis-server")]
        stack.callback(_signal, hang, signal.SIGCONT)
        looked = opened(found)
        # Not while it writes: on SQLite a process that is stopped there keeps every other from writing.
        with looked.writing():
            _signal(hang, signal.SIGSTOP)
        yield found, shift, told
        _signal(hang, signal.SIGCONT)
        settle(looked, 30)
        looked.engine.dispose()
    shift.forget()


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _said(told: Told, ref: str) -> Callable[[str, str], bool]:
    return lambda desk, what: (desk, what, ref) in told


def _ref(hotline: Hotline, text: str) -> str:
    return str(next(case["ref"] for case in hotline.cases() if text in case["texts"]))


def test_it_climbs_in_time(watched: tuple[Hotline, Shift, Told]) -> None:
    hotline, shift, told = watched
    assert hotline.sms(TEXT, sender="+85512000930").status_code == 200
    said = _said(told, _ref(hotline, TEXT))
    wait_for(lambda: said("kh", "arrived"), 12)
    assert not said("kh", "half")
    shift.set(5 * MINUTE + 1000)
    wait_for(lambda: said("kh", "half"), 12)
    shift.set(10 * MINUTE + 2000)
    wait_for(lambda: said("regional", "passed_on") and said("kh", "unanswered"), 12)
    (case,) = hotline.cases()
    assert case["queue"] == "regional" and len(told) == len(set(told)), told


def test_a_clock_that_jumped_ahead_and_back_holds_up_no_alarm(watched: tuple[Hotline, Shift, Told]) -> None:
    hotline, shift, told = watched
    shift.set(HOUR)
    early = f"{TEXT}, early"
    assert hotline.sms(early, sender="+85512000931").status_code == 200
    wait_for(lambda: _said(told, _ref(hotline, early))("kh", "arrived"), 12)
    shift.set(0)
    time.sleep(1.5)
    assert hotline.sms(TEXT, sender="+85512000932").status_code == 200
    wait_for(lambda: _said(told, _ref(hotline, TEXT))("kh", "arrived"), 12)
    # The clock is started anew: it knows nothing of the hour that never was, and finds times that never come.
    (before,) = hotline.pids("hotline clock")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: hotline.pids("hotline clock") not in ([], [before]), 12)
    time.sleep(4)
    for minute, desk, what in ((6, "kh", "half"), (12, "regional", "passed_on")):
        shift.set(minute * MINUTE)
        for ref in (_ref(hotline, early), _ref(hotline, TEXT)):
            wait_for(lambda ref=ref, desk=desk, what=what: _said(told, ref)(desk, what), 15)  # type: ignore[misc]
