"""Same event, same person, floods and tests: linked or set apart, never merged and never thrown away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.live import Fixed
from tests.unit.bot.conftest import Person
from triage import cases, desk, links
from triage.bonds import trace
from triage.scope import COMMAND_LINE, Scope
from triage.traces import near, of_message

KEY = b"k" * 16
STORY = "they hold twenty workers in the white building behind the casino in Poipet and nobody may leave, please send someone"


def another(person: Person, number: int) -> Person:
    return replace(person, sender=f"+8551200{number:04d}")


def of(person: Person, at: int) -> tuple[links.Link, ...]:
    row = person.cases()[at]
    with person.parts.database.reading() as tx:
        return links.of_case(tx, Scope(1, row.queue), row.id)


def test_reports_of_one_event_by_two_people_are_linked_and_stay_two(person: Person) -> None:
    person.say(STORY)
    another(person, 2).say("pls help " + STORY.replace("twenty", "20"))
    [link] = of(person, 1)
    assert len(person.cases()) == 2 and link.ref == person.cases()[0].ref and link.state == "maybe"


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("the broker calls from 012 000 001, he takes passports in Poipet", "beware of a man, his number is +855 12 000 001", "phone"),
        ("a van 2AB-1234 takes girls over the border at night", "we saw car 2ab 1234 with crying girls", "vehicle"),
        ("offer of work by @sample_agent, they took my passport", "my sister wrote with @sample_agent and is gone", "account"),
    ],
)
def test_a_number_a_plate_or_an_account_links(person: Person, one: str, other: str, why: str) -> None:
    person.say(one)
    another(person, 2).say(other)
    assert why in of(person, 1)[0].why


def test_other_stories_are_not_linked(person: Person) -> None:
    person.say(STORY)
    another(person, 2).say("my wages are not paid since three months in a fish factory in Samut Sakhon")
    assert of(person, 0) == () and of(person, 1) == ()


def test_a_case_of_another_desk_is_not_named(person: Person) -> None:
    person.say("a man with number 012 000 001 took my passport in Poipet")
    another(person, 2).say("a man with number 012 000 001 took my passport in Mae Sot")
    assert [row.queue for row in person.cases()] == ["kh", "th"]
    assert [(link.ref, link.why) for link in of(person, 1)][0][0] is None


def test_a_person_decides_and_the_machine_does_not_ask_again(person: Person) -> None:
    person.say(STORY)
    another(person, 2).say(STORY)
    row, link = person.cases()[1], of(person, 1)[0]
    with person.parts.database.writing() as tx:
        links.decide(tx, Scope(None, row.queue), row.ref, link.id, False, "spoke with both", person.now)
    another(person, 2).say(STORY)
    assert [one.state for one in of(person, 1)] == ["other"]


def test_the_database_holds_no_word_of_a_fingerprint(person: Person) -> None:
    person.say("call 012 000 001 " + STORY)
    with person.parts.database.reading() as tx:
        rows = tx.execute(trace.select()).all()
    assert rows and all(b"012" not in row.hash and b"000001" not in row.hash for row in rows)
    assert of_message(KEY, STORY, (), ()) != of_message(b"x" * 16, STORY, (), ())


def test_near_words_are_near_and_others_are_far() -> None:
    sketch = [
        next(t.sketch for t in of_message(KEY, text, (), ()) if t.sketch) for text in (STORY, STORY.replace("white", "blue"), STORY[::-1])
    ]
    assert near(sketch[0], sketch[1]) > 0.6 and near(sketch[0], sketch[2]) < 0.2


@pytest.mark.parametrize("text", ["test", "ทดสอบ", "测试", "Testing 123"])
def test_a_test_is_set_apart_and_a_sign_brings_it_back(person: Person, text: str) -> None:
    person.say(text)
    assert [row.lane for row in person.cases()] == ["apart"]
    person.say("they lock us in and beat us, help")
    [row] = person.cases()
    assert (row.lane, row.level) == ("desk", "emergency")


def test_what_is_set_apart_is_counted_seen_and_put_back(person: Person) -> None:
    person.say("test")
    [row] = person.cases()
    who = Scope(None, row.queue)
    with person.parts.database.writing() as tx:
        assert desk.beside(tx, who)["apart"] == 1 and desk.counts(tx, who) == {}
        assert [r.ref for r in desk.queue(tx, who, desk.Filters("apart"))] == [row.ref] and desk.queue(tx, who, desk.Filters()) == ()
        cases.set_lane(tx, person.parts.parts.routing, who, row.ref, "desk", "a real person", person.now)
        assert [r.ref for r in desk.queue(tx, who, desk.Filters())] == [row.ref]


def test_a_flood_of_one_text_is_set_apart_and_a_new_person_is_not(person: Person) -> None:
    text = "hello friends have a very nice day and a good week to all of you in the office"
    for number in range(12):
        another(person, 100 + number).say(text)
    another(person, 2).say("my boss does not pay me since three months")
    lanes = [row.lane for row in person.cases()]
    assert len(lanes) == 13 and lanes[-1] == "desk" and lanes[9:12] == ["apart"] * 3


def test_a_flood_of_cries_for_help_is_never_set_apart(person: Person) -> None:
    for number in range(12):
        another(person, 100 + number).say("help they lock us in a room in Poipet and beat us every night please come")
    assert {row.lane for row in person.cases()} == {"desk"}
    with person.parts.database.reading() as tx:
        assert desk.counts(tx, COMMAND_LINE) == {("new", "emergency"): 12}


def test_a_flood_of_many_web_talks_is_set_apart_but_for_cries_for_help(person: Person) -> None:
    bench = person.workshop.live.now
    routing = replace(bench.desk.routing, limits=replace(bench.desk.routing.limits, flood_web_talks=4))
    workshop = replace(person.workshop, live=Fixed(replace(bench, desk=replace(bench.desk, routing=routing))))
    for number, text in enumerate(("good day to you", "what a fine morning", "hi there all", "nice to see", "hm hm hm", "la la la", "so so")):
        one = replace(person, channel="web", sender=f"web{number}", workshop=workshop, now=person.now + number * 1000)
        one.say(text)
    cry = replace(one, sender="web99")
    cry.say("help they lock us in a room in Poipet and beat us every night please come")
    lanes = [(row.lane, row.lane_why) for row in person.cases()]
    assert lanes[:4] == [("desk", None)] * 4 and lanes[4:7] == [("apart", "flood")] * 3 and lanes[7] == ("desk", None)
