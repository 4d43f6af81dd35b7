"""Who can read a case: its desk, the one that stands by, the recovery key, and triage for some minutes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.unit.triage.conftest import NOW, PASSWORD, House
from triage import accounts, attachments, case_keys, cases, desk, findings, holders, inbox, intake, messages, sessions, wishes
from triage.facts import Facts
from triage.intake import FirstLook
from triage.key_tables import case_key
from triage.keys import sealing_keys, worker_keys
from triage.vault import CannotOpen, Opener

MINUTE = 60_000


def of_desk(house: House, email: str = "a@demo.invalid") -> Opener:
    """What a responder can open once signed in."""
    with house.database.writing() as tx:
        found = accounts.unlock(tx, email, PASSWORD)
        assert found is not None
        token = sessions.start(tx, found.responder, NOW, True, found.private)
        live = sessions.find(tx, token, NOW)
        assert live is not None
        return live.opener(tx)


def texts(house: House, case_id: int, opener: Opener) -> list[str]:
    with house.database.reading() as tx:
        return [said.text for said in messages.read_all(tx, case_id, opener)]


def readers(house: House, case_id: int) -> set[str]:
    with house.database.reading() as tx:
        return set(case_keys.readers(tx, case_id))


def add_word(house: House, case_id: int, text: str, now: int) -> None:
    with house.database.writing() as tx:
        intake.add_word(tx, house.routing, case_id, {"text": text}, now)


def hot(house: House) -> Opener:
    return worker_keys(house.settings).opening()


def test_its_desk_and_the_recovery_key_read_a_case_and_no_other_desk_does(house: House) -> None:
    made = house.report("sample words")
    assert texts(house, made.case_id, of_desk(house)) == texts(house, made.case_id, house.keys.opening()) == ["sample words"]
    assert texts(house, made.case_id, of_desk(house, "c@demo.invalid")) == [""]


def test_triage_reads_what_was_said_in_its_window_and_never_what_was_said_before(house: House) -> None:
    made = house.report("the first words")
    with house.database.writing() as tx:
        inbox.done(tx, inbox.waiting(tx, NOW)[0])
    assert texts(house, made.case_id, hot(house)) == ["the first words"]
    later = NOW + case_keys.WINDOW_MS
    with house.database.writing() as tx:
        assert case_keys.cool(tx, later) == 1
    assert texts(house, made.case_id, hot(house)) == [""]
    add_word(house, made.case_id, "later words", later)
    assert texts(house, made.case_id, hot(house)) == ["", "later words"]
    assert texts(house, made.case_id, of_desk(house)) == ["the first words", "later words"]


def test_what_waits_for_triage_stays_open_to_it(house: House) -> None:
    made = house.report("waits for a worker")
    with house.database.writing() as tx:
        assert case_keys.cool(tx, NOW + 100 * case_keys.WINDOW_MS) == 0
    assert texts(house, made.case_id, hot(house)) == ["waits for a worker"]


def test_findings_of_all_windows_are_read_together_by_the_desk(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        inbox.done(tx, inbox.waiting(tx, NOW)[0])
        findings.keep(tx, made.case_id, Facts({"country": "kh"}, ("debt",), place={"country": "KH"}))
        case_keys.cool(tx, NOW + case_keys.WINDOW_MS)
    add_word(house, made.case_id, "more", NOW + case_keys.WINDOW_MS)
    with house.database.writing() as tx:
        assert findings.read(tx, made.case_id, hot(house)) == Facts()
        findings.keep(tx, made.case_id, Facts({"place": "x"}, ("hurt",)))
    opener = of_desk(house)
    with house.database.reading() as tx:
        found = findings.read(tx, made.case_id, opener)
    assert found.answers == {"country": "kh", "place": "x"} and set(found.signals) == {"hurt", "debt"} and found.place == {"country": "KH"}


def test_a_transfer_lets_the_new_desk_read_all_and_the_old_one_nothing(house: House) -> None:
    made, old = house.report("sample words"), of_desk(house)
    add_word(house, made.case_id, "second window", NOW + case_keys.WINDOW_MS)
    with house.database.writing() as tx:
        cases.transfer(tx, old, house.routing, house.kh, made.ref, "th", "there now", NOW)
    assert texts(house, made.case_id, of_desk(house, "c@demo.invalid")) == ["sample words", "second window"]
    assert texts(house, made.case_id, old) == ["", ""]
    add_word(house, made.case_id, "after it", NOW + case_keys.WINDOW_MS)
    assert texts(house, made.case_id, old)[2] == ""


def test_a_word_against_authorities_takes_the_keys_from_their_desk_at_once(house: House) -> None:
    with house.database.writing() as tx:
        accounts.add(tx, "r@demo.invalid", "", "responder", "regional", PASSWORD, NOW)
    made, old = house.report("sample words"), of_desk(house)
    with house.database.writing() as tx:
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
        wishes.route_again(tx, house.routing, made.case_id, NOW)
    assert texts(house, made.case_id, old) == [""]
    assert texts(house, made.case_id, of_desk(house, "r@demo.invalid")) == ["sample words"]


def test_what_the_machine_cannot_hand_over_is_owed_and_given_at_the_next_sign_in(house: House) -> None:
    made, old = house.report("sample words"), of_desk(house)
    with house.database.writing() as tx:
        inbox.done(tx, inbox.waiting(tx, NOW)[0])
        case_keys.cool(tx, NOW + case_keys.WINDOW_MS)
        row = tx.execute(select(case_key.c.case_id)).first()
        assert row is not None
        assert not case_keys.hand_over(tx, house.routing, made.case_id, "kh", "th", hot(house))
        tx.execute(desk.cases.update().where(desk.cases.c.id == made.case_id).values(queue="th"))
    new = of_desk(house, "c@demo.invalid")
    assert texts(house, made.case_id, new) == [""]
    with house.database.writing() as tx:
        assert case_keys.settle(tx, house.routing, "kh", old) == 1
    assert texts(house, made.case_id, new) == ["sample words"] and texts(house, made.case_id, old) == [""]


def test_a_guest_reads_beside_the_desk_until_it_is_shown_out(house: House) -> None:
    made, guest = house.report("sample words"), of_desk(house, "c@demo.invalid")
    with house.database.writing() as tx:
        assert case_keys.share(tx, made.case_id, "th", house.keys.opening())
    add_word(house, made.case_id, "later", NOW + case_keys.WINDOW_MS)
    assert texts(house, made.case_id, guest) == texts(house, made.case_id, of_desk(house)) == ["sample words", "later"]
    with house.database.writing() as tx:
        case_keys.unshare(tx, made.case_id, "th")
    assert texts(house, made.case_id, guest) == ["", ""]


def test_a_desk_without_a_key_is_owed_its_cases(house: House) -> None:
    with house.database.writing() as tx:
        accounts.add(tx, "r@demo.invalid", "", "responder", "regional", PASSWORD, NOW)
    made = house.report("sample words", look=FirstLook("vi", "tip", "low", "VN"))
    assert readers(house, made.case_id) == {"owing:regional", "recovery:", "hot:"}
    with house.database.writing() as tx:
        accounts.add(tx, "v@demo.invalid", "", "responder", "vn", PASSWORD, NOW)
    standby = of_desk(house, "r@demo.invalid")
    with house.database.writing() as tx:
        assert case_keys.settle(tx, house.routing, "regional", standby) == 1
    assert texts(house, made.case_id, of_desk(house, "v@demo.invalid")) == ["sample words"]
    assert readers(house, made.case_id) == {"desk:vn", "standby:regional", "recovery:", "hot:"}


def test_nobody_opens_a_forgotten_case_even_with_the_blobs_kept(house: House) -> None:
    made = house.report("sample words")
    with house.database.writing() as tx:
        case_keys.forget(tx, made.case_id)
    for opener in (of_desk(house), house.keys.opening(), hot(house)):
        assert texts(house, made.case_id, opener) == [""]


def test_a_second_responder_is_given_the_desks_key_by_the_recovery_key_alone(house: House) -> None:
    made = house.report("sample words")
    with house.database.writing() as tx:
        one = accounts.add(tx, "d@demo.invalid", "", "responder", "kh", PASSWORD, NOW)
        two = accounts.add(tx, "e@demo.invalid", "", "responder", "kh", PASSWORD, NOW, house.keys.opening())
        assert not holders.members(tx, "kh") & {one} and {two} <= holders.members(tx, "kh")
    assert texts(house, made.case_id, of_desk(house, "d@demo.invalid")) == [""]
    assert texts(house, made.case_id, of_desk(house, "e@demo.invalid")) == ["sample words"]


def test_a_changed_password_keeps_the_key_and_a_reset_without_recovery_loses_it(house: House) -> None:
    made, who = house.report("sample words"), house.kh.responder_id or 0
    with house.database.writing() as tx:
        found = accounts.unlock(tx, "a@demo.invalid", PASSWORD)
        assert found is not None
        accounts.set_password(tx, who, PASSWORD + "2", NOW, private=found.private)
        again = accounts.unlock(tx, "a@demo.invalid", PASSWORD + "2")
        assert again is not None and again.private == found.private
        accounts.set_password(tx, who, PASSWORD, NOW, opener=house.keys.opening())
    assert texts(house, made.case_id, of_desk(house)) == ["sample words"]
    with house.database.writing() as tx:
        accounts.set_password(tx, who, PASSWORD, NOW)
    assert texts(house, made.case_id, of_desk(house)) == [""]


def test_who_is_disabled_has_no_key_and_their_desk_is_due_for_a_new_one(house: House) -> None:
    opener = of_desk(house)
    assert opener.ids
    with house.database.writing() as tx:
        accounts.disable(tx, house.kh.responder_id or 0, NOW)
        assert house.kh.responder_id not in holders.members(tx, "kh")
        due = tx.execute(select(holders.keypair.c.holder).where(holders.keypair.c.leaver_at.is_not(None))).scalars().all()
    assert due == ["kh"]


def test_a_copy_of_the_session_row_opens_nothing_without_its_cookie(house: House) -> None:
    with house.database.writing() as tx:
        found = accounts.unlock(tx, "a@demo.invalid", PASSWORD)
        assert found is not None and found.private is not None
        token = sessions.start(tx, found.responder, NOW, True, found.private)
        assert sessions.find(tx, token, NOW) is not None
        row = tx.execute(select(sessions.session)).one()
        assert found.private not in bytes(row.unlocked) and sessions.find(tx, token + "x", NOW) is None


def test_before_the_second_factor_a_session_opens_nothing(house: House) -> None:
    with house.database.writing() as tx:
        found = accounts.unlock(tx, "a@demo.invalid", PASSWORD)
        assert found is not None and found.private is not None
        accounts.set_totp(tx, Opener(found.private).sealer, found.responder.id, "A" * 32)
        token = sessions.start(tx, found.responder, NOW, False, found.private)
        half = sessions.find(tx, token, NOW)
        assert half is not None and half.opener(tx).ids == ()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_public_process_cannot_open_what_it_sealed(house: House) -> None:
    made = house.report("sample words")
    with pytest.raises(CannotOpen):
        texts(house, made.case_id, sealing_keys(house.settings).opening())
    assert texts(house, made.case_id, Opener()) == [""]


def test_a_desk_that_had_the_case_reads_on_and_can_take_it_back(house: House) -> None:
    made, old = house.report("sample words"), of_desk(house)
    with house.database.writing() as tx:
        inbox.done(tx, inbox.waiting(tx, NOW)[0])
        case_keys.cool(tx, NOW + case_keys.WINDOW_MS)
        case_keys.hand_over(tx, house.routing, made.case_id, "kh", "th", Opener(), keep=True)
        tx.execute(desk.cases.update().where(desk.cases.c.id == made.case_id).values(queue="th"))
    add_word(house, made.case_id, "more", NOW + case_keys.WINDOW_MS)
    new = of_desk(house, "c@demo.invalid")
    assert texts(house, made.case_id, old) == ["sample words", "more"] and texts(house, made.case_id, new) == ["", "more"]
    with house.database.writing() as tx:
        case_keys.settle(tx, house.routing, "kh", old)
    assert texts(house, made.case_id, new) == ["sample words", "more"]
    with house.database.writing() as tx:
        case_keys.swap(tx, made.case_id, "th", "kh")
    assert {"desk:kh", "guest:th"} <= readers(house, made.case_id)
    assert texts(house, made.case_id, new) == texts(house, made.case_id, old)


def test_a_file_that_waits_to_be_looked_at_keeps_its_case_open_to_the_worker(house: House) -> None:
    made = house.report("sample words")
    with house.database.writing() as tx:
        inbox.done(tx, inbox.waiting(tx, NOW)[0])
        word = tx.execute(select(messages.message.c.id)).scalar_one()
        attachments.add(tx, house.keys.sealer, word, None, "web", [attachments.Fresh({}, b"sample file")], NOW)
        assert case_keys.cool(tx, NOW + case_keys.WINDOW_MS) == 0
        tx.execute(attachments.attachment.update().values(state="kept"))
        assert case_keys.cool(tx, NOW + case_keys.WINDOW_MS) == 1
    assert texts(house, made.case_id, hot(house)) == [""]
