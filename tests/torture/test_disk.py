"""On a full disk nothing is acknowledged that was not stored; once there is space again all goes on by itself."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.running import running
from tests.torture.checker import check
from tests.torture.disk import Disk, FileLimit, small_disk
from tests.torture.ledger import Entry, Ledger
from tests.torture.sender import CHANNELS, Person
from tests.torture.small_postgres import small_postgres

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def _on(kind: str) -> Iterator[tuple[Hotline, Disk]]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hl-d")))
        disk = stack.enter_context(small_disk(folder)) if kind == "disk" else None
        yield stack.enter_context(running(home=folder)), disk or FileLimit()


@pytest.mark.parametrize("kind", ["disk", "file"])  # `disk` is a file limit too where nothing may be mounted
def test_what_cannot_be_stored_is_not_acknowledged(kind: str, tmp_path: Path) -> None:
    rng, ledger = secrets.SystemRandom(), Ledger(tmp_path / "accepted")
    with _on(kind) as (hotline, disk):
        people = [Person(channel, number, rng) for channel in CHANNELS for number in range(5)]
        _write(hotline, people[::5], ledger)
        disk.fill(hotline)
        if not isinstance(disk, FileLimit):
            wait_for(lambda: _readiness(hotline) == [(503, False), (503, False)], 5)
        refused = _write(hotline, people, ledger)
        assert refused, "the disk was not full"
        assert requests.get(f"{hotline.web}/healthz", timeout=5).ok and requests.get(hotline.web, timeout=5).ok
        disk.free(hotline)
        wait_for(hotline.ready, 20)
        assert _write(hotline, people, ledger) == 0
        verdict = check(hotline, ledger)
    assert verdict.kept, verdict


def test_what_postgres_cannot_store_is_not_acknowledged(tmp_path: Path) -> None:
    rng, ledger = secrets.SystemRandom(), Ledger(tmp_path / "accepted")
    with small_postgres() as server, running(server.url) as hotline:
        people = [Person(channel, number, rng) for channel in CHANNELS for number in range(5)]
        _write(hotline, people[::5], ledger)
        server.fill(hotline)
        refused, rounds = 0, 0
        while not refused:
            refused, rounds = _write(hotline, people, ledger), rounds + 1
            assert rounds < 40, "the disk was not full"
        assert _write(hotline, people, ledger), "full is full"
        assert requests.get(f"{hotline.web}/healthz", timeout=5).ok and requests.get(hotline.web, timeout=5).ok
        server.free(hotline)
        wait_for(hotline.ready, 60)
        wait_for(lambda: _write(hotline, people, ledger) == 0, 60)
        verdict = check(hotline, ledger)
        print(f"{rounds} rounds until it was full, {len(ledger.entries)} accepted, the server was started {server.starts} times")
    assert verdict.kept, verdict


def _readiness(hotline: Hotline) -> list[tuple[int, bool]]:
    """What both sites say of themselves and of the disk."""
    answers = [requests.get(f"{site}/readyz", timeout=5) for site in (hotline.web, hotline.desk)]
    return [(answer.status_code, answer.json()["disk"]) for answer in answers]


def _write(hotline: Hotline, people: list[Person], ledger: Ledger) -> int:
    """Everybody writes once; how many were told to come again. Nothing else than stored and not stored is an answer."""
    refused = 0
    for person in people:
        text = person.next_words()
        external, deliver = person.delivery(hotline, text)
        status = deliver().status_code
        assert status in (200, 503), status
        if status == 200:
            ledger.note(Entry(person.name, person.channel, external, text, 1, 0.0))
        else:
            refused += 1
    return refused
