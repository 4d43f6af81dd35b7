"""Two at once: a claim has one winner, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.torture.races import claim_races
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import triage
from triage import desk, events, inbox
from triage.db import open_database, retried
from triage.tables import cases
from triage.work import Desk, triage_message


def test_of_two_who_claim_one_case_exactly_one_wins(house: House) -> None:
    refs = [house.report(sender=f"+855000000{number:02d}").ref for number in range(25)]
    assert claim_races(house.settings, refs, (house.kh, house.kh2), NOW) == []


def test_a_job_run_five_times_at_once_has_one_effect(house: House) -> None:
    house.report("please help, they beat me")
    desk = Desk(house.database, house.keys, triage(), house.routing)
    with house.database.reading() as tx:
        (row,) = inbox.waiting(tx, NOW)
    with ThreadPoolExecutor(5) as five:
        done = list(five.map(lambda _: triage_message(desk, row, NOW), range(5)))
    assert sorted(done) == [False] * 4 + [True]
    other = open_database(house.settings)
    with other.reading() as tx:
        assert tx.execute(cases.select()).one().messages == 1
    other.engine.dispose()


def test_responders_who_read_a_case_while_it_is_triaged_are_not_refused(house: House) -> None:
    made = house.report("please help, they beat me")

    def look(_: int) -> None:
        with house.database.writing() as tx:
            desk.open_case(tx, house.keys.opening(), house.kh, made.ref, NOW)

    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda turn: retried(lambda: look(turn)), range(48)))
    with house.database.reading() as tx:
        at = tx.execute(cases.select()).one().id
        assert events.broken_at(tx, at) is None
        assert [event.verb for event in events.history(tx, at)].count("read") == 48
