"""From outside: on a phone that is looked at nothing arrives, by any road, until its person asks."""

from __future__ import annotations

import secrets
import time

import pytest

from tests.fixtures.hotline import Hotline, wait_for
from tests.unit.bot.test_hushed import NEXT, SAID

pytestmark = pytest.mark.slow
QUIET_SECONDS = 3  # longer than triage, an alarm's first look and the outbox take


def test_nothing_arrives_on_a_phone_that_is_looked_at_until_a_key_is_pressed(shared_hotline: Hotline) -> None:
    mark, chats = secrets.token_hex(4), secrets.randbelow(10**6) * 100 + 10**9
    numbers = [f"+1202{secrets.randbelow(10**7):07}" for _ in SAID]
    sent = len(shared_hotline.twilio.sent), len(shared_hotline.telegram.sent)
    for at, (text, more) in enumerate(zip(SAID, NEXT, strict=True)):
        for words in (f"{text} {mark}", *more):
            assert "<Message>" not in shared_hotline.sms(words, numbers[at]).text, words
            assert "sendMessage" not in shared_hotline.update(chats + at, text=f"{words} !").text, words
    told = {f"{text} {mark}{end}" for text in SAID for end in ("", " !")}
    shared_hotline.case_with(f"{SAID[-1]} {mark} !", 20)
    found = [case for case in shared_hotline.cases() if told & set(case["texts"])]
    assert len(found) == len(told)
    sessions = {queue: shared_hotline.login(queue) for queue in {case["queue"] for case in found}}
    for case in found:
        session = sessions[case["queue"]]
        page = session.get(f"{shared_hotline.desk}/cases/{case['ref']}", timeout=10).text
        assert "do not write to this phone" in page and 'id="reply"' not in page
        assert shared_hotline.act(session, case["ref"], "reply", text="Where are you?").status_code == 409
    time.sleep(QUIET_SECONDS)
    assert (len(shared_hotline.twilio.sent), len(shared_hotline.telegram.sent)) == sent
    assert "<Message>" in shared_hotline.sms("88", numbers[0]).text
    assert shared_hotline.update(chats, text="88").json()["text"]
    wait_for(lambda: "<Message>" in shared_hotline.sms("we are six", numbers[0]).text)
