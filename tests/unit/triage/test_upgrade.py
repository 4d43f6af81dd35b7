"""A home of the first schema, with people's words in it, is read by its desk after the upgrade; its STOP marks hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy import select

from bot.prepare import prepare
from config import settings as settings_module
from config.desks import read_routing
from tests.unit.triage.conftest import NOW, PASSWORD
from triage import accounts, events, findings, keys, messages, outbox, schema, sessions, talks, upgrade
from triage.db import Database, open_database
from triage.scope import COMMAND_LINE
from triage.tables import cases, responder
from triage.vault import NAMED, VERSION, Opener, Sealer, StateBox

FACTS = {"answers": {"country": "kh"}, "signals": ["debt"]}


def old_home(tmp_path: Path, database_url: str) -> tuple[Any, Database, Opener]:
    """What code of the first schema left: all sealed to one key, contacts under a fast index."""
    settings = settings_module.read({"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config", "HOTLINE_DATABASE_URL": database_url})
    keys.make_keys(settings)
    database, one = open_database(settings), Opener(keys.recovery_key(settings))
    with database.writing() as tx:
        config = schema._config()
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
    table = {name: sa.Table(name, sa.MetaData(), autoload_with=database.engine) for name in ("cases", "message", "conversation", "outbox", "event", "responder")}
    index, state = keys.sealing_keys(settings).index, StateBox(keys.KeyFiles(settings.home).read("state.key")[0])
    with database.writing() as tx:
        who = {"email": "old@demo.invalid", "name": "Old", "role": "responder", "queue": "kh", "password_hash": "x", "password_at": NOW}
        tx.execute(table["responder"].insert().values(id=901, created_at=NOW, totp=one.sealer.seal("totp", b"A" * 32), **who))
        facts = one.sealer.seal("facts", json.dumps(FACTS).encode())
        row = {"ref": "OLDC-ASE2", "queue": "kh", "level": 2, "state": "new", "kind": "help_self", "lang": "km", "channel": "sms", "received_at": NOW}
        flags = {"no_authorities": False, "no_outbound": False, "child": False, "messages": 1, "version": 0}
        tx.execute(table["cases"].insert().values(id=1, facts=facts, receipt_index=index.of("receipt", "1" * 20), **row, **flags))
        word = messages.seal(one.sealer, {"text": "old words"})
        tx.execute(table["message"].insert().values(case_id=1, direction="in", at=NOW, sealed=word))
        body = b"\x01" + state.seal("talk", b"{}")[9:]  # before keys were named
        talk = {"channel": "sms", "version": 1, "updated_at": NOW, "lang": "km"}
        contact = one.sealer.seal("contact", b'"+85500000001"')
        tx.execute(table["conversation"].insert().values(id=1, case_id=1, address_index=index.of("sms", "+85500000001"), contact=contact, state=body, **talk))
        tx.execute(table["conversation"].insert().values(id=2, address_index=index.of("sms", "+85500000002"), stopped_at=NOW, **talk))
        parcel = {"kind": "reply", "channel": "sms", "state": "queued", "attempts": 0, "due_at": NOW, "created_at": NOW}
        tx.execute(table["outbox"].insert().values(case_id=1, conversation_id=1, sealed=word, **parcel))
        reason = one.sealer.seal("reason", b"an old reason")
        events.append(tx, 1, NOW, "responder:1", "level_set", {"to": "high"}, reason)
    return settings, database, one


def test_an_old_home_is_read_by_its_desk_and_its_worker_after_one_set_up(tmp_path: Path, database_url: str) -> None:
    settings, database, one = old_home(tmp_path, database_url)
    assert "gave 1 cases their own key" in prepare(settings) and "gave 1 cases their own key" not in prepare(settings)
    with database.writing() as tx:
        accounts.add(tx, "new@demo.invalid", "", "responder", "kh", PASSWORD, NOW, one)
        found = accounts.unlock(tx, "new@demo.invalid", PASSWORD)
        assert found is not None
        live = sessions.find(tx, sessions.start(tx, found.responder, NOW, True, found.private), NOW)
        assert live is not None
        desk_opener = live.opener(tx)
    worker = keys.worker_keys(settings)
    with database.reading() as tx:
        assert {said.text for said in messages.read_all(tx, 1, desk_opener)} == {"old words", "an old reason"}
        assert {said.text for said in messages.read_all(tx, 1, Opener())} == {""}
        facts = findings.read(tx, 1, desk_opener)
        assert facts.answers == {"country": "kh"} and facts.signals == ("debt",)
        assert events.broken_at(tx, 1) is None and tx.execute(select(cases.c.facts)).scalar_one() is None
        assert worker.opening().open("contact", talks.contact(tx, 1)[1] or b"") == b'"+85500000001"'
        assert {outbox_row for outbox_row in (worker.opening().open("message", blob) for blob in tx.execute(select(outbox.outbox.c.sealed)).scalars())}
    database.engine.dispose()


def test_old_stop_marks_and_talks_are_found_and_move_under_the_slow_index(tmp_path: Path, database_url: str) -> None:
    settings, database, _ = old_home(tmp_path, database_url)
    prepare(settings)
    ring = keys.worker_keys(settings)
    for sender, stopped, case_id in (("+85500000001", None, 1), ("+85500000002", NOW, None)):
        at = talks.resolve(database, ring.index, "sms", sender)
        with database.writing() as tx:
            talk = talks.lock(tx, at, None, NOW)
            assert (talk.stopped_at, talk.case_id) == (stopped, case_id)
        with database.reading() as tx:
            rows = tx.execute(select(talks.conversation.c.address_index, talks.conversation.c.index_key).where(talks.conversation.c.id == talk.id)).all()
        assert [(bytes(row[0]), bytes(row[1])) for row in rows] == [(talks.address_index(ring.index, "sms", sender), ring.index.id)]
    database.engine.dispose()


def test_an_upgrade_that_was_cut_off_goes_on_and_waits_for_the_key_where_it_is_not_here(tmp_path: Path, database_url: str) -> None:
    settings, database, one = old_home(tmp_path, database_url)
    held = settings.home / "keys" / "opening.key"
    kept = held.read_text()
    production = settings_module.read({
        "HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config", "HOTLINE_DATABASE_URL": database_url, "HOTLINE_ENV": "production", "HOTLINE_PUBLIC_URL": "https://x.invalid",
    })  # fmt: skip
    held.unlink()
    assert [line for line in prepare(production) if "hotline keys upgrade" in line]
    held.write_text(kept)
    delivery = Sealer(keys.KeyFiles(settings.home).read("delivery.pub")[0])
    for _ in range(2):
        upgrade.run(database, read_routing(settings.config), one, delivery, NOW)
    with database.reading() as tx:
        assert [said.text for said in messages.read_all(tx, 1, one)] == ["old words", "an old reason"]
        assert bytes(tx.execute(select(responder.c.totp).where(responder.c.id == 901)).scalar_one())[:1] == VERSION != NAMED
        assert COMMAND_LINE is not None
    database.engine.dispose()
