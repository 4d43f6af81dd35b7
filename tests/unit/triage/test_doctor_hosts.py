"""The doctor's questions to other machines: each fault that was planted is named, a sound neighbour is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.clock import now_ms
from tests.unit.triage.conftest import NOW, House
from triage import doctor_hosts, heartbeats


def clocks(house: House, url: str, now: int) -> list[str]:
    return list(doctor_hosts.clocks(replace(house.settings, redis_url=url), house.database, now))


def test_clocks_that_agree_are_not_named_and_those_that_do_not_are(house: House, redis_address: str) -> None:
    now = now_ms()
    assert clocks(house, redis_address, now) == []
    whose = ["Redis"] if house.database.is_sqlite else ["the database server", "Redis"]
    found = clocks(house, redis_address, now - 60_000)
    assert [fault.split("clock of ")[1].split(" is +6")[0] for fault in found] == whose
    with house.database.writing() as tx:
        heartbeats.beat(tx, "worker", "other-host", now + 5_000)
    assert [fault[:42] for fault in clocks(house, redis_address, now)] == ["the clock of other-host (worker) is 5.0 s "]


def test_versions_that_run_the_tests_are_new_enough_and_older_ones_are_named(
    house: House, redis_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(house.settings, redis_url=redis_address)
    assert list(doctor_hosts.versions(settings, house.database, NOW)) == []
    monkeypatch.setattr(doctor_hosts, "server_state", lambda url: ("5.0.14", 0))
    monkeypatch.setattr(doctor_hosts, "OLDEST_POSTGRES", 990_000)
    found = list(doctor_hosts.versions(settings, house.database, NOW))
    assert [fault.split()[0] for fault in found] == (["Redis"] if house.database.is_sqlite else ["PostgreSQL", "Redis"])


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_server_that_may_lose_what_it_acknowledged_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(doctor_hosts.server(house.settings, house.database, NOW)) == []
    monkeypatch.setattr(doctor_hosts, "server_settings", lambda cursor: {"fsync": "off", "full_page_writes": "on"})
    assert [fault[:12] for fault in doctor_hosts.server(house.settings, house.database, NOW)] == ["fsync is off"]


def test_a_server_that_keeps_its_old_log_is_named_in_production(house: House) -> None:
    found = list(doctor_hosts.server(replace(house.settings, env="production"), house.database, NOW))
    assert [fault[:17] for fault in found] == ([] if house.database.is_sqlite else ["wal_recycle is on"])


def test_an_edit_of_the_config_that_is_not_live_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_hosts, "with_live", lambda settings: (settings, ("urgency.yaml:3:1: odd",)))
    assert list(doctor_hosts.config(house.settings, house.database, NOW)) == ["urgency.yaml:3:1: odd; the last good one is live"]
