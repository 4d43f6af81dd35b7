"""Things break at random points while people write on three channels: a short run of what `make torture` does at length."""

from __future__ import annotations

import pytest

from tests.fixtures.draws import drawn
from tests.torture.campaign import campaign
from tests.torture.faults import FAULTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
ON = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("sqlite", "postgres")]
# The ten-second lock of SQLite has a test of its own.
SHORT = tuple(name for name in FAULTS if name != "F7 database")


@pytest.mark.parametrize("database", ON)
def test_nothing_is_lost_and_nothing_is_doubled(database: str, request: pytest.FixtureRequest) -> None:
    postgres = database == "postgres"
    address = request.getfixturevalue("postgres_server") if postgres else ""
    run = campaign(database, drawn(), kills=6, only=() if postgres else SHORT, pause=0.4, address=address)
    # How many get through in that time is the machine's speed; that each of them is kept is the promise.
    assert run.verdict.kept and run.verdict.accepted > 0, run
