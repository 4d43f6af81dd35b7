"""A later word of the same person: within some weeks their case opens again, later it is a new one that is linked to the old."""

from __future__ import annotations

import pytest

from tests.unit.bot.conftest import Person
from triage import cases, links, talks
from triage.desk import CaseRow
from triage.scope import COMMAND_LINE

DAY = 86_400_000


def close(person: Person, case: CaseRow) -> None:
    with person.parts.database.writing() as tx:
        cases.close(tx, COMMAND_LINE, case.ref, "helped", "", person.now)


def test_within_the_days_a_word_opens_the_case_again(person: Person) -> None:
    person.say("my boss does not pay me since two months")
    close(person, person.cases()[0])
    person.now += 29 * DAY
    person.say("he still does not pay me")
    (case,) = person.cases()
    assert (case.state, case.messages) == ("new", 2)


@pytest.mark.parametrize("again", ["my new boss kept my passport", "99"])
def test_later_it_is_a_new_case_that_is_linked_to_the_old_one(person: Person, again: str) -> None:
    person.say("my boss does not pay me since two months")
    close(person, person.cases()[0])
    person.now += 31 * DAY
    person.say(again)
    old, new = person.cases()
    assert (old.state, old.messages, new.state, new.messages) == ("closed", 1, "new", 1)
    with person.parts.database.reading() as tx:
        (link,) = links.of_case(tx, COMMAND_LINE, new.id)
        ways = [talks.of_case(tx, case.id) for case in (old, new)]
    assert (link.ref, link.why, link.state) == (old.ref, "the same person", "same")
    assert ways[0] is not None and ways[1] is not None and ways[0].id == ways[1].id, "either desk still reaches them"
