"""Hostile input at every address of both sites: each answer is a clear one, none is an error of ours."""

from __future__ import annotations

import pytest

from tests.fixtures.draws import drawn
from tests.fixtures.hotline import Hotline
from tests.torture.fuzz import Fuzzer, honest

pytestmark = pytest.mark.slow


def test_no_hostile_input_makes_an_error_and_the_next_honest_one_works(shared_hotline: Hotline) -> None:
    seed = drawn()
    found = Fuzzer(shared_hotline, seed).run(400)
    print(f"seed {seed}: {dict(found.statuses)}")
    assert found.broken == []
    assert found.statuses[200] > 40 and len(found.addresses) > 20, found.statuses
    assert all(honest(shared_hotline, seed))
    assert "ip=" not in shared_hotline.log.read_text(errors="replace")
