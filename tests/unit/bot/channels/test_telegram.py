"""Telegram: every update is a message, or is left alone, and none raises anything but Malformed."""

import json

import pytest

from bot.channels.base import Malformed, Outgoing, Refused
from bot.channels.telegram import TelegramAccount, TelegramBot

BOT = TelegramBot(TelegramAccount("1:sample", "sample-secret", "https://api.telegram.org"))
CHAT = {"id": 1, "type": "private", "first_name": "Sample"}
USER = {"id": 1, "is_bot": False, "first_name": "Sample", "language_code": "km-KH"}


def message(**parts: object) -> dict[str, object]:
    return {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": CHAT, "from": USER, **parts}}


@pytest.mark.parametrize("given", [None, "", "wrong", "ដ", "sample-secret "])
def test_a_wrong_secret_is_refused(given: str | None) -> None:
    with pytest.raises(Refused):
        BOT.verify(given)


def test_without_a_secret_nothing_is_let_in() -> None:
    with pytest.raises(Refused):
        TelegramBot(TelegramAccount("1:sample", "", "x")).verify("")


def test_the_right_secret_passes() -> None:
    BOT.verify("sample-secret")


def test_it_reads_a_text_with_its_language_hint() -> None:
    inbound = BOT.parse(json.dumps(message(text="ជួយផង")).encode())
    assert inbound is not None
    assert (inbound.sender, inbound.external_id, inbound.text, inbound.lang_hint) == ("1", "7", "ជួយផង", "km")


def test_it_reads_a_button_a_pin_and_a_caption() -> None:
    press = {
        "update_id": 8,
        "callback_query": {"id": "q", "from": USER, "chat_instance": "x", "data": "v1:a:b", "message": message()["message"]},
    }
    inbound = BOT.read(press)
    assert inbound is not None and (inbound.choice, inbound.ack) == ("v1:a:b", "q")
    inbound = BOT.read(message(location={"latitude": 11.5, "longitude": 104.9}))
    assert inbound is not None and inbound.location == (11.5, 104.9)
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    inbound = BOT.read(message(photo=photo, caption="look"))
    assert inbound is not None and inbound.media == ("photo",) and inbound.text == "look"


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "edited_message": message()["message"]},
        {"update_id": 1, "channel_post": message()["message"]},
        {"update_id": 1, "something_new": {"a": 1}},
        {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group", "title": "x"}, "text": "hi"}},
        {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": CHAT, "from": USER | {"is_bot": True}, "text": "hi"}},
    ],
)
def test_what_is_no_message_to_us_is_left_alone(update: dict[str, object]) -> None:
    assert BOT.read(update) is None


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"null", b'{"update_id":"1"}', b'{"update_id":true}', b"[" * 10_000, b'{"update_id":1,"message":5}']
)
def test_what_is_no_update_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        BOT.parse(body)


@pytest.mark.parametrize(
    "parts",
    [
        {"chat": None},
        {"chat": {**CHAT, "id": "x"}},
        {"chat": {**CHAT, "id": True}, "text": "hi"},
        {"chat": []},
        {"location": {"latitude": "x", "longitude": 1}, "date": 0},
        {"location": {"latitude": "-1", "longitude": 1}},
        {"location": {"latitude": 1, "longitude": 10**400}},
    ],
)
def test_a_message_that_nobody_could_answer_is_malformed(parts: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        BOT.read(message(**parts))


def test_a_lone_surrogate_and_a_nul_do_not_get_in() -> None:
    inbound = BOT.parse(b'{"update_id":7,"message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"text":"a\\ud800b\\u0000c"}}')
    assert inbound is not None and inbound.text == "a?bc"


def test_the_answer_is_one_method_call_with_buttons() -> None:
    call = BOT.answer("5", Outgoing("hello", (("v1:a:b", "Yes"),)))
    assert (call["method"], call["chat_id"], call["text"]) == ("sendMessage", 5, "hello")
    assert call["reply_markup"] == {"inline_keyboard": [[{"text": "Yes", "callback_data": "v1:a:b"}]]}
    assert "request_location" in json.dumps(BOT.answer("5", Outgoing("where?", ask_location="Here")))


@pytest.mark.parametrize(("told", "size"), [(900, 900), ("900", None), ("\0", None), (-1, None), (None, None), ([], None), (2**70, 2**70)])
def test_a_size_that_is_no_number_is_not_told(told: object, size: int | None) -> None:
    photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "file_size": told}
    inbound = BOT.read(message(photo=[photo]))
    assert inbound is not None and inbound.files[0].size == size
