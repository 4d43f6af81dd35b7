"""After 23 hours away everything that waited is taken in, once and in order: Telegram's pending updates, SMS whose webhook found nobody."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

import pytest

from benchmarks.houses import fresh_database
from tests.fixtures import standin_twilio
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.running import DATABASES, running
from tests.fixtures.shift import HOUR, Shift
from tests.torture.checker import opened, settle

# 5,000 pending updates: CHATS=500 EACH=10.
CHATS, EACH = int(os.environ.get("CHATS", "10")), int(os.environ.get("EACH", "8"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 + CHATS * EACH // 2)]
AWAY = 23 * HOUR


@pytest.fixture(params=DATABASES)
def hotline(request: pytest.FixtureRequest) -> Iterator[Hotline]:
    """A hotline that polls Telegram, was stopped, and whose clock shows 23 hours later; it has not been started again."""
    shift = Shift()
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server"))) if request.param == "postgres" else ""
        hotline = stack.enter_context(running(database, shift.environ() | {"TELEGRAM_WEBHOOK_SECRET": ""}))
        hotline.stop()
        shift.set(AWAY)
        yield hotline
    shift.forget()


def _pending(chats: int, each: int) -> list[dict[str, object]]:
    """What people wrote in turns, as Telegram keeps it for a day."""
    updates = []
    for turn in range(each):
        for chat in range(chats):
            who = {"id": 800_000 + chat, "type": "private", "first_name": "Sample"}
            message = {"message_id": turn + 1, "date": int(time.time()), "chat": who, "from": {"id": who["id"], "is_bot": False, "first_name": "Sample"}}
            updates.append({"update_id": len(updates) + 1, "message": message | {"text": f"they keep my passport in Poipet, sample {chat} of turn {turn}"}})
    return updates


def _sms(number: int, hours: float) -> dict[str, object]:
    at = time.time() + AWAY / 1000 - hours * 3600
    text = f"they do not let us leave the boat, sample {number}"
    return {"sid": f"SMaway{number:026d}", "to": standin_twilio.FROM, "from": f"+8551200066{number}", "body": text, "at": at}


def test_what_waited_is_taken_in_once_and_in_order(hotline: Hotline) -> None:
    hotline.telegram.updates.extend(_pending(CHATS, EACH))
    came = [_sms(number, hours) for number, hours in enumerate((20, 5, 0.5))]
    hotline.twilio.came.extend(came)
    hotline.start()
    started = time.monotonic()
    wait_for(lambda: not hotline.telegram.updates, 500 + CHATS * EACH // 10)
    print(f"{CHATS * EACH} taken in after {time.monotonic() - started:.0f} s")
    wait_for(lambda: all(hotline.twilio.to(str(item["from"])) for item in came), 90)
    late = hotline.sms(str(came[0]["body"]), sender=str(came[0]["from"]), sid=str(came[0]["sid"]))
    assert late.status_code == 200
    database = opened(hotline)
    settle(database, 300 + CHATS * EACH // 4)
    database.engine.dispose()
    print(f"settled after {time.monotonic() - started:.0f} s")
    texts = [case["texts"] for case in hotline.cases()]
    for chat in range(CHATS):
        said = [f"they keep my passport in Poipet, sample {chat} of turn {turn}" for turn in range(EACH)]
        assert [found for found in texts if said[0] in found] == [said], chat
    for item in came:
        assert [found for found in texts if item["body"] in found] == [[item["body"]]], item
    assert len(texts) == CHATS + len(came)
