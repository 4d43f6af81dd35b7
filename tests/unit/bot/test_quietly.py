"""What reaches a person, when and in which words: safe hours, cover, one reminder, and answers by code on every channel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.channels.base import Outgoing
from bot.delivery import Post, deliver
from tests.unit.bot.conftest import Person
from triage import cases, outbox
from triage.hours import HOUR_MS
from triage.scope import COMMAND_LINE
from triage.tables import outbox as table

ENGLISH = "they did not pay us for two months in Rayong"


@dataclass
class Line:
    """A channel that remembers what it sent."""

    sent: list[str] = field(default_factory=list)

    def send(self, to: str, message: Outgoing) -> str:
        self.sent.append(message.text)
        return f"id{len(self.sent)}"


def answer(person: Person, text: str = "We can help. Where is your passport?") -> int:
    (case,) = person.cases()
    with person.parts.database.writing() as tx:
        _, parcel = cases.reply(tx, person.parts.keys.sealer, COMMAND_LINE, case.ref, text, person.now)
    assert parcel is not None
    return parcel


def post(person: Person, line: Line) -> Post:
    return Post(person.parts.database, person.workshop.keys.opening(), {person.channel: line}, lambda: person.now)


def walk_to(person: Person, question: str, *first: str) -> None:
    for word in (*first, *["0"] * 30):
        if question in person.say(word).text:
            return
    raise AssertionError(f"{question} was never asked")


def reminders(person: Person) -> list[tuple[str, int]]:
    with person.parts.database.reading() as tx:
        return [(row.state, row.due_at) for row in tx.execute(table.select().where(table.c.kind == "reminder"))]


def test_an_answer_waits_for_the_hours_that_the_person_chose(person: Person) -> None:
    person.say(ENGLISH)
    walk_to(person, "How may we answer", "1")
    person.say("2")
    person.say("4")  # 18 to 22
    person.now += -person.now % (24 * HOUR_MS) + 4 * HOUR_MS  # 11:00 in Thailand
    line, parcel = Line(), answer(person)
    assert not deliver(post(person, line), parcel) and line.sent == []
    with person.parts.database.reading() as tx:
        assert parcel not in outbox.waiting(tx, person.now + 6 * HOUR_MS) and parcel in outbox.waiting(tx, person.now + 7 * HOUR_MS)
    person.now += 7 * HOUR_MS
    assert deliver(post(person, line), parcel) and len(line.sent) == 1


def test_under_cover_an_answer_is_announced_in_neutral_words_and_read_with_the_code(person: Person) -> None:
    reply = person.say(ENGLISH)
    code = "".join(re.findall(r"\d{4}", reply.text.split("code:")[1]))
    walk_to(person, "How may we answer", "2")
    line = Line()
    assert deliver(post(person, line), answer(person))
    assert line.sent == ["A message is here for you. Send your code to read it."]
    for channel, sender in ((person.channel, person.sender), ("telegram", "4711")):
        other = replace(person, channel=channel, sender=sender)
        other.say(code)
        asked = other.say("0")
        assert "received" in asked.text and "Read the answer" in asked.text + str(asked.buttons)
        assert "Where is your passport?" in other.say("1" if channel == "sms" else "Read the answer").text


def test_who_asks_who_this_is_hears_of_a_wrong_number(person: Person) -> None:
    person.say(ENGLISH)
    walk_to(person, "How may we answer", "2")
    assert person.say("ใครคะ เบอร์ใคร").text == "Sorry, wrong number."
    assert person.say("hello??").text == "Thank you."
    assert person.cases()[0].messages >= 3


def test_a_talk_left_in_the_middle_is_recalled_once_where_that_was_allowed(person: Person) -> None:
    person.say(ENGLISH)
    walk_to(person, "How may we answer", "1")
    assert reminders(person) == []
    person.say("1")
    person.now += HOUR_MS
    person.say("0")
    ((state, due),) = reminders(person)
    assert state == "queued" and due == person.now + 3 * HOUR_MS
    line = Line()
    with person.parts.database.reading() as tx:
        (parcel,) = outbox.waiting(tx, due)
    person.now = due
    assert deliver(post(person, line), parcel) and line.sent == ["Hello. You can go on here when it suits you."]
    person.say("0")
    assert [state for state, _ in reminders(person)] == ["sent"]


def test_nobody_is_recalled_who_finished_stopped_or_is_not_safe(person: Person) -> None:
    for at, first in enumerate(("1", "2")):
        one = replace(person, sender=f"+8551200000{at + 1}")
        one.say(ENGLISH)
        walk_to(one, "How may we answer", first)
        one.say("1")
        if first == "1":
            one.say("X")
    assert [state for state, _ in reminders(person)] == ["withheld"]


def test_many_guessers_at_one_case_wear_out_but_the_persons_own_phone_does_not(person: Person) -> None:
    reply = person.say(ENGLISH)
    code = "".join(re.findall(r"\d{4}", reply.text.split("code:")[1]))
    walk_to(person, "secret word", "1", "0", "0", "0", "0", "0", "0", "0", "0", "1")
    person.say("blue kettle")
    for number in range(55):
        other = replace(person, sender=f"+1555000{number:04d}")
        other.say(code)
        assert "does not fit" in other.say(f"guess {number}").text
    late = replace(person, sender="+15550009999")
    late.say(code)
    assert "does not fit" in late.say("blue kettle").text
    person.say(code)
    assert "Your report" in person.say("blue kettle").text
