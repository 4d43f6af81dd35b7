"""docs/openapi is true: each view reads the fields that it describes, and answers valid and invalid requests as it says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis.core.failures import FailureGroup

from tests.fixtures.draws import drawn
from tests.fixtures.running import DATABASES
from tests.fuzz import openapi
from tests.fuzz.every import Every, addresses
from tests.fuzz.sites import Sites, build
from tests.unit.triage.conftest import house_on

pytestmark = pytest.mark.slow

@pytest.fixture(scope="module", params=DATABASES[:1])
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with house_on(request, tmp_path_factory.mktemp("sites")) as house:
        yield build(house)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "hotline")


def test_each_view_reads_what_is_described_and_nothing_else(sites: Sites) -> None:
    said = {(site, op.label): openapi.names(site, op) for site in sites.apps for op in openapi.operations(site, sites.apps[site])}
    heard: dict[tuple[str, str], dict[str, set[str]]] = {}
    for signed_in in (True, False):
        every = Every(sites, signed_in)
        for address in addresses(sites):
            of = heard.setdefault((address.site, f"{address.method} {openapi.as_described(address.rule.rule)}"), {})
            for place, name in every.learn(address):
                of.setdefault(place, set()).add(name)
    for label, places in heard.items():
        for place in ("path", "args", "form"):
            wanted, found = said[label].get(place, set()), places.get(place, set())
            if place == "form" and label[1].startswith("GET"):
                continue  # a page that can be asked for either way looks for a form that is not there
            assert found == wanted, (label, place)


def test_every_operation_answers_as_it_is_described(sites: Sites) -> None:
    seed = drawn()
    print(f"again: make torture TORTURE='--just openapi --openapi 5 --seed {seed} --on sqlite'")
    tried = openapi.try_all(sites, 5, seed)
    assert len(tried) >= 40 and sum(tried.values()) > 300, tried


def test_an_answer_that_is_not_described_is_seen(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = openapi.document

    def without(site: str) -> dict[str, Any]:
        found = whole(site)
        found["paths"]["/healthz"]["get"]["responses"] = {"204": {"description": "It is."}}
        return found

    monkeypatch.setattr(openapi, "document", without)
    with pytest.raises(FailureGroup, match="status code"):
        openapi.try_all(sites, 2, 1)
