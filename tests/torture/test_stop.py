"""STOP is honoured from its commit on: in many spellings, while an answer waits, and while one leaves. On a running hotline, both databases."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.fixtures import standin_twilio
from tests.fixtures.draws import drawn
from tests.fixtures.hotline import Hotline, wait_for
from tests.torture import stops
from tests.torture.checker import opened, settle

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
NUMBER, REPLY = "+8551251{:04d}", "Are you there?"


def _cases(hotline: Hotline, numbers: Iterable[str]) -> dict[str, str]:
    """A case of each number; its ref."""
    said = {stops.TOLD.format(number): number for number in numbers}
    with ThreadPoolExecutor(4) as many:
        assert set(many.map(lambda pair: hotline.sms(pair[0], sender=pair[1]).status_code, said.items())) == {200}
    return {said[case["texts"][0]]: case["ref"] for case in hotline.cases() if case["texts"] and case["texts"][0] in said}


def _case(hotline: Hotline, number: str) -> str:
    return _cases(hotline, [number])[number]


def _reply(hotline: Hotline, ref: str, text: str = REPLY) -> requests.Response:
    return hotline.act(hotline.login("kh"), ref, "reply", text=text)


def _withheld(hotline: Hotline, ref: str) -> bool:
    page = hotline.login("kh").get(f"{hotline.desk}/cases/{ref}", timeout=10).text
    return "the person wants no messages" in page


def _settled(hotline: Hotline) -> None:
    database = opened(hotline)
    settle(database, 60)
    database.engine.dispose()


def test_nothing_reaches_who_said_stop_in_whichever_spelling(shared_hotline: Hotline) -> None:
    line = stops.run(shared_hotline, drawn(), count=42)
    assert line["kept"], line


def test_who_asks_to_stop_somebody_is_answered(shared_hotline: Hotline) -> None:
    people = {NUMBER.format(100 + at): text for at, text in enumerate(stops.NO_STOP)}
    refs = _cases(shared_hotline, people)
    for number, text in people.items():
        assert shared_hotline.sms(text, sender=number).status_code == 200
        assert _reply(shared_hotline, refs[number]).status_code == 200
    wait_for(lambda: all(REPLY in shared_hotline.twilio.to(number) for number in people), 20)


def test_a_yes_is_no_wish_to_be_written_to_again_but_words_are(shared_hotline: Hotline) -> None:
    numbers = {NUMBER.format(200 + at): word for at, word in enumerate(stops.YES)}
    refs = _cases(shared_hotline, numbers)
    session = shared_hotline.login("kh")
    for number, word in numbers.items():
        assert shared_hotline.sms("STOP", sender=number).ok and shared_hotline.sms(word, sender=number).ok
        assert shared_hotline.act(session, refs[number], "reply", text=REPLY).status_code == 409, word
    back = next(iter(numbers))
    assert shared_hotline.sms("I need you again, they came back", sender=back).ok
    assert shared_hotline.act(session, refs[back], "reply", text=REPLY).status_code == 200
    wait_for(lambda: shared_hotline.twilio.to(back) == [REPLY], 10)
    assert not [number for number in numbers if number != back and shared_hotline.twilio.to(number)]


def test_a_reply_that_waits_when_stop_is_committed_does_not_leave(shared_hotline: Hotline) -> None:
    number = NUMBER.format(300)
    ref = _case(shared_hotline, number)
    _settled(shared_hotline)
    shared_hotline.twilio.faults.append(standin_twilio.refusal(429, 20429, 2))
    assert _reply(shared_hotline, ref).status_code == 200
    wait_for(lambda: not shared_hotline.twilio.faults, 10)
    assert shared_hotline.sms("ຢຸດ", sender=number).status_code == 200
    wait_for(lambda: _withheld(shared_hotline, ref), 20)
    assert shared_hotline.twilio.to(number) == []


def test_what_is_still_to_leave_of_a_long_reply_does_not(shared_hotline: Hotline) -> None:
    number, twilio = NUMBER.format(301), shared_hotline.twilio
    ref = _case(shared_hotline, number)
    _settled(shared_hotline)
    twilio.held.clear()
    twilio.go.clear()
    twilio.faults.append("hold")
    try:
        assert _reply(shared_hotline, ref, "A long answer. " * 200).status_code == 200
        assert twilio.held.wait(10), "nothing was sent"
        assert shared_hotline.sms("ឈប់", sender=number).status_code == 200
    finally:
        twilio.go.set()
    wait_for(lambda: _withheld(shared_hotline, ref), 20)
    assert len(twilio.to(number)) == 1, "what was in the provider's hands before"
