"""Backups restore elsewhere, time ends what is over, and a new key takes the place of an old one while people write."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, update

from config import settings as settings_module
from config.retention import Days, read_retention
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.test_case_keys import of_desk, texts
from triage import accounts, backup, cases, desk, erasures, holders, intake, keys, messages, retention, rotation, stream, wishes
from triage import outbox as parcels
from triage.db import open_database
from triage.intake import FirstLook
from triage.key_tables import case_key, keypair
from triage.scope import COMMAND_LINE
from triage.tables import cases as case_rows
from triage.tables import conversation, outbox
from triage.vault import CannotOpen, Opener, Sealer, new_pair

DAY = retention.DAY_MS


def recovery(house: House) -> Opener:
    return Opener(keys.recovery_key(house.settings))


@pytest.mark.parametrize("sizes", [(), (0,), (5, 0, 1_000_000), (1,) * 300])
def test_a_stream_opens_whole(sizes: tuple[int, ...]) -> None:
    private, public = new_pair()
    chunks, out = [bytes([number % 251]) * size for number, size in enumerate(sizes)], io.BytesIO()
    stream.seal(Sealer(public), "sample", chunks, out)
    out.seek(0)
    assert list(stream.unseal(Opener(private), "sample", out)) == chunks


@pytest.mark.parametrize("fault", ["cut", "byte", "swap", "purpose", "key"])
def test_a_stream_that_was_touched_does_not_open(fault: str) -> None:
    private, public = new_pair()
    out = io.BytesIO()
    stream.seal(Sealer(public), "sample", [b"a" * 100, b"b" * 100, b"c" * 100], out)
    body = bytearray(out.getvalue())
    if fault == "cut":
        body = body[:-22]
    elif fault == "byte":
        body[-150] ^= 1
    elif fault == "swap":
        body[-142:-21], body[-263:-142] = body[-263:-142], body[-142:-21]
    with pytest.raises(CannotOpen):
        list(stream.unseal(Opener(new_pair()[0] if fault == "key" else private), "other" if fault == "purpose" else "sample", io.BytesIO(body)))


def test_a_backup_holds_no_words_and_restores_on_an_empty_machine(house: House, tmp_path: Path) -> None:
    made = house.report("backup-canary words")
    with house.database.writing() as tx:
        cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)
    file = tmp_path / "state.backup"
    assert backup.write(house.database, house.settings.home, file, Sealer(keys.public_halves(house.settings).recovery), NOW) > 20
    blob = file.read_bytes()
    assert b"canary" not in blob and file.stat().st_mode & 0o077 == 0
    for name in (name for name in backup.KEY_FILES if not name.endswith(".next")):
        assert (house.settings.home / "keys" / name).read_bytes().strip() not in blob
    there = settings_module.read(
        {"HOTLINE_HOME": str(tmp_path / "there"), "HOTLINE_CONFIG": "config", "HOTLINE_OPENING_KEY": keys.recovery_key(house.settings).hex()}
    )
    database = open_database(there)
    with pytest.raises(CannotOpen):
        backup.restore(database, there.home, file, Opener(new_pair()[0]))
    backup.restore(database, there.home, file, Opener(keys.recovery_key(there)))
    with database.reading() as tx:
        assert [row.ref for row in desk.all_cases(tx, COMMAND_LINE)] == [made.ref]
        said = messages.read_all(tx, made.case_id, keys.opening_keys(there).opening())
    assert [one.text for one in said] == ["backup-canary words", "we are here"]
    with pytest.raises(backup.NotEmpty):
        backup.restore(database, there.home, file, Opener(keys.recovery_key(there)))
    database.engine.dispose()


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_restored_postgres_goes_on_counting(house: House, tmp_path: Path) -> None:
    house.report("sample words")
    file = tmp_path / "state.backup"
    backup.write(house.database, house.settings.home, file, Sealer(keys.public_halves(house.settings).recovery), NOW)
    with house.database.writing() as tx:
        for table in reversed(case_rows.metadata.sorted_tables):
            tx.execute(table.delete())
    backup.restore(house.database, house.settings.home, file, recovery(house))
    made = house.report("later words", sender="+85500000002")
    assert texts(house, made.case_id, of_desk(house)) == ["later words"]


def test_a_restored_backup_does_not_bring_back_what_was_erased_since(house: House, tmp_path: Path) -> None:
    kept, gone, silent = (house.report(f"words {n}", sender=f"+9{n}") for n in range(3))
    stopped = house.report("stops", sender="+94")
    file = tmp_path / "state.backup"
    backup.write(house.database, house.settings.home, file, Sealer(keys.public_halves(house.settings).recovery), NOW)
    with house.database.writing() as tx:
        intake.forget(tx, gone.case_id, NOW, "asked")
        wishes.forget_contact(tx, silent.case_id, NOW)
        tx.execute(update(conversation).where(conversation.c.case_id == stopped.case_id).values(stopped_at=NOW))
    erasures.write(house.database, house.settings.home)
    there = settings_module.read({"HOTLINE_HOME": str(tmp_path / "there"), "HOTLINE_CONFIG": "config"})
    database = open_database(there)
    backup.restore(database, there.home, file, recovery(house))
    lines = erasures.read(house.settings.home / erasures.FILE)
    assert erasures.apply(database, lines, NOW) == 3 and erasures.apply(database, lines, NOW) == 1  # the contact, once more
    with database.reading() as tx:
        assert {row.ref for row in desk.all_cases(tx, COMMAND_LINE)} == {kept.ref, silent.ref, stopped.ref}
        rows = {row.case_id: row for row in tx.execute(select(conversation))}
    assert rows[silent.case_id].contact is None and rows[kept.case_id].contact is not None
    assert rows[stopped.case_id].stopped_at == NOW and rows[kept.case_id].stopped_at is None
    text = (house.settings.home / erasures.FILE).read_text()
    assert gone.ref not in text and "+9" not in text and len(lines) == 3
    database.engine.dispose()


def test_days_are_the_operators_own(house: House, tmp_path: Path) -> None:
    made = house.report(sender="+1")
    close(house, made.ref, NOW)
    days = Days(case_after_closing=30)
    assert retention.run(house.database, NOW + 29 * DAY, days) == 0 and retention.run(house.database, NOW + 31 * DAY, days) == 1
    (tmp_path / "retention.yaml").write_text("case_after_closing: 30\n")
    assert read_retention(tmp_path) == days and read_retention(tmp_path / "none") == Days()


def close(house: House, ref: str, now: int) -> None:
    with house.database.writing() as tx:
        cases.close(tx, house.kh, ref, "advice_given", "", now)


def left(house: House) -> list[str]:
    with house.database.reading() as tx:
        return [row.ref for row in desk.all_cases(tx, COMMAND_LINE)]


def test_closed_cases_end_in_time_and_unread_ones_never(house: House) -> None:
    question = house.report(sender="+1", look=FirstLook("km", "info", "low", "KH"))
    grave = house.report(sender="+2")
    unread = house.report(sender="+3", look=FirstLook("km", "info", "low", "KH"))
    for made in (question, grave):
        close(house, made.ref, NOW)
    assert retention.run(house.database, NOW + 7 * DAY) == 0
    assert retention.run(house.database, NOW + 8 * DAY) == 1
    assert left(house) == [grave.ref, unread.ref]
    assert retention.run(house.database, NOW + 366 * DAY) == 1 and left(house) == [unread.ref]
    with house.database.reading() as tx:
        assert tx.execute(select(case_key.c.case_id).where(case_key.c.case_id != unread.case_id)).all() == []


def test_a_number_that_no_case_needs_goes_and_a_stop_stays_without_it(house: House) -> None:
    for sender in ("+1", "+2"):
        close(house, house.report(sender=sender).ref, NOW)
    with house.database.writing() as tx:
        tx.execute(update(conversation).where(conversation.c.id == 2).values(stopped_at=NOW))
    retention.run(house.database, NOW + 366 * DAY)
    with house.database.reading() as tx:
        assert [(row.id, row.contact) for row in tx.execute(select(conversation))] == [(2, None)]


def test_what_was_sent_is_emptied_from_the_outbox(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        _, parcel = cases.reply(tx, house.keys.sealer, house.kh, made.ref, "x", NOW)
        assert parcel is not None
        parcels.sent(tx, parcel, NOW, "SM1")
    retention.run(house.database, NOW + 8 * DAY)
    with house.database.reading() as tx:
        assert tx.execute(select(outbox.c.sealed)).scalars().all() == [b""]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_after_erasure_no_file_holds_the_key_or_the_words(house: House) -> None:
    made, kept = house.report("sample words"), house.report("kept", sender="+2")
    with house.database.reading() as tx:
        query = select(case_key.c.sealed).where(case_key.c.case_id == made.case_id)
        gone = [bytes(blob)[-40:] for blob in tx.execute(query).scalars()]
        gone += [bytes(blob)[-40:] for blob in tx.execute(select(messages.message.c.sealed).where(messages.message.c.case_id == made.case_id)).scalars()]
    files = sorted(house.settings.home.glob("hotline.db*"))
    assert all(any(piece in file.read_bytes() for file in files) for piece in gone)
    with house.database.writing() as tx:
        intake.forget(tx, made.case_id, NOW, "asked")
    retention.wipe(house.database)
    assert not [piece for piece in gone for file in files if file.exists() and piece in file.read_bytes()]
    assert texts(house, kept.case_id, of_desk(house)) == ["kept"]


def test_a_new_desk_key_takes_over_while_reports_come_in(house: House) -> None:
    made, stop, during = [house.report(f"words {number}", sender=f"+9{number}") for number in range(12)], threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set() and number < 60:
            during.append(house.report(f"during {number}", sender=f"+8{number}"))
            number += 1

    before = of_desk(house)
    writers = [threading.Thread(target=write)]
    for writer in writers:
        writer.start()
    try:
        assert rotation.rotate_desk(house.database, "kh", recovery(house), NOW) >= 12
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    with house.database.reading() as tx:
        current = {bytes(row.key_id) for row in tx.execute(select(keypair).where(keypair.c.kind == holders.DESK, keypair.c.holder == "kh"))}
        used = [bytes(row) for row in tx.execute(select(case_key.c.key_id).where(case_key.c.holder == "kh")).scalars()]
    assert len(current) == 1 and set(used) == current and len(used) == len(made) + len(during)
    after = of_desk(house)
    assert all(texts(house, one.case_id, after) != [""] and texts(house, one.case_id, before) == [""] for one in made + during)


def test_who_left_does_not_get_the_new_key(house: House) -> None:
    made = house.report("sample words")
    with house.database.writing() as tx:
        accounts.set_password(tx, house.kh2.responder_id or 0, "another sample password", NOW)
        holders.admit(tx, "kh", house.kh2.responder_id or 0, NOW, house.keys.opening())
        accounts.disable(tx, house.kh.responder_id or 0, NOW)
    rotation.rotate_desk(house.database, "kh", recovery(house), NOW)
    with house.database.reading() as tx:
        assert holders.members(tx, "kh") == {house.kh2.responder_id}
        assert tx.execute(select(keypair.c.leaver_at).where(keypair.c.holder == "kh")).scalars().all() == [None]
    assert texts(house, made.case_id, recovery(house)) == ["sample words"]
    with pytest.raises(CannotOpen):
        rotation.rotate_desk(house.database, "kh", Opener(new_pair()[0]), NOW)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_commands_of_backup_know_every_table_by_themselves(house: House) -> None:
    import subprocess
    import sys

    with house.database.reading() as tx:
        there = set(inspect(tx).get_table_names()) - {"alembic_version"}
    code = "import triage.cli_keep; from triage.tables import metadata; print(*metadata.tables)"
    known = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert there == set(known)
