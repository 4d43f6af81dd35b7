"""Two machines that answer each other come to an end; a frightened person who says it twice is answered twice."""

from __future__ import annotations

import pytest

from bot.echo import near, sketch
from tests.unit.bot.conftest import Person
from triage import messages

OUT_OF_OFFICE = "I am driving now and will call you back at {}. This is an automatic reply."


def test_a_machine_that_answers_every_answer_is_answered_twice_and_kept_whole(person: Person) -> None:
    replies = [person.say(OUT_OF_OFFICE.format(f"{hour}:15")).text for hour in range(1, 21)]
    assert all(replies[:2]) and not any(replies[2:])
    with person.parts.database.reading() as tx:
        said = messages.read_all(tx, person.cases()[0].id, person.workshop.keys.opening())
    assert [word.text for word in said] == [OUT_OF_OFFICE.format(f"{hour}:15") for hour in range(1, 21)]


def test_a_person_who_says_it_twice_is_answered_twice_and_one_who_goes_on_is_always_answered(person: Person) -> None:
    assert person.say("please help us they beat us").text and person.say("please help us they beat us").text
    for text in ("there are ten of us in the house", "the door is locked", "1", "1", "we are in Poipet near the river", "1"):
        assert person.say(text).text


def test_after_the_minutes_of_the_config_the_same_text_is_new(person: Person) -> None:
    for _ in range(3):
        reply = person.say(OUT_OF_OFFICE)
    assert not reply.text
    person.now += 11 * 60_000
    assert person.say(OUT_OF_OFFICE).text


@pytest.mark.parametrize("text", ["1", "STOP", "ok ok", "ជួយផង"])
def test_short_texts_are_never_an_echo(person: Person, text: str) -> None:
    for _ in range(4):
        assert person.say(text).text


def test_texts_are_near_but_for_a_name_or_a_date_and_not_near_for_another_thing() -> None:
    one, other = (sketch(OUT_OF_OFFICE.format(when), 12) for when in ("9:15", "Tuesday"))
    third = sketch("They lock us in a house near the river and take our papers away", 12)
    assert one and other and third and near(one, other) and not near(one, third)
    assert sketch("ok 12345678901234", 12) is None
