"""Telegram's stand-in speaks to python-telegram-bot, and fails as Telegram fails."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from bot.channels.base import MayBeSent, Outgoing, RefusedForGood, TryLater
from bot.channels.telegram import TelegramAccount, TelegramBot
from tests.fixtures import standin_telegram as api
from tests.fixtures.standins import Standin

CHAT, WORDS = "700001", Outgoing("ພວກເຮົາຢູ່ນີ້", (("v1:a:b", "ແມ່ນ"),))


def bot(telegram: Standin, token: str = api.TOKEN) -> TelegramBot:
    return TelegramBot(TelegramAccount(token, api.SECRET, telegram.url))


def call(telegram: Standin, method: str, **fields: object) -> requests.Response:
    return requests.post(f"{telegram.url}/bot{api.TOKEN}/{method}", json=fields, timeout=5)


def test_it_takes_a_message_with_its_buttons(telegram: Standin) -> None:
    assert bot(telegram).send(CHAT, WORDS) == "1"
    assert telegram.to(CHAT) == [WORDS.text]
    ((method, fields),) = telegram.calls
    assert method == "sendMessage" and "v1:a:b" in str(fields["reply_markup"])


def test_a_wrong_token_and_an_unknown_method_are_not_found(telegram: Standin) -> None:
    with pytest.raises((TryLater, RefusedForGood)):
        bot(telegram, token="2:other").send(CHAT, WORDS)
    answer = call(telegram, "sendEverything")
    assert (answer.status_code, answer.json()["ok"], telegram.sent) == (404, False, [])


@pytest.mark.parametrize(
    ("fault", "error", "after"),
    [(api.TOO_MANY, TryLater, 1), (api.DOWN, TryLater, None), (api.BLOCKED, RefusedForGood, None), (api.NO_CHAT, RefusedForGood, None)],
)
def test_a_refusal_takes_nothing_and_is_used_up(telegram: Standin, fault: object, error: type[Exception], after: float | None) -> None:
    telegram.faults = [fault]  # type: ignore[list-item]
    with pytest.raises(error) as caught:
        bot(telegram).send(CHAT, WORDS)
    assert caught.value.retry_after == after  # type: ignore[attr-defined]
    assert telegram.sent == [] and telegram.faults == []
    bot(telegram).send(CHAT, WORDS)
    assert telegram.to(CHAT) == [WORDS.text]


def test_a_line_that_breaks_after_taking_may_have_sent(telegram: Standin) -> None:
    telegram.faults = ["drop"]
    with pytest.raises(MayBeSent):
        bot(telegram).send(CHAT, WORDS)
    assert telegram.to(CHAT) == [WORDS.text]


def test_an_answer_that_does_not_come_is_waited_for_in_vain(telegram: Standin) -> None:
    telegram.faults = ["hang"]
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{telegram.url}/bot{api.TOKEN}/sendMessage", json={"chat_id": 700001, "text": "x"}, timeout=0.3)
    assert telegram.to(CHAT) == ["x"]


@pytest.mark.parametrize("text", ["", "x" * 4097])
def test_what_telegram_would_not_take_is_refused(telegram: Standin, text: str) -> None:
    assert call(telegram, "sendMessage", chat_id=700001, text=text).status_code == 400 and telegram.sent == []


def test_updates_wait_until_they_are_confirmed(telegram: Standin) -> None:
    telegram.updates = [{"update_id": 5}, {"update_id": 6}]
    first, again = (bot(telegram).updates(None, 0) for _ in range(2))
    assert [update["update_id"] for update in first] == [update["update_id"] for update in again] == [5, 6]
    assert [update["update_id"] for update in bot(telegram).updates(6, 0)] == [6]
    assert bot(telegram).updates(7, 0) == [] and telegram.updates == []


def test_a_long_poll_answers_as_soon_as_there_is_something(telegram: Standin) -> None:
    threading.Timer(0.2, lambda: telegram.updates.append({"update_id": 8})).start()
    started = time.monotonic()
    answer = call(telegram, "getUpdates", timeout=10)
    assert answer.json()["result"] == [{"update_id": 8}] and 0.15 < time.monotonic() - started < 5


@pytest.mark.parametrize("method", ["answerCallbackQuery", "setWebhook", "deleteWebhook", "getMe", "getWebhookInfo", "getFile"])
def test_the_other_methods_answer_in_telegrams_shape(telegram: Standin, method: str) -> None:
    assert call(telegram, method).json()["ok"] is True
