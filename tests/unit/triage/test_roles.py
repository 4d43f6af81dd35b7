"""On PostgreSQL each process has a role that can do its work and cannot select what it must not read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import ProgrammingError

from bot.channels.base import Inbound
from bot.cli import main
from bot.clock import escalate, ring_again, tidy
from bot.comeback import Comeback, Said
from bot.wiring import front, read_rules, workshop
from config.alerts import AlertPlan
from tests.unit.triage.conftest import NOW, House
from triage import cases, desk, heads, inbox, messages, retention, roles, work
from triage.db import Database, open_database
from triage.queues import Doorbell, connect
from triage.scope import COMMAND_LINE

pytestmark = pytest.mark.parametrize("house", ["postgres"], indirect=True)


def grant(house: House) -> None:
    with house.database.writing() as tx:
        for line in roles.statements():
            tx.execute(text(line))


def as_process(house: House, process: str) -> House:
    """The house as one process sees its database."""
    url = house.settings.database_url
    settings = replace(house.settings, database_url=f"{url}{'&' if '?' in url else '?'}options={quote(f'-c role=hotline_{process}')}")
    return replace(house, database=open_database(settings), settings=settings)


def denied(database: Database, query: str) -> bool:
    try:
        with database.reading() as tx:
            tx.execute(text(query))
    except ProgrammingError as error:
        return getattr(error.orig, "sqlstate", "") == "42501"
    return False


def test_the_public_role_takes_in_and_erases_and_reads_no_words(house: House) -> None:
    grant(house)
    web = as_process(house, "web")
    talking = front(web.settings)
    for number, words in enumerate(("ជួយផង គេចាក់សោខ្ញុំ នៅបាវិត", "1", "2", "STOP")):
        talking.conversation.receive(Inbound("sms", "+85512345678", f"m{number}", words), NOW + number)
    reply = talking.conversation.receive(Inbound("web", "t" * 32, "w1", "they took my passport in Poipet"), NOW)
    assert reply.code is not None
    comeback = Comeback(talking.parts)
    assert comeback.add(reply.code, "", "192.0.2.1", Said("more words"), "1", NOW).state == "received"
    for table, column in (("message", "sealed"), ("case_key", "sealed"), ("finding", "sealed"), ("attachment_part", "sealed"), ("outbox", "sealed"),
                          ("conversation", "contact"), ("responder", "password_hash"), ("session", "unlocked"), ("key_wrap", "sealed"), ("event", "reason")):  # fmt: skip
        assert denied(web.database, f"SELECT {column} FROM {table}"), (table, column)
    comeback.delete(reply.code, "", "192.0.2.1", NOW)
    with house.database.reading() as tx:
        assert [row.messages for row in desk.all_cases(tx, COMMAND_LINE)] and tx.execute(select(func.count()).select_from(cases.cases)).scalar_one() == 1
    talking.database.engine.dispose()
    web.database.engine.dispose()


def test_worker_and_clock_do_their_rounds_and_the_clock_reads_no_words(house: House) -> None:
    grant(house)
    made = house.report("ជួយផង គេចាក់សោខ្ញុំ នៅបាវិត")
    worker, clock = as_process(house, "worker"), as_process(house, "clock")
    shop = workshop(worker.settings)
    with worker.database.reading() as tx:
        waiting = inbox.waiting(tx, NOW + 10_000)
    assert waiting and all(work.triage_message(shop.desk, row, NOW) for row in waiting)
    rules = read_rules(house.settings)
    bell = Doorbell(connect("redis://127.0.0.1:1/0"))  # nobody there
    escalate(clock.database, bell, rules.routing, AlertPlan(), NOW + 86_400_000)
    ring_again(clock.database, bell, NOW)
    tidy(clock.database, NOW)
    with clock.database.writing() as tx:
        heads.note(tx, b"k" * 32, NOW, 1)
    retention.run(clock.database, NOW + 86_400_000)
    assert denied(clock.database, "SELECT sealed FROM message") and denied(clock.database, "SELECT unlocked FROM session")
    assert denied(worker.database, "SELECT unlocked FROM session")
    with house.database.reading() as tx:
        assert [row.ref for row in desk.all_cases(tx, COMMAND_LINE)] == [made.ref]
    for one in (worker, clock):
        one.database.engine.dispose()


def test_the_clock_role_takes_erased_keys_out_of_their_file(house: House) -> None:
    grant(house)

    def file_of_keys() -> int:
        with house.database.reading() as tx:
            return int(tx.execute(text("SELECT pg_relation_filenode('case_key')")).scalar_one())

    before = file_of_keys()
    retention.wipe(as_process(house, "web").database)
    assert file_of_keys() == before
    retention.wipe(as_process(house, "clock").database)
    assert file_of_keys() != before


def test_the_desk_role_reads_a_case_and_no_contact(house: House) -> None:
    from tests.unit.triage.test_case_keys import of_desk

    grant(house)
    made = house.report("sample words")
    at_desk = as_process(house, "dashboard")
    opener = of_desk(at_desk)
    with at_desk.database.writing() as tx:
        desk.open_case(tx, opener, house.kh, made.ref, NOW)
        assert [said.text for said in messages.read_all(tx, made.case_id, opener)] == ["sample words"]
        cases.claim(tx, house.kh, made.ref, NOW)
        cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)
    assert denied(at_desk.database, "SELECT contact FROM conversation") and denied(at_desk.database, "SELECT sealed FROM outbox")
    with house.database.reading() as tx:
        there = set(inspect(tx).get_table_names()) - {"alembic_version"}
    code = "import triage.roles; print(*triage.roles.metadata.tables)"
    assert there == set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    said = CliRunner().invoke(main, ["db", "roles"])
    assert said.exit_code == 0 and said.output.count("CREATE ROLE") == 4
    at_desk.database.engine.dispose()
