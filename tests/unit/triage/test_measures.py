"""What monitoring sees: counts and ages, and nothing of anybody."""

from __future__ import annotations

from tests.unit.triage.conftest import NOW, House
from triage import heartbeats, measures
from triage.measures import Measure


def found(house: House, now: int) -> dict[str, Measure]:
    with house.database.reading() as tx:
        return {one.name: one for one in measures.read(tx, now)}


def test_an_untouched_case_past_its_target_is_seen(house: House) -> None:
    house.report()
    seen = found(house, NOW + 2 * 3_600_000)
    assert seen["cases_open"].series == ((("kh", "high", "new"), 1.0),)
    assert seen["cases_overdue"].series == ((("kh", "high"), 1.0),)
    assert seen["cases_overdue_seconds"].series == ((("kh", "high"), 3600.0),)
    assert found(house, NOW + 60_000)["cases_overdue"].series == ()


def test_what_waits_is_counted_with_its_age(house: House) -> None:
    house.report()
    seen = found(house, NOW + 5_000)
    assert seen["inbox"].series == ((("new",), 1.0),)
    assert seen["inbox_oldest_seconds"].series == ((("new",), 5.0),)
    assert seen["last_message_seconds"].series == ((("sms",), 5.0),)
    assert seen["outbox"].series == () and seen["database_bytes"].series[0][1] > 1000


def test_a_process_that_stopped_grows_old_and_is_forgotten_after_a_day(house: House) -> None:
    with house.database.writing() as tx:
        heartbeats.beat(tx, "clock", "sample-host", NOW)
        heartbeats.beat(tx, "clock", "sample-host", NOW + 1_000)
    assert found(house, NOW + 61_000)["heartbeat_age_seconds"].series == ((("clock", "sample-host"), 60.0),)
    with house.database.writing() as tx:
        heartbeats.purge(tx, NOW + 90_000_000)
    assert found(house, NOW)["heartbeat_age_seconds"].series == ()


def test_no_word_number_or_reference_is_in_it(house: House) -> None:
    made = house.report("canary words", "+85500000999")
    shown = repr(found(house, NOW))
    assert not any(secret in shown for secret in ("canary", "00000999", made.ref, made.code, "KH-12"))
