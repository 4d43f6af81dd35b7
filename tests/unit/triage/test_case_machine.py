"""Whatever people and the clock do to a case, in any order: one desk has it, no stop is passed, no consent is stretched, no line of its
history is lost, nothing is left of what was erased, and the machine never lowers a level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from config.alerts import AlertPlan
from config.desks import Services
from tests.unit.triage.conftest import NOW, PASSWORD, House
from tests.unit.triage.test_correcting import URGENCY
from triage import accounts, cases, consenting, correcting, desk, escalation, events, intake, noting, pulses, referrals, silence, wishes
from triage.bonds import participant
from triage.consent import asked_of, recipients
from triage.correcting import Place
from triage.intake import FirstLook
from triage.key_tables import case_key, finding
from triage.referrals import Wanted
from triage.routing import may_hold
from triage.rows import facts_of
from triage.scope import Scope
from triage.tables import cases as table
from triage.tables import message
from triage.values import KINDS, LEVELS, Conflict, NotAllowed, NotYours

MINUTE = 60_000
PLACES = (Place(), Place("KH", "KH-12"), Place("TH", "TH-63"), Place("VN"), Place("MY"), Place(at_sea=True))
DESKS = ("kh", "th", "vn", "la", "regional")
AT = st.integers(0, 5)
WHO = st.integers(0, 4)


class CaseMachine(RuleBasedStateMachine):
    """A few cases, five responders, one clock."""

    house: ClassVar[House]
    people: ClassVar[tuple[Scope, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.alive: dict[str, int] = {}
        self.gone: list[int] = []
        self.level: dict[str, int] = {}
        self.chosen: dict[str, set[str]] = {}
        self.beside: dict[str, set[str]] = {}
        self.by_hand = ""

    # What happens

    @rule(level=st.sampled_from(LEVELS), kind=st.sampled_from(KINDS), place=st.sampled_from(PLACES), never=st.booleans())
    def report(self, level: str, kind: str, place: Place, never: bool) -> None:
        if len(self.alive) < 4:
            look = FirstLook("en", kind, level, place.country, place.subdivision, no_authorities=never)
            made = self.house.report(sender=f"+855{len(self.gone)}{self.now % 10**8}", look=look)
            self.alive[made.ref], self.chosen[made.ref], self.beside[made.ref] = made.case_id, set(), set()

    @rule(at=AT, minutes=st.integers(1, 40))
    def say(self, at: int, minutes: int) -> None:
        def word(tx: Any, ref: str) -> None:
            intake.add_word(tx, self.house.routing, self.alive[ref], {"text": "sample words"}, self.now)
            pulses.found(tx, self.alive[ref], True, None, self.now)
            pulses.heard(tx, self.alive[ref], True, self.now)

        self.now += minutes * MINUTE
        self.do(at, word)

    @rule(at=AT, who=WHO)
    def claim(self, at: int, who: int) -> None:
        def take(tx: Any, ref: str) -> None:
            before = tx.execute(select(table.c.queue).where(table.c.ref == ref)).scalar_one()
            cases.claim(tx, self.people[who], ref, self.now)
            self.beside[ref].add(before)

        self.do(at, take)

    @rule(at=AT, who=WHO, verb=st.sampled_from(("release", "reopen", "close", "note", "reply")))
    def act(self, at: int, who: int, verb: str) -> None:
        scope, sealer = self.people[who], self.house.keys.sealer
        verbs: dict[str, Callable[[Any, str], Any]] = {
            "release": lambda tx, ref: cases.release(tx, scope, ref, self.now),
            "reopen": lambda tx, ref: cases.reopen(tx, scope, ref, self.now),
            "close": lambda tx, ref: cases.close(tx, scope, ref, "helped", "", self.now),
            "note": lambda tx, ref: cases.note(tx, scope, ref, "sample note", self.now),
            "reply": lambda tx, ref: cases.reply(tx, sealer, scope, ref, "we are here", self.now),
        }
        self.do(at, verbs[verb])

    @rule(at=AT, who=WHO, to=st.sampled_from(DESKS))
    def hand_over(self, at: int, who: int, to: str) -> None:
        opener = self.house.keys.opening()
        self.do(at, lambda tx, ref: cases.transfer(tx, opener, self.house.routing, self.people[who], ref, to, "theirs", self.now))

    @rule(at=AT, who=WHO, level=st.sampled_from(LEVELS))
    def set_level(self, at: int, who: int, level: str) -> None:
        self.by_hand = self.do(at, lambda tx, ref: cases.set_level(tx, self.house.routing, self.people[who], ref, level, "so", self.now))

    @rule(at=AT, who=WHO, place=st.sampled_from(PLACES))
    def set_place(self, at: int, who: int, place: Place) -> None:
        opener = self.house.keys.opening()
        self.do(at, lambda tx, ref: correcting.set_place(tx, opener, self.house.routing, self.people[who], ref, place, self.now))

    @rule(at=AT, who=WHO, sign=st.sampled_from(("debt", "papers_taken", "not_paid")))
    def note_facts(self, at: int, who: int, sign: str) -> None:
        world, scope = (self.house.keys.opening(), self.house.routing, URGENCY), self.people[who]
        self.do(at, lambda tx, ref: noting.note_facts(tx, *world, scope, ref, (), (sign,), "", self.now))

    @rule(at=AT, who=WHO, lane=st.sampled_from(("apart", "desk")))
    def set_lane(self, at: int, who: int, lane: str) -> None:
        self.do(at, lambda tx, ref: cases.set_lane(tx, self.house.routing, self.people[who], ref, lane, "so", self.now))

    @rule(at=AT, who=WHO, to=st.sampled_from(DESKS), scope=st.sampled_from(("summary", "whole", "no_contact")))
    def tell(self, at: int, who: int, to: str, scope: str) -> None:
        def ask(tx: Any, ref: str) -> None:
            row = tx.execute(select(table).where(table.c.ref == ref)).one()
            opener, routing = self.house.keys.opening(), self.house.routing
            withdrawn = row.share_withdrawn_at is not None
            asked = asked_of(facts_of(row), desk.facts_of(tx, opener, row.id), row.child, withdrawn=withdrawn)
            offered = recipients(routing, Services((), 90, True), None, row.country, row.queue)
            found = next((one for one in offered if one.key == f"desk:{to}"), None)
            if found is not None:
                referrals.ask(tx, opener, routing, self.people[who], ref, asked, Wanted(found, "consent", scope, "read; yes"), self.now)

        self.do(at, ask)

    @rule(at=AT, who=WHO, chosen=st.sets(st.sampled_from(("helper_organisation", "police", "social_ministry")), max_size=2))
    def choose(self, at: int, who: int, chosen: set[str]) -> None:
        def record(tx: Any, ref: str) -> None:
            consenting.record(tx, self.house.keys.opening(), self.house.routing, self.people[who], ref, tuple(chosen), "she said so", self.now)
            self.chosen[ref] = chosen

        ref = self.do(at, record)
        if ref:
            self.beside[ref] &= {name for name in DESKS if self.house.routing.desks[name].share in chosen}

    @rule(at=AT, say=st.sampled_from(("never", "withdraw", "urgent")))
    def wish(self, at: int, say: str) -> None:
        def word(tx: Any, ref: str) -> None:
            case_id = self.alive[ref]
            if say == "never":
                wishes.choose_sharing(tx, self.house.routing, case_id, ("never_police_or_government",), self.now)
            elif say == "withdraw":
                wishes.withdraw_sharing(tx, case_id, self.now)
                self.chosen[ref], self.beside[ref] = set(), set()
            else:
                wishes.raise_to_emergency(tx, self.house.routing, case_id, self.now)

        self.do(at, word)

    @rule(minutes=st.integers(1, 90))
    def tick(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        with self.house.database.writing() as tx:
            for case_id in pulses.due(tx, self.now):
                silence.listen(tx, self.house.routing, URGENCY, case_id, self.now)
            for case_id in escalation.waiting(tx, self.now):
                escalation.advance(tx, self.house.routing, AlertPlan(), case_id, self.now)

    @precondition(lambda self: len(self.alive) > 1)
    @rule(at=AT)
    def erase(self, at: int) -> None:
        ref = self.do(at, lambda tx, ref: intake.forget(tx, self.alive[ref], self.now, "asked"))
        if ref:
            self.gone.append(self.alive.pop(ref))

    def do(self, at: int, verb: Callable[[Any, str], Any]) -> str:
        """Does it to one of the cases; its reference, or nothing where it was refused."""
        if not self.alive:
            return ""
        ref = sorted(self.alive)[at % len(self.alive)]
        try:
            with self.house.database.writing() as tx:
                verb(tx, ref)
        except (NotYours, Conflict, NotAllowed):
            return ""
        return ref

    # What holds after each

    @invariant()
    def all_is_well(self) -> None:
        with self.house.database.reading() as tx:
            for ref, case_id in self.alive.items():
                self.one(tx, ref, tx.execute(select(table).where(table.c.id == case_id)).one())
            for case_id in self.gone:
                assert events.broken_at(tx, case_id) is None and [e.verb for e in events.history(tx, case_id)] == ["forgotten"]
                for rows in (message, case_key, finding, participant):
                    assert tx.execute(select(func.count()).where(rows.c.case_id == case_id)).scalar_one() == 0, rows.name
        self.by_hand = ""

    def one(self, tx: Any, ref: str, row: Any) -> None:
        routing, facts = self.house.routing, facts_of(row)
        assert row.queue in routing.desks and may_hold(routing, row.queue, facts), "no stop is passed"
        holders = [name for name in routing.desks if tx.execute(select(table.c.id).where(table.c.ref == ref, Scope(1, name).holds())).first()]
        assert holders == [row.queue], "one desk has it"
        seen = tx.execute(select(participant).where(participant.c.case_id == row.id, participant.c.ended_at.is_(None))).all()
        for other in seen:
            assert may_hold(routing, other.queue, facts), "nobody sees it whom a stop forbids"
            told = other.access in ("whole", "summary") and other.queue not in self.beside[ref]
            assert not told or routing.desks[other.queue].share in self.chosen[ref], "told only by the person's yes"
        assert (row.state == "closed") == (row.closed_at is not None) == (row.outcome is not None)
        assert row.state != "claimed" or row.claimed_by is not None
        assert row.state != "new" or row.claimed_by is None
        assert row.lane == "desk" or row.level == 0, "what is urgent is never set apart"
        assert events.broken_at(tx, row.id) is None
        assert row.level >= self.level.get(ref, 0) or self.by_hand == ref, "the machine only raises"
        assert tx.execute(select(func.count()).where(case_key.c.case_id == row.id)).scalar_one() > 0
        self.level[ref] = row.level


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_in_whatever_order_a_case_keeps_its_promises(house: House) -> None:
    with house.database.writing() as tx:
        people = [house.kh, house.kh2, house.th]
        for name in ("vn", "regional"):
            people.append(Scope(accounts.add(tx, f"{name}@demo.invalid", "Sample", "supervisor", name, PASSWORD, NOW), name, "supervisor"))
    CaseMachine.house, CaseMachine.people = house, tuple(people)
    quick = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    run_state_machine_as_test(CaseMachine, settings=quick)
