"""Every key can be replaced while people write: what is there is read by exactly one key, and a rotation that died goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from bot.cli import main
from tests.unit.triage.conftest import NOW, House
from tests.unit.triage.test_case_keys import hot, of_desk, texts
from triage import cases, holders, intake, keys, renewal, talks, wishes
from triage.blind import BlindIndex, pepper_id
from triage.key_files import PAIRS, SECRETS, KeyFiles
from triage.key_tables import case_key, key_wrap, keypair
from triage.tables import conversation, inbox, outbox
from triage.vault import NAMED, VERSION, Opener, key_id, new_pair

NAMES = (*PAIRS, *SECRETS)


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "LOOK_SECONDS", 0.0)


def nothing() -> None:
    pass


def keeper(house: House, spread: Callable[[], None] = nothing, settle: Callable[[], None] = nothing) -> renewal.Keeper:
    return renewal.Keeper(house.database, KeyFiles(house.settings.home), spread, settle)


def full(house: House, number: int) -> intake.Accepted:
    """A report with a step, an answer, a code word, and a reply on its way."""
    made = house.report(f"words {number}", sender=f"+9{number}")
    with house.database.writing() as tx:
        state = house.keys.state.seal("talk", b"{}")
        tx.execute(update(conversation).where(conversation.c.case_id == made.case_id).values(state=state))
        tx.execute(update(inbox).where(inbox.c.external_id == f"x{made.case_id}").values(answer=house.keys.state.seal("answer", b"{}")))
        wishes.set_word(tx, house.keys, made.case_id, f"mango {number}")
        cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)
    return made


def check(house: House, made: list[intake.Accepted]) -> None:
    """All that was kept is found and opened, by the key that is in use alone."""
    files, desk, triage = KeyFiles(house.settings.home), of_desk(house), hot(house)
    deliver, state = Opener(files.read("delivery.key")[0]), files.read("state.key")[0]
    for number, one in enumerate(made):
        assert texts(house, one.case_id, desk)[0] == texts(house, one.case_id, triage)[0] == f"words {number}"
        with house.database.reading() as tx:
            talk = talks.find(tx, talks.resolve(house.database, house.keys.index, "sms", f"+9{number}"))
            assert talk is not None and talk.case_id == one.case_id and talk.state is not None
            assert talk.state[:9] == NAMED + key_id(state) and house.keys.state.open("talk", talk.state) == b"{}"
            assert json.loads(deliver.open("contact", talks.contact(tx, talk.id)[1] or b"")) == f"+9{number}"
            assert intake.by_code(tx, house.keys, one.code) == one.case_id
            assert wishes.word_fits(tx, house.keys, one.case_id, f"mango {number}")
            assert not wishes.word_fits(tx, house.keys, one.case_id, "wrong")
    with house.database.reading() as tx:
        for blob in tx.execute(select(outbox.c.sealed)).scalars():
            assert deliver.open("message", blob)


@pytest.mark.parametrize("name", NAMES)
def test_a_new_key_takes_over_while_reports_come_in(house: House, name: str) -> None:
    made, stop, old = [full(house, number) for number in range(3)], threading.Event(), KeyFiles(house.settings.home).read(f"{name}.key")[0]

    def write() -> None:
        while not stop.is_set() and len(made) < 8:
            made.append(full(house, len(made)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = keeper(house, settle=lambda: (stop.set(), writer.join())[1]).renew(name, NOW)
    finally:
        stop.set()
        writer.join()
    check(house, made)
    files = KeyFiles(house.settings.home)
    assert files.read(f"{name}.key")[0] != old and files.coming(name) is None and found.moved >= 3
    if name == "pepper":  # codes and words follow when their person comes
        assert found.left and files.read("pepper.key") == [files.read("pepper.key")[0], old]
    else:
        assert not found.left and files.read(f"{name}.key") == [files.read(f"{name}.key")[0]]
        with house.database.reading() as tx:
            assert renewal.count(tx, name, old) == 0


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_rotation_that_is_killed_anywhere_goes_on(house: House, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, stopped, steps = [full(house, number) for number in range(2)], 0, 0
    old = KeyFiles(house.settings.home).read(f"{name}.key")[0]
    from config import files as config_files
    from triage import key_files

    limit = [0]

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            limit[0] -= 1
            if limit[0] == 0:
                raise Killed
            return real(*args, **more)

        return step

    monkeypatch.setattr(key_files, "write_text", counted(config_files.write_text))
    monkeypatch.setattr(key_files, "remove", counted(config_files.remove))
    monkeypatch.setattr(renewal, "_one", counted(renewal._one))
    monkeypatch.setattr(talks, "move", counted(talks.move))
    for steps in range(1, 40):
        limit[0] = steps
        try:
            keeper(house).renew(name, NOW)
        except Killed:
            stopped += 1
            limit[0] = 0
            check_readable(house, made)
            if steps % 2:  # every second time another begins where it was cut off
                keeper(house).renew(name, NOW)
        else:
            break
    limit[0] = 0
    assert stopped >= 4 and steps < 39
    check(house, made)
    assert old not in KeyFiles(house.settings.home).read(f"{name}.key")[:1]


def check_readable(house: House, made: list[intake.Accepted]) -> None:
    """In the middle of it every process reads everything."""
    for number, one in enumerate(made):
        assert texts(house, one.case_id, hot(house))[0] == f"words {number}"
        with house.database.reading() as tx:
            talk = talks.find(tx, talks.resolve(house.database, house.keys.index, "sms", f"+9{number}"))
            assert talk is not None and talk.case_id == one.case_id and house.keys.state.open("talk", talk.state or b"") == b"{}"
            assert house.keys.opening().open("contact", talks.contact(tx, talk.id)[1] or b"")
            assert intake.by_code(tx, house.keys, one.code) == one.case_id


def test_who_comes_back_puts_code_word_and_stop_under_the_new_pepper_and_then_the_old_one_goes(house: House) -> None:
    made = full(house, 0)
    with house.database.writing() as tx:
        tx.execute(update(conversation).values(stopped_at=NOW, contact=None))
    assert keeper(house).renew("pepper", NOW).left == 3
    with house.database.writing() as tx:
        talk = talks.lock(tx, talks.resolve(house.database, house.keys.index, "sms", "+90"), None, NOW)
        assert talk.stopped_at == NOW and talk.case_id == made.case_id
        wishes.renew_secrets(tx, house.keys, made.case_id, made.code, "mango 0")
    assert keeper(house).retire("pepper") == 0 and len(KeyFiles(house.settings.home).read("pepper.key")) == 1
    with house.database.reading() as tx:
        again = talks.find(tx, talks.resolve(house.database, house.keys.index, "sms", "+90"))
        assert again is not None and again.id == talk.id and again.stopped_at == NOW
        assert intake.by_code(tx, house.keys, made.code) == made.case_id and wishes.word_fits(tx, house.keys, made.case_id, "mango 0")


def test_a_stop_from_before_the_slow_index_is_honoured_even_beside_a_newer_talk(house: House) -> None:
    with house.database.writing() as tx:
        fast = house.keys.index.of("sms", "+90")
        tx.execute(conversation.insert().values(channel="sms", address_index=fast, version=0, updated_at=NOW, stopped_at=NOW))
        newer = talks.address_index(house.keys.index, "sms", "+90")
        tx.execute(conversation.insert().values(channel="sms", address_index=newer, version=0, updated_at=NOW + 1))
    at = talks.resolve(house.database, house.keys.index, "sms", "+90")
    with house.database.writing() as tx:
        talk = talks.lock(tx, at, None, NOW + 2)
        assert talk.stopped_at == NOW
        talks.save(tx, replace(talk, lang="km"), NOW + 2)
    with house.database.reading() as tx:
        assert [row.stopped_at for row in tx.execute(select(conversation).where(conversation.c.address_index == newer))] == [NOW]
        assert tx.execute(select(conversation.c.id).where(conversation.c.address_index == fast)).all() == []


def test_two_processes_with_different_peppers_make_one_talk(house: House) -> None:
    one, other = b"1" * 32, b"2" * 32
    before, after = BlindIndex(one, other, coming=True), BlindIndex(other, one)
    for index in (before, after, before):
        with house.database.writing() as tx:
            talks.lock(tx, talks.resolve(house.database, index, "sms", "+90"), None, NOW)
    with house.database.reading() as tx:
        assert [bytes(row) for row in tx.execute(select(conversation.c.index_key)).scalars()] == [pepper_id(other)]


def test_a_new_recovery_key_opens_all_that_the_old_one_did_and_the_old_one_nothing(house: House) -> None:
    made, old = full(house, 0), Opener(*keys.recovery_keys(house.settings))
    private, public = new_pair()
    found = renewal.renew_recovery(house.database, old, public, NOW)
    assert found.moved >= 3 and not found.left
    later = full(house, 1)
    for one, words in ((made, "words 0"), (later, "words 1")):
        assert texts(house, one.case_id, Opener(private))[0] == words and texts(house, one.case_id, old)[0] == ""
    with house.database.reading() as tx:
        for column in (case_key.c.sealed, key_wrap.c.sealed):
            assert not [row for row in tx.execute(select(column)).scalars() if bytes(row[:9]) == VERSION + old.ids[0]]
        assert holders.desk_keys(tx, Opener(private), ("kh",)).ids and not holders.desk_keys(tx, old, ("kh",)).ids
        assert tx.execute(select(keypair).where(keypair.c.retired_at.is_not(None))).all() == []


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_one_command_rotates_every_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [full(house, 0)]
    monkeypatch.setenv("HOTLINE_HOME", str(house.settings.home))
    monkeypatch.setattr("triage.cli_keys.SPREAD_SECONDS", 0)
    before = {path.name: path.read_text() for path in (house.settings.home / "keys").iterdir()}
    said = CliRunner().invoke(main, ["keys", "rotate", "--all", "--grace", "0"])
    assert said.exit_code == 0, said.output
    after = {path.name: path.read_text() for path in (house.settings.home / "keys").iterdir() if path.name != "rotation.lock"}
    # The history key stays: anchors that were printed are under it.
    assert {name for name in before if before[name].strip() == after[name].strip()} == {"history.key"}
    assert set(after) == set(before)
    check(house, made)
    assert texts(house, made[0].case_id, Opener(keys.recovery_key(house.settings)))[0] == "words 0"
    shown = CliRunner().invoke(main, ["keys", "status"])
    assert shown.exit_code == 0 and {line.split()[0] for line in shown.output.splitlines()} >= {*NAMES, "recovery", "kh", "th"}
    assert CliRunner().invoke(main, ["keys", "rotate", "nobody"]).exit_code == 1
