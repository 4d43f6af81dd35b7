"""The doctor finds each fault that was planted, and nothing on a sound hotline."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from bot.prepare import prepare
from config import settings as settings_module
from triage import accounts, events
from triage.cli_doctor import doctor
from triage.db import Database, open_database
from triage.key_tables import keypair
from triage.tables import event

NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doctor") / "home"
    prepare(settings_module.read({"HOTLINE_HOME": str(path), "HOTLINE_CONFIG": "config"}))
    return path


@pytest.fixture
def database(home: Path) -> Database:
    return open_database(settings_module.read({"HOTLINE_HOME": str(home), "HOTLINE_CONFIG": "config"}))


def said(home: Path) -> str:
    return CliRunner().invoke(doctor, env={"HOTLINE_HOME": str(home), "HOTLINE_CONFIG": "config"}).output


def faults(home: Path) -> list[str]:
    """All but the queue: no Redis runs here."""
    return [line for line in said(home).splitlines() if not line.endswith(" ok") and not line.startswith("work")]


def test_a_sound_hotline_is_found_sound(home: Path) -> None:
    assert faults(home) == [] and "Redis does not answer" in said(home)


def test_a_key_that_others_may_read_is_named(home: Path) -> None:
    key = home / "keys" / "hot.key"
    key.chmod(0o644)
    assert [line.split(": ")[1] for line in faults(home)] == ["chmod 600"]
    key.chmod(0o600)


def test_a_changed_history_is_named(home: Path, database: Database) -> None:
    with database.writing() as tx:
        for verb in ("received", "read"):
            events.append(tx, 77, NOW, "system", verb)
        tx.execute(update(event).where(event.c.case_id == 77, event.c.seq == 2).values(verb="noted"))
    assert [line.split()[:3] for line in faults(home)] == [["histories", "case", "77:"]]
    with database.writing() as tx:
        tx.execute(event.delete())


def test_a_public_key_that_somebody_replaced_is_named(home: Path, database: Database) -> None:
    with database.reading() as tx:
        real = tx.execute(keypair.select().where(keypair.c.kind == "recovery")).one().public
    for public in (b"x" * 32, real):
        with database.writing() as tx:
            tx.execute(update(keypair).where(keypair.c.kind == "recovery").values(public=public))
        assert ("another recovery key" in said(home)) == (public != real)


def test_a_desk_that_nobody_can_open_is_named(home: Path, database: Database) -> None:
    with database.writing() as tx:
        who = accounts.by_email(tx, "vn@demo.invalid")
        assert who is not None
        accounts.disable(tx, who.id, NOW)
    found = faults(home)
    assert any("nobody can open the cases of vn" in line for line in found) and any("hotline keys rotate vn" in line for line in found)
