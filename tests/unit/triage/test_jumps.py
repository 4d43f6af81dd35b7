"""What a clock that ran ahead has stored does not wait for its time to come again."""

from __future__ import annotations

from sqlalchemy import update

from tests.unit.triage.conftest import NOW, House
from triage import inbox, jumps, outbox
from triage import tables as t
from triage.values import LEASE_MS

HOUR = 3_600_000


def test_what_came_or_left_in_an_hour_that_never_was_is_due_now(house: House) -> None:
    made = house.report(now=NOW + HOUR)
    with house.database.writing() as tx:
        parcel = outbox.put(tx, "reply", "sms", b"x", NOW + HOUR, case_id=made.case_id)
        later = outbox.put(tx, "reminder", "sms", b"x", NOW + HOUR, case_id=made.case_id)
        outbox.put_off(tx, later, NOW + 4 * HOUR)
        assert inbox.waiting(tx, NOW) == () and outbox.waiting(tx, NOW) == ()
        assert jumps.any_ahead(tx, NOW) and jumps.pull_back(tx, NOW) == 3
        assert len(inbox.waiting(tx, NOW)) == 1 and outbox.waiting(tx, NOW) == (parcel,)
        assert outbox.waiting(tx, NOW + 3 * HOUR) == (parcel, later), "what was put off stays so long put off"
        assert not jumps.any_ahead(tx, NOW)


def test_a_lease_from_that_hour_ends(house: House) -> None:
    house.report(now=NOW)
    with house.database.writing() as tx:
        (row,) = inbox.waiting(tx, NOW)
        parcel = outbox.put(tx, "reply", "sms", b"x", NOW)
        tx.execute(update(t.inbox).values(lease_until=NOW + HOUR))
        tx.execute(update(t.outbox).values(state="sending", lease_until=NOW + HOUR))
        assert jumps.pull_back(tx, NOW) == 2
        assert inbox.waiting(tx, NOW) == (row,)
        assert not outbox.has_orphans(tx, NOW + LEASE_MS) and outbox.has_orphans(tx, NOW + LEASE_MS + 1), parcel


def test_what_is_tried_again_after_its_pause_is_left_alone(house: House) -> None:
    house.report(now=NOW)
    with house.database.writing() as tx:
        for _ in range(4):
            (row,) = inbox.waiting(tx, NOW)
            inbox.lease(tx, row, NOW)
            inbox.failed(tx, row, NOW)
            assert not jumps.any_ahead(tx, NOW) and not jumps.any_ahead(tx, NOW - 50_000), "and clocks of two hosts a little apart"
            tx.execute(update(t.inbox).values(due_at=NOW))
