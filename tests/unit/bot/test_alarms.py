"""Alarms out of the house: the clock alone does it, with no worker, no Redis and no opening key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.channels.webhook import Webhook
from bot.clock import escalate, send_alarms
from bot.delivery import Post
from config import clock as clock_module
from config.alerts import read_alerts
from config.clock import SteadyClock
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG
from triage import escalation
from triage.intake import FirstLook
from triage.queues import Doorbell, connect

MINUTE = 60_000
EMERGENCY = FirstLook("km", "help_self", "emergency", "KH", "KH-12")


class Phone:
    """A duty phone in the test's own process."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    def send(self, to: str, message: object) -> str:
        self.got.append((to, message.text))  # type: ignore[attr-defined]
        return "1"


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    got: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(503 if len(got) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/duty", got
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_clock_alone_alarms_and_says_no_word_of_the_person(house: House, hook: tuple[str, list[dict[str, object]]]) -> None:  # noqa: F811
    url, got = hook
    plan = read_alerts(CONFIG, f"kh webhook {url}\nkh sms +85500000009")
    made, phone = house.report("secret words", look=EMERGENCY), Phone()
    bell = Doorbell(connect("unix:///nowhere/redis.sock"))
    assert escalate(house.database, bell, house.routing, plan, NOW) == 1
    post = Post(house.database, None, {"webhook": Webhook(), "sms": phone}, lambda: NOW + 10_000, alerts=plan)
    assert send_alarms(post, NOW + 10_000) == 1, "the webhook answers 503 at first"
    later = Post(house.database, None, {"webhook": Webhook(), "sms": phone}, lambda: NOW + 60_000, alerts=plan)
    assert send_alarms(later, NOW + 60_000) == 1 and send_alarms(later, NOW + 90_000) == 0
    assert got[1] == {
        "desk": "kh",
        "what": "arrived",
        "ref": made.ref,
        "level": "emergency",
        "waiting": {"emergency": 1, "high": 0, "medium": 0, "low": 0},
    }
    assert phone.got == [("+85500000009", f"kh: {made.ref} is new (emergency). Waiting: 1/0/0/0.")]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_an_untouched_case_reaches_the_next_desk_by_the_clock_alone(house: House) -> None:  # noqa: F811
    house.report(look=EMERGENCY)
    bell, plan = Doorbell(connect("unix:///nowhere/redis.sock")), read_alerts(CONFIG, "")
    for minute in (0, 5, 10):
        escalate(house.database, bell, house.routing, plan, NOW + minute * MINUTE)
    with house.database.reading() as tx:
        from triage import desk
        from triage.scope import COMMAND_LINE

        assert [row.queue for row in desk.all_cases(tx, COMMAND_LINE)] == ["regional"]
        assert escalation.waiting(tx, NOW + 11 * MINUTE) == ()


def test_a_steady_clock_never_runs_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, counter = [1_000_000], [0]
    monkeypatch.setattr(clock_module, "now_ms", lambda: wall[0])
    monkeypatch.setattr(clock_module.time, "monotonic_ns", lambda: counter[0])
    steady = SteadyClock()
    wall[0] -= 3_600_000
    counter[0] += 5_000 * 1_000_000
    assert steady() == 1_005_000, "an hour back: time goes on"
    wall[0] = 9_000_000
    assert steady() == 9_000_000
