"""A talk that was left, a session of WhatsApp that has ended, and a phone in other hands."""

from __future__ import annotations

import secrets
import statistics
import time

import pytest

from bot.channels.base import Inbound
from bot.clock import tidy
from bot.comeback import Comeback, TooManyTries, WrongCode
from bot.delivery import deliver
from tests.unit.bot.conftest import Person
from tests.unit.bot.test_quietly import Line, answer, post, walk_to
from triage import events
from triage.tables import conversation

HOUR = 3_600_000
GUESSES = 1_000  # ten thousand take two minutes; their result stands in docs/promises.md
TOLD = "my boss in Rayong keeps my passport, his name is Somkit"


def test_after_two_days_the_next_person_on_that_phone_sees_nothing_of_what_was_said(person: Person) -> None:
    first = person.say(TOLD)
    code = first.text.split("code:")[1][:25].strip().rstrip(".")
    walk_to(person, "secret word", "1", "0", "0", "0", "0", "0", "0", "0", "0", "1")
    person.say("blue kettle")
    answer(person, "We know Somkit. Stay where you are.")
    person.now += 49 * HOUR
    tidy(person.parts.database, person.now)
    with person.parts.database.reading() as tx:
        assert tx.execute(conversation.select()).one().state is None
    heard = [person.say(text).text for text in ("HELP", "what did I report?", "00", "6", "0", "kettle", "0", "0", "000", "1", "X")]
    shown = " ".join(heard)
    assert not any(word in shown for word in ("Somkit", "Rayong", "passport", "Stay where", code))
    # The case stands, and the person themself goes on with code and word.
    assert len(person.cases()) == 1 and "Your report" in _last(person, code, "blue kettle")


def _last(person: Person, *words: str) -> str:
    return [person.say(word).text for word in words][-1]


def test_whatsapp_takes_an_answer_only_for_a_day_and_the_case_says_so(person: Person) -> None:
    person.channel = "whatsapp"
    person.say(TOLD)
    line, parcel = Line(), answer(person)
    person.now += 25 * HOUR
    assert not deliver(post(person, line), parcel) and line.sent == []
    with person.parts.database.reading() as tx:
        why = [event.data for event in events.history(tx, person.cases()[0].id) if event.verb == "withheld"]
    assert len(why) == 1 and "24 hours" in str(why[0])
    person.say("are you there?")
    parcel = answer(person)
    assert deliver(post(person, line), parcel) and len(line.sent) == 1


def test_a_correction_on_telegram_is_kept_beside_what_it_corrects_and_moves_nothing(person: Person) -> None:
    person.channel, person.sender = "telegram", "4711"
    asked = person.say(TOLD)
    edit = Inbound("telegram", "4711", "e1", TOLD.replace("Rayong", "Trat"), extra={"quiet": "edited"})
    assert person.parts.conversation.receive(edit, person.now + 1).text == ""
    assert person.parts.conversation.receive(edit, person.now + 2).repeated
    assert person.cases()[0].messages == 2
    assert person.say(choice=asked.buttons[0][0]).text and person.cases()[0].messages == 3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_thousand_guesses_at_codes_hit_nothing_and_take_the_same_time(person: Person) -> None:
    first = person.say(TOLD)
    code = first.text.split("code:")[1][:25].strip().rstrip(".")
    walk_to(person, "secret word", "1", "0", "0", "0", "0", "0", "0", "0", "0", "1")
    person.say("blue kettle")
    back = Comeback(person.parts.parts)
    spent: dict[bool, list[float]] = {True: [], False: []}
    locked = 0
    for at in range(GUESSES):
        # Right code with a wrong word now and then: whoever guesses must not tell it from a wrong code.
        right = at % 20 == 0
        guess = code if right else f"{secrets.randbelow(10**20):020d}"
        started = time.perf_counter()
        try:
            back.open(guess, "red kettle", f"address {at // 61}", person.now)
        except WrongCode:
            spent[right].append(time.perf_counter() - started)
        except TooManyTries:
            locked += 1
        else:
            raise AssertionError("a guess opened a case")
    assert locked == GUESSES // 61  # the 61st of each address
    assert 0.5 < statistics.median(spent[True]) / statistics.median(spent[False]) < 2
    assert back.open(code, "blue kettle", "their own address", person.now).state
