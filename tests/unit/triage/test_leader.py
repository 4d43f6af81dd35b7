"""Of several clocks one is active, and another takes over when it is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.unit.triage.conftest import House
from triage.leader import Leader


def test_only_one_leads_and_the_next_takes_over(house: House, tmp_path: Path) -> None:
    one, two = Leader(house.database, tmp_path), Leader(house.database, tmp_path)
    assert [one.leads(), two.leads(), one.leads(), two.leads()] == [True, False, True, False]
    one.resign()
    assert two.leads() and not one.leads()
    two.resign()


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_lost_connection_is_a_lost_lead(house: House, tmp_path: Path) -> None:
    one, two = Leader(house.database, tmp_path), Leader(house.database, tmp_path)
    assert one.leads()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with house.database.writing() as tx:
        assert tx.execute(text(ended)).scalar_one()
    with pytest.raises(SQLAlchemyError):
        one.leads()
    assert two.leads() and not one.leads()
    two.resign()
