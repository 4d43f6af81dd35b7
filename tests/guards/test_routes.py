"""Every route of the desk has a permission, and what needs a log-in cannot be had without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from config import settings as settings_module
from config.desks import read_routing
from config.gazetteer import read_places, read_roles
from config.live import Fixed
from dashboard import policy
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from tests.guards.tree import ROOT
from triage import keys, schema
from triage.db import open_database
from triage.places import Gazetteer

NOW = 1_790_000_000_000
PLACES = ROOT / "config" / "places"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = settings_module.read({"HOTLINE_HOME": str(tmp_path_factory.mktemp("desk")), "HOTLINE_CONFIG": str(ROOT / "config")})
    keys.make_keys(settings)
    database = open_database(settings)
    schema.migrate(database)
    gazetteer = Gazetteer(read_places(PLACES), read_roles(PLACES))
    parts = Parts(
        settings, database, keys.opening_keys(settings), Fixed(Rules(read_routing(settings.config), gazetteer)), lambda name, row: None, lambda: NOW
    )
    yield create_app(parts)
    database.engine.dispose()


def requests_for(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, a path) of each route and each of its methods."""
    for rule in app.url_map.iter_rules():
        path = app.url_map.bind("desk").build(rule.endpoint, {name: 1 if name == "number" else "AAAA-AAAA" for name in rule.arguments})
        yield from ((rule.endpoint, method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def test_every_route_has_a_permission_and_every_permission_a_route(desk: Flask) -> None:
    assert {rule.endpoint for rule in desk.url_map.iter_rules()} == set(policy.POLICY)
    assert set(policy.POLICY.values()) <= {policy.PUBLIC, policy.HALF, policy.SIGNED_IN, policy.OPERATORS}


def test_a_stranger_gets_nothing_that_needs_a_log_in(desk: Flask) -> None:
    tried = 0
    for endpoint, method, path in requests_for(desk):
        if policy.POLICY[endpoint] == policy.PUBLIC:
            continue
        answer = desk.test_client().open(path, method=method, data={"text": "x"} if method == "POST" else None)
        assert answer.status_code in (302, 401) and answer.headers.get("Location", "/login") == "/login", (
            endpoint,
            method,
            answer.status_code,
        )
        tried += 1
    assert tried >= 10


def test_only_these_routes_are_open_to_all() -> None:
    # A new one is a decision: write it down here too.
    open_to_all = {endpoint for endpoint, needs in policy.POLICY.items() if needs == policy.PUBLIC}
    assert open_to_all == {"static", "pages.healthz", "pages.readyz", "pages.root", "metrics.show", "login.show", "login.enter", "colleagues.join", "colleagues.accept"}


def test_a_route_without_a_permission_keeps_the_desk_from_starting() -> None:
    app = Flask("sample")
    app.add_url_rule("/secret", "case.secret", lambda: "x")
    with pytest.raises(policy.NoPolicy, match=r"case\.secret"):
        policy.check(app)
