"""Two at once: a claim has one winner, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text

from tests.torture.races import claim_races
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.samples import triage
from triage import desk, events, inbox
from triage.bonds import case_link
from triage.db import open_database, retried
from triage.tables import cases
from triage.tables import inbox as inbox_rows
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


def test_many_reports_of_one_event_are_triaged_at_once_and_none_waits_in_a_circle(house: House) -> None:
    for number in range(16):
        house.report(f"they lock us in the big compound behind the casino in Poipet and beat us, room {number}", sender=f"+8550000{number:04d}")
    desk = Desk(house.database, house.keys, triage(), house.routing)
    with house.database.reading() as tx:
        rows = inbox.waiting(tx, NOW)
    with ThreadPoolExecutor(6) as six:
        done = list(six.map(lambda row: triage_message(desk, row, NOW), rows))
    with house.database.reading() as tx:
        assert set(tx.execute(select(inbox_rows.c.attempts)).scalars()) == {1}
        assert tx.execute(select(func.count()).select_from(case_link)).scalar_one() > 16
        assert [events.broken_at(tx, at) for at in tx.execute(select(cases.c.id)).scalars()] == [None] * 16
        if not house.database.is_sqlite:
            assert tx.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).scalar_one() == 0, "a deadlock"
    assert done == [True] * 16


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
