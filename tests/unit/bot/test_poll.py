"""Long polling: an update is confirmed only after it is stored, and its answer goes out through the outbox."""

from __future__ import annotations

from pathlib import Path

from bot import poll
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.chat import throwaway
from bot.delivery import Post, deliver
from config import settings as settings_module
from config.clock import now_ms
from tests.fixtures.standins import Standin
from triage import desk, outbox
from triage.keys import opening_keys
from triage.scope import COMMAND_LINE


def update(number: int, text: str) -> dict[str, object]:
    chat = {"id": 700500, "type": "private"}
    return {"update_id": number, "message": {"message_id": number, "date": 0, "chat": chat, "text": text}}


def test_updates_are_stored_then_confirmed_and_answered_once(telegram: Standin) -> None:
    channel = TelegramBot(TelegramAccount("1:sample", "", telegram.url))
    telegram.updates = [update(41, "ជួយផង គេវាយខ្ញុំ នៅបាវិត"), {"update_id": 42, "poll_answer": {}}, update(43, "នៅជិតកាស៊ីណូ")]
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(Path("config").absolute())})) as parts:
        channel.delete_webhook()
        assert poll.take(parts, channel, None, 0) == 44
        assert poll.take(parts, channel, None, 0) == 44  # the same updates again: nothing changes
        with parts.database.reading() as tx:
            (case,) = desk.all_cases(tx, COMMAND_LINE)
            waiting = outbox.waiting(tx, now_ms())
        assert (case.messages, case.channel, case.queue, len(waiting)) == (2, "telegram", "kh", 2)
        post = Post(parts.database, opening_keys(parts.settings).opening(), {"telegram": channel}, now_ms)
        assert [deliver(post, parcel) for parcel in waiting] == [True, True]
        assert len(telegram.to("700500")) == 2 and "យើងបានទទួល" in telegram.to("700500")[0]
    methods = [name for name, _ in telegram.calls]
    assert methods[0] == "deleteWebhook" and telegram.calls[0][1].get("drop_pending_updates") in (None, False, "false")
