"""Caps on what may be spent: by number, day, country and money; the first answer to an emergency passes every one."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import Inbound
from bot.conversation import Conversation
from bot.purse import Purse
from config.channels import Caps, Channels
from tests.unit.bot.conftest import Person
from triage import events

DAY = 86_400_000
KHMER, THAI = "+85512000001", "+66812000001"


def test_each_cap_holds_for_its_day(person: Person) -> None:
    now, database, talk = person.now, person.parts.database, 1
    person.say("HELP")
    replace(person, sender=THAI).say("HELP")
    for caps, free in (
        (Caps(per_number=2), THAI),
        (Caps(per_country={"KH": 2, "default": 9}), THAI),
        (Caps(per_day=2), None),
        (Caps(budget=0.25, prices={"KH": 0.10}), None),
    ):
        purse, at = Purse(caps), now
        now += 2 * DAY
        with database.writing() as tx:
            for _ in range(2):
                assert purse.why_not(tx, talk, KHMER, "hello", now) is None
                purse.note(tx, talk, KHMER, "hello", now)
                at = now = now + 3_000
            why = purse.why_not(tx, talk, KHMER, "hello", at)
            assert why is not None and why.startswith("cap: ")
            assert free is None or purse.why_not(tx, talk + 1, free, "hello", at) is None
            assert purse.why_not(tx, talk, KHMER, "hello", at + DAY) is None
            # Another process has a purse of its own over the same sums.
            assert Purse(caps).why_not(tx, talk, KHMER, "hello", at) == why


def test_a_long_text_in_another_script_costs_its_segments(person: Person) -> None:
    with person.parts.database.writing() as tx:
        purse = Purse(Caps(budget=0.25, prices={"KH": 0.10}))
        assert purse.why_not(tx, 1, KHMER, "ក" * 70, person.now) is None
        assert purse.why_not(tx, 1, KHMER, "ក" * 200, person.now) is not None


def test_over_a_cap_the_message_is_kept_the_case_says_why_once_and_an_emergency_is_answered(person: Person) -> None:
    parts = replace(person.parts.parts, channels=Channels(caps=Caps(per_number=2)))
    conversation = Conversation(parts)

    def say(text: str, at: int) -> str:
        return conversation.receive(Inbound("sms", person.sender, f"SM{at}", text), person.now + at * 1000).text

    said = [say(text, at) for at, text in enumerate(("they did not pay us in Rayong", "1", "2", "1", "they took our papers"))]
    assert [bool(text) for text in said] == [True, True, False, False, False]
    (case,) = person.cases()
    assert case.messages == 5
    with parts.database.reading() as tx:
        assert [event.data for event in events.history(tx, case.id) if event.verb == "withheld"] == [
            {"why": "cap: 2 messages to one number in a day"}
        ]
    assert say("now they beat us and lock the door, help", 9)
