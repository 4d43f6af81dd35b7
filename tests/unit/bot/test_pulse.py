"""A talk tells the clock when its person was last heard and whether a question is still open."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from bot.clock import Plan, _alone, listen
from config.triage_rules import read_fact_rules
from tests.unit.bot.conftest import Person
from tests.unit.triage.samples import CONFIG
from triage.case_tables import pulse
from triage.judge import Judge
from triage.urgency import Urgency


def test_silence_after_a_sign_raises_the_case_by_the_clock(person: Person) -> None:
    person.say("my boss does not pay me since two months")
    (case,) = person.cases()
    with person.parts.database.reading() as tx:
        row = tx.execute(select(pulse)).one()
    assert (row.unfinished, row.signs, row.heard_at) == (True, True, person.now) and row.look_at is not None
    rules = read_fact_rules(CONFIG)
    plan = Plan(person.parts.parts.routing, Urgency(rules, Judge(rules)))
    raised = sum(listen(person.parts.database, plan, person.now + minute * 60_000) for minute in (5, 12, 25, 40))
    (after,) = person.cases()
    assert (case.level, after.level, raised) == ("medium", "high", 1)


def test_a_bad_case_holds_up_no_other_and_a_deadlocks_victim_is_run_again(person: Person) -> None:
    database, tries = person.parts.database, []

    class Deadlock(Exception):
        sqlstate = "40P01"

    def victim(tx: Connection) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("x", {}, Deadlock())
        return "done"

    def bad(tx: Connection) -> str:
        raise KeyError("sample")

    assert (_alone(database, victim), len(tries), _alone(database, bad)) == ("done", 3, None)
