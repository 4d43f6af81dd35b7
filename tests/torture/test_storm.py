"""No update of a storm is lost, and the end equals the same updates one after another."""

from __future__ import annotations

import pytest

from tests.fixtures.draws import drawn
from tests.fixtures.hotline import Hotline
from tests.torture import storm

pytestmark = pytest.mark.slow


def test_a_storm_ends_as_if_its_updates_had_come_one_after_another(shared_hotline: Hotline) -> None:
    seed = drawn()
    said = storm.fire(shared_hotline, people=8, each=20, seed=seed)
    assert storm.faults(shared_hotline, said, replay=3) == []
