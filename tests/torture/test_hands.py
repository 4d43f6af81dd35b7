"""A talk that was left, on a number that went to other hands: the next person there sees nothing of it. On a running hotline, both databases."""

from __future__ import annotations

import html
import os
import re
import signal
import time

import pytest
import requests
from sqlalchemy import func, select

from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.moved import Moved
from tests.fixtures.shift import HOUR
from tests.torture.checker import opened
from triage.tables import conversation, inbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
TOLD = "my boss in Rayong keeps my passport, his name is Somkit"
ASKED = ("HELP", "what did I report?", "?", "00", "1", "0", "status", "6", "0", "kettle", "0", "000", "2", "0", "99", "X", "hello")
SECRETS = ("Somkit", "Rayong", "passport", "kettle", "Stay where")


def _sms(hotline: Hotline, number: str, text: str) -> str:
    answer = hotline.sms(text, sender=number)
    assert answer.status_code == 200
    return html.unescape(" ".join(re.findall(r"<Message>(.*?)</Message>", answer.text, re.DOTALL)))


def _telegram(hotline: Hotline, chat: str, text: str) -> str:
    answer = hotline.update(chat=int(chat), text=text)
    assert answer.status_code == 200
    return str(answer.json().get("text", "")) if answer.content else ""


WAYS = {"sms": _sms, "telegram": _telegram}


def _tells(hotline: Hotline, channel: str, who: str) -> str:
    """Tells, sets a secret word, goes on a little and stops in the middle; the receipt code."""
    say = WAYS[channel]
    first = say(hotline, who, TOLD)
    code = re.search(r"\d{4}[ -]?(?:\d{4}[ -]?){4}", first)
    assert code is not None, first
    for word in ("1", *["0"] * 30):
        if "secret word" in say(hotline, who, word):
            break
    else:
        raise AssertionError("a secret word was never asked for")
    say(hotline, who, "blue kettle")
    return code.group().strip()


def _drafts(moved: Moved) -> int:
    """How many talks that are over, and answers of theirs, are still kept."""
    database, over = opened(moved.hotline), int(time.time() * 1000) + moved.ahead - 48 * HOUR
    with database.reading() as tx:
        talks = tx.execute(select(func.count()).where(conversation.c.updated_at < over, conversation.c.state.is_not(None))).scalar_one()
        answers = tx.execute(select(func.count()).where(inbox.c.received_at < over, inbox.c.answer.is_not(None))).scalar_one()
    database.engine.dispose()
    return int(talks) + int(answers)


def _seen(hotline: Hotline, channel: str, who: str) -> str:
    return "\n".join(WAYS[channel](hotline, who, text) for text in ASKED)


def test_who_has_the_number_two_days_later_sees_nothing_and_the_drafts_are_gone(moved: Moved) -> None:
    hotline, people = moved.hotline, {"sms": "+66812000941", "telegram": "7610941"}
    codes = {channel: _tells(hotline, channel, who) for channel, who in people.items()}
    ref = next(case["ref"] for case in hotline.cases() if TOLD in case["texts"] and case["channel"] == "sms")
    assert hotline.act(hotline.login("th"), ref, "reply", text="We know Somkit. Stay where you are.").ok
    wait_for(lambda: len(hotline.twilio.to(people["sms"])) == 1, 15)
    (before,) = hotline.pids("hotline clock")
    os.kill(before, signal.SIGSTOP)
    try:
        # While the clock is away nobody empties the drafts, and they are not gone on with all the same.
        moved.pass_by(49 * HOUR)
        assert _drafts(moved) > 0
        shown = _seen(hotline, "telegram", people["telegram"])
        assert not [word for word in (*SECRETS, codes["telegram"]) if word in shown], shown
    finally:
        os.kill(before, signal.SIGKILL)
    wait_for(lambda: _drafts(moved) == 0, 20)
    shown = _seen(hotline, "sms", people["sms"])
    assert not [word for word in (*SECRETS, codes["sms"]) if word in shown], shown
    page = requests.post(f"{hotline.web}/return", data={"code": codes["sms"], "do": "open"}, timeout=20).text
    assert "Stay where" not in page, "the code alone opens what a word protects"
    page = requests.post(f"{hotline.web}/return", data={"code": codes["sms"], "word": "blue kettle", "do": "open"}, timeout=20).text
    assert "Stay where" in page, "its own person goes on"
