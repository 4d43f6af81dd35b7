"""Several hosts: one is cut off, one dies, Redis dies, the database fails over, each is replaced; nothing is lost, nothing comes twice."""

from __future__ import annotations

import pytest

from tests.fixtures.draws import drawn
from tests.torture.hosts import campaign

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("postgres")]


def test_nothing_is_lost_whichever_host_is_lost() -> None:
    line = campaign(drawn(), rounds=0)
    print(line)
    assert line["kept"] and line["verdict"]["accepted"] > 5 and line["clocks"] == [1] * len(line["clocks"]), line


