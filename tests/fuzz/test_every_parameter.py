"""Every parameter of every address of both sites, and every value that a provider delivers: nothing in them is an error of ours."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import pytest

from tests.fixtures.running import DATABASES
from tests.fuzz import doors
from tests.fuzz.every import Every, addresses
from tests.fuzz.sites import Sites, build
from tests.unit.triage.conftest import house_on

# What a database, a codec and a number cannot hold; all of `nasty.ALL` is tried in `make torture`.
BYTES = (b"a\x00b", b"\xed\xa0\x80", b"9" * 19, "²".encode())
VALUES = ("\x00", "a\ud800b", 2**64, -(2**70), None, [], {"": None}, "x" * 6000)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=DATABASES)
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with house_on(request, tmp_path_factory.mktemp("sites")) as house:
        yield build(house)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "hotline")  # nobody is there to hear the doorbell, and what is odd is what is asked for


@pytest.mark.parametrize("signed_in", [True, False])
def test_no_value_of_any_parameter_is_an_error_of_ours(sites: Sites, signed_in: bool) -> None:
    every, turn = Every(sites, signed_in), cycle(BYTES[1:])
    for address in addresses(sites):
        every.run(address, lambda: (BYTES[0], next(turn)))
    found = every.found
    assert found.broken == []
    assert len(found.parameters) > (150 if signed_in else 60), found.parameters
    assert found.statuses[200] + found.statuses[303] > (300 if signed_in else 60) and (not signed_in or found.statuses[409] > 50), found.statuses


def test_no_value_that_a_provider_delivers_is_an_error_of_ours(sites: Sites) -> None:
    client, statuses, broken = sites.web.test_client(), Counter[int](), []
    knocks = [*doors.updates(VALUES, each=2), *doors.messages(BYTES, each=2), *doors.gateways(BYTES, VALUES)]
    for knock in knocks:
        status = doors.answer(client, knock)
        statuses[status] += 1
        # 403 would mean that the door was never opened, and 4xx that a provider is told to come again for ever or never.
        broken += [f"{status} {knock.said}"] if status not in (200, 204) else []
    assert broken[:40] == [] and sum(statuses.values()) > 900, statuses
