"""A history that was cut short, removed or put back is noticed; one that grew or was erased by right is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, select, update

from bot.cli import main
from tests.unit.triage.conftest import NOW, House
from triage import cases, events, heads, intake
from triage.tables import event

KEY = b"k" * 32
YEAR = 365 * 86_400_000


def note(house: House, now: int = NOW) -> heads.Anchor:
    with house.database.writing() as tx:
        return heads.note(tx, KEY, now, 5 * YEAR)


def faults(house: House) -> list[str]:
    with house.database.reading() as tx:
        return list(heads.faults(tx, KEY))


def grown(house: House) -> list[int]:
    made = [house.report(sender=f"+9{number}") for number in range(3)]
    note(house)
    with house.database.writing() as tx:
        cases.claim(tx, house.kh, made[0].ref, NOW)
    note(house, NOW + 1)
    return [one.case_id for one in made]


def test_what_grows_and_what_is_erased_is_whole(house: House) -> None:
    first, second, _ = grown(house)
    with house.database.writing() as tx:
        intake.forget(tx, second, NOW, "asked")
    assert faults(house) == []
    found = note(house, NOW + 2)
    assert faults(house) == [] and found.histories == 3 and note(house, NOW + 3) == found
    with house.database.writing() as tx:  # what retention does years later
        tx.execute(delete(event).where(event.c.case_id == second))
    assert note(house, NOW + 6 * YEAR).histories == 2 and faults(house) == []


def cut_tail(tx: Connection, case_id: int) -> None:
    last = select(event.c.id).where(event.c.case_id == case_id).order_by(event.c.seq.desc()).limit(1)
    tx.execute(delete(event).where(event.c.id.in_(last)))


def remove_whole(tx: Connection, case_id: int) -> None:
    tx.execute(delete(event).where(event.c.case_id == case_id))


def remove_with_its_head(tx: Connection, case_id: int) -> None:
    remove_whole(tx, case_id)
    tx.execute(delete(heads.history_head).where(heads.history_head.c.case_id == case_id))


def cut_and_set_the_head_back(tx: Connection, case_id: int) -> None:
    cut_tail(tx, case_id)
    last = tx.execute(select(event).where(event.c.case_id == case_id).order_by(event.c.seq.desc())).first()
    assert last is not None
    tx.execute(update(heads.history_head).where(heads.history_head.c.case_id == case_id).values(seq=last.seq, hash=last.hash))


def write_another_end(tx: Connection, case_id: int) -> None:
    cut_tail(tx, case_id)
    events.append(tx, case_id, NOW, "system", "routed", {"to": "th"})


def drop_the_last_anchors_sum(tx: Connection, case_id: int) -> None:
    tx.execute(update(heads.anchor).values(lines=heads.anchor.c.lines - 1))


@pytest.mark.parametrize(
    "harm", [cut_tail, remove_whole, remove_with_its_head, cut_and_set_the_head_back, write_another_end, drop_the_last_anchors_sum]
)
def test_what_was_cut_or_removed_is_noticed_and_stays_noticed(house: House, harm: Callable[[Connection, int], None]) -> None:
    first = grown(house)[0]
    with house.database.writing() as tx:
        harm(tx, first)
    assert faults(house)
    house.report(sender="+99")
    note(house, NOW + 2)
    assert faults(house)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_database_that_was_put_back_does_not_know_a_printed_anchor(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_HOME", str(house.settings.home))
    key = bytes.fromhex((house.settings.home / "keys" / "history.key").read_text())
    house.report()
    for now in (NOW, NOW + 1):
        with house.database.writing() as tx:
            heads.note(tx, key, now, YEAR)
        house.report(sender=f"+8{now}")
    run = CliRunner()
    printed = run.invoke(main, ["history", "head"]).output.split()
    assert run.invoke(main, ["history", "check", *printed]).output.strip() == "whole"
    with house.database.writing() as tx:
        tx.execute(delete(heads.anchor).where(heads.anchor.c.at == NOW + 1))
    assert run.invoke(main, ["history", "check", *printed]).exit_code == 1
