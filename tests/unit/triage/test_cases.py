"""A responder's verbs: who may do what, what is written down, and what a person's own word forbids."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import update

from tests.unit.triage.conftest import NOW, House
from triage import cases, desk, events, intake, messages, outbox, talks, wishes
from triage.intake import FirstLook
from triage.scope import Scope
from triage.tables import event
from triage.values import Conflict, NotAllowed, NotYours


def test_a_report_is_on_its_desk_at_once(house: House) -> None:
    made = house.report()
    with house.database.reading() as tx:
        row = desk.find(tx, house.kh, made.ref)
    assert (row.queue, row.level, row.state, row.messages, row.routed_at) == ("kh", "high", "new", 1, NOW)


def test_a_case_of_another_desk_is_not_there(house: House) -> None:
    made = house.report()
    calls = [
        lambda tx: desk.find(tx, house.th, made.ref),
        lambda tx: desk.open_case(tx, house.keys.opening(), house.th, made.ref, NOW),
        lambda tx: cases.claim(tx, house.th, made.ref, NOW),
        lambda tx: cases.release(tx, house.th, made.ref, NOW),
        lambda tx: cases.reply(tx, house.keys.sealer, house.th, made.ref, "x", NOW),
        lambda tx: cases.note(tx, house.th, made.ref, "x", NOW),
        lambda tx: cases.transfer(tx, house.keys.opening(), house.routing, house.th, made.ref, "th", "x", NOW),
        lambda tx: cases.set_level(tx, house.routing, house.th, made.ref, "low", "x", NOW),
        lambda tx: cases.close(tx, house.th, made.ref, "helped", "", NOW),
        lambda tx: cases.reopen(tx, house.th, made.ref, NOW),
    ]
    for call in calls:
        with pytest.raises(NotYours), house.database.writing() as tx:
            call(tx)
    with house.database.reading() as tx:
        assert desk.queue(tx, house.th, desk.Filters()) == ()
        assert [row.ref for row in desk.queue(tx, house.kh, desk.Filters())] == [made.ref]


def test_two_responders_claim_and_one_wins(house: House) -> None:
    made = house.report()
    results: list[str] = []

    def claim(scope: Scope) -> None:
        try:
            with house.database.writing() as tx:
                cases.claim(tx, scope, made.ref, NOW)
            results.append("won")
        except Conflict:
            results.append("lost")

    threads = [threading.Thread(target=claim, args=(scope,)) for scope in (house.kh, house.kh2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["lost", "won"]


def test_a_reply_is_one_message_and_one_parcel_and_opens_with_the_code(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        _, parcel = cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)
    assert parcel is not None
    with house.database.reading() as tx:
        assert outbox.waiting(tx, NOW) == (parcel,)
        assert [reply.text for reply in messages.replies(tx, made.case_id, made.code)] == ["we are here"]


def test_a_web_reply_waits_for_the_reporter(house: House) -> None:
    made = house.report(channel="web", sender="token")
    with house.database.writing() as tx:
        assert cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)[1] is None


def test_nothing_is_sent_after_stop_or_to_an_unsafe_phone(house: House) -> None:
    stopped, unsafe = house.report(sender="+1"), house.report(sender="+2")
    with house.database.writing() as tx:
        talk = talks.of_case(tx, stopped.case_id)
        assert talk is not None
        talks.save(tx, talk.__class__(*(getattr(talk, f) if f != "stopped_at" else NOW for f in talk.__slots__)), NOW)
        wishes.set_wishes(tx, unsafe.case_id, NOW, no_outbound=True)
    for made in (stopped, unsafe):
        with pytest.raises(NotAllowed), house.database.writing() as tx:
            cases.reply(tx, house.keys.sealer, house.kh, made.ref, "x", NOW)


def test_a_stop_between_reply_and_sending_holds_the_parcel_back(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        _, parcel = cases.reply(tx, house.keys.sealer, house.kh, made.ref, "x", NOW)
        wishes.set_wishes(tx, made.case_id, NOW, no_outbound=True)
    assert parcel is not None
    with house.database.writing() as tx:
        assert outbox.lease(tx, parcel, NOW) is None
    with house.database.reading() as tx:
        said = messages.read_all(tx, made.case_id, house.keys.opening())
    assert said[-1].sending == "withheld"


def test_an_answer_to_earlier_words_does_not_follow_a_stop_but_the_one_to_the_stop_leaves(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        talk = talks.of_case(tx, made.case_id)
        assert talk is not None
        ids = [outbox.put(tx, "answer", "sms", b"sealed", at, conversation_id=talk.id) for at in (NOW - 1, NOW)]
        talks.save(tx, replace(talk, stopped_at=NOW), NOW)
    with house.database.reading() as tx:
        assert [outbox.is_silenced(tx, parcel) for parcel in ids] == [True, False]
    with house.database.writing() as tx:
        assert [outbox.lease(tx, parcel, NOW) is None for parcel in ids] == [True, False]


def test_a_government_desk_never_takes_over_what_must_not_reach_it(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        wishes.set_wishes(tx, made.case_id, NOW, no_authorities=True)
    with pytest.raises(NotAllowed), house.database.writing() as tx:
        cases.transfer(tx, house.keys.opening(), house.routing, house.kh, made.ref, "th", "there now", NOW)
    with house.database.writing() as tx:
        cases.transfer(tx, house.keys.opening(), house.routing, house.kh, made.ref, "regional", "civil", NOW)


def test_a_transferred_case_leaves_its_desk(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        cases.transfer(tx, house.keys.opening(), house.routing, house.kh, made.ref, "th", "there now", NOW)
    with house.database.reading() as tx:
        assert desk.find(tx, house.th, made.ref).state == "new"
        with pytest.raises(NotYours):
            desk.find(tx, house.kh, made.ref)


def test_a_level_changes_with_a_reason_only(house: House) -> None:
    made = house.report()
    with pytest.raises(NotAllowed), house.database.writing() as tx:
        cases.set_level(tx, house.routing, house.kh, made.ref, "low", " ", NOW)
    with house.database.writing() as tx:
        cases.set_level(tx, house.routing, house.kh, made.ref, "emergency", "spoke to her", NOW)
    with house.database.writing() as tx:
        file = desk.open_case(tx, house.keys.opening(), house.kh, made.ref, NOW)
    assert file.row.level == "emergency" and file.row.due_at == NOW + 600_000
    assert "spoke to her" in file.reasons.values()


def test_a_closed_case_opens_when_the_person_writes_again(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        cases.close(tx, house.kh, made.ref, "advice_given", "", NOW)
    with pytest.raises(NotAllowed), house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW)
    with house.database.writing() as tx:
        intake.add_word(tx, house.routing, made.case_id, {"text": "again"}, NOW)
    with house.database.reading() as tx:
        assert desk.find(tx, house.kh, made.ref).state == "new"


def test_history_shows_any_edited_byte(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        cases.claim(tx, house.kh, made.ref, NOW)
        assert events.broken_at(tx, made.case_id) is None
        tx.execute(update(event).where(event.c.case_id == made.case_id, event.c.seq == 2).values(data='{"to":"th"}'))
        assert events.broken_at(tx, made.case_id) == 2


def test_reading_a_case_is_written_down(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        desk.open_case(tx, house.keys.opening(), house.kh, made.ref, NOW)
    with house.database.reading() as tx:
        assert [e.verb for e in events.history(tx, made.case_id)][-1] == "read"


def test_a_forgotten_case_is_gone_with_its_words(house: House) -> None:
    made = house.report()
    with house.database.writing() as tx:
        intake.forget(tx, made.case_id, NOW, "asked")
    with house.database.reading() as tx:
        assert intake.by_code(tx, house.keys, made.code) is None
        assert messages.read_all(tx, made.case_id, house.keys.opening()) == ()
        assert [e.verb for e in events.history(tx, made.case_id)] == ["forgotten"]
        assert desk.queue(tx, house.kh, desk.Filters()) == ()


def test_the_queue_is_sorted_by_urgency_then_time_left(house: House) -> None:
    low = house.report(sender="+1", look=FirstLook("km", "info", "low", "KH"))
    urgent = house.report(sender="+2", look=FirstLook("km", "help_self", "emergency", "KH"))
    high = house.report(sender="+3", look=FirstLook("km", "help_self", "high", "KH"))
    with house.database.reading() as tx:
        assert [row.ref for row in desk.queue(tx, house.kh, desk.Filters())] == [urgent.ref, high.ref, low.ref]


def test_a_new_case_never_takes_up_the_history_of_an_erased_one(house: House) -> None:
    from triage import events, intake

    first = house.report()
    with house.database.writing() as tx:
        intake.forget(tx, first.case_id, NOW, "asked")
    second = house.report(sender="+85500000002")
    with house.database.reading() as tx:
        assert second.case_id != first.case_id
        assert [e.verb for e in events.history(tx, first.case_id)] == ["forgotten"]
        assert events.history(tx, second.case_id)[0].verb == "received"
