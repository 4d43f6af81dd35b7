"""One message in, one reply out: what the person sees, and what the desk gets."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.app import create_app
from bot.channels.base import Inbound
from bot.conversation import Conversation
from tests.unit.bot.conftest import NOW, Person
from triage import events, intake, messages, receipt

KM = "ជួយផង គេវាយខ្ញុំ នៅបាវិត"


def test_the_first_words_are_a_case_at_once_in_the_persons_language(person: Person) -> None:
    reply = person.say(KM)
    (case,) = person.cases()
    assert (case.queue, case.level, case.kind, case.lang, case.subdivision) == ("kh", "emergency", "help_self", "km", "KH-20")
    assert "យើងបានទទួល" in reply.text


def test_a_redelivery_is_one_message_and_one_reply(person: Person) -> None:
    conversation, inbound = Conversation(person.parts.parts), Inbound("sms", "+1", "SM1", KM)
    first = conversation.receive(inbound, NOW)
    again = [conversation.receive(inbound, NOW + n) for n in range(3)]
    assert {reply.text for reply in again} == {first.text} and all(reply.repeated for reply in again)
    assert [case.messages for case in person.cases()] == [1]


def test_twenty_concurrent_messages_of_one_person_are_one_case(person: Person) -> None:
    conversation = Conversation(person.parts.parts)
    threads = [threading.Thread(target=conversation.receive, args=(Inbound("sms", "+9", f"SM{n}", f"{KM} {n}"), NOW)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [case.messages for case in person.cases()] == [20]


def test_a_menu_choice_is_a_case_and_an_info_choice_is_none(person: Person) -> None:
    person.say("menu")
    assert person.cases() == ()
    person.say("5")
    assert person.cases() == ()
    person.say("000")
    person.say("1")
    assert [case.kind for case in person.cases()] == ["help_self"]


def test_an_unsafe_phone_leaves_nothing_but_a_count(person: Person) -> None:
    person.say("menu")
    person.say("1")
    person.say("3")
    assert person.cases() == ()


def test_an_unsafe_phone_keeps_what_was_said_in_words_and_is_never_written_to(person: Person) -> None:
    person.say(KM)
    person.say("3")
    (case,) = person.cases()
    assert case.no_outbound and case.messages == 2


def test_danger_reaches_the_desk_in_the_same_transaction(person: Person) -> None:
    person.say("HELP")
    person.say("1")
    Conversation(person.parts.parts).receive(Inbound("sms", person.sender, "SMdanger", "99"), NOW + 9000)
    assert person.cases()[0].level == "emergency"


def test_never_police_or_government_takes_the_case_off_a_government_desk(person: Person) -> None:
    person.say("my boss keeps my passport and threatens me in Phnom Penh")
    assert person.cases()[0].queue == "kh"
    person.say("1")
    for _ in range(30):
        reply = person.say("0")
        if "Who may we tell" in reply.text:
            break
    person.say("8")
    (case,) = person.cases()
    assert case.no_authorities and case.queue == "regional"
    person.say("they beat me now, I am in Phnom Penh")
    assert person.cases()[0].queue == "regional"


@pytest.mark.parametrize("word", ["STOP", "stop.", "S T O P", "ＳＴＯＰ", "หยุด", "ရပ်", "ឈប់", "ຢຸດ", "DỪNG", "停止"])
def test_stop_is_heard_in_seven_languages(person: Person, word: str) -> None:
    person.say(KM)
    person.say(word)
    with person.parts.database.reading() as tx:
        from triage import talks

        talk = talks.find(tx, talks.resolve(person.parts.database, person.parts.keys.index, "sms", person.sender))
    assert talk is not None and talk.stopped_at is not None


def test_please_stop_him_is_no_stop_and_yes_does_not_resubscribe(person: Person) -> None:
    from triage import talks

    def stopped() -> bool:
        with person.parts.database.reading() as tx:
            talk = talks.find(tx, talks.resolve(person.parts.database, person.parts.keys.index, "sms", person.sender))
        return talk is not None and talk.stopped_at is not None

    person.say("please stop him, he beats my sister")
    assert not stopped()
    person.say("STOP")
    person.say("YES")
    assert stopped()
    person.say("I need you again")
    assert not stopped()


def test_a_later_message_joins_the_case_and_raises_it(person: Person) -> None:
    person.say("they did not pay us for two months in Rayong")
    person.say("X")
    person.say("now they lock us in and beat us, help")
    (case,) = person.cases()
    assert (case.queue, case.level, case.messages) == ("th", "emergency", 2)


def test_delete_deletes_the_case(person: Person) -> None:
    reply = person.say("they did not pay us for two months in Rayong")
    for word in ("DELETE", "0", "0", "2", "1"):
        reply = person.say(word)
    assert person.cases() == (), reply.text


def test_a_code_opens_the_state_and_five_wrong_ones_lock(person: Person) -> None:
    person.say("they did not pay us for two months in Rayong")
    other = replace(person, sender="+15550009999")
    with person.parts.database.reading() as tx:
        assert intake.by_code(tx, person.parts.keys, "1" * 20) is None
    for _ in range(5):
        other.say("1" * 20)
        assert "does not fit" in other.say("guess").text
    other.say("1" * 20)
    assert "hour" in other.say("guess").text


def test_the_receipt_code_comes_back_on_another_channel(person: Person) -> None:
    reply = person.say("they did not pay us for two months in Rayong")
    code = receipt.clean("".join(char for char in reply.text.split("Your code:")[1] if char.isdigit())[:20])
    assert code is not None
    other = Person(person.parts, person.workshop, "telegram", "4242", person.now)
    other.say(code)
    assert "received" in other.say("0").text


def test_choices_are_kept_as_answers_and_words_are_sealed(person: Person) -> None:
    person.say("HELP")
    person.say("1")
    person.say("1")
    with person.parts.database.reading() as tx:
        said = messages.read_all(tx, person.cases()[0].id, person.workshop.keys.opening())
    assert said[-1].extra["answers"] == {"phone_safe": "yes"}


@pytest.mark.parametrize(
    "text", ["", "\0", "?" * 3000, "0", "00", "000", "88", "X", "VOL", "2147483648", "👍", "/start", "/lang", "1,2,3", "-1"]
)
@pytest.mark.parametrize("channel", ["sms", "telegram", "web"])
def test_nothing_that_is_sent_first_breaks_it(person: Person, text: str, channel: str) -> None:
    one = Person(person.parts, person.workshop, channel, "77")
    for _ in range(3):
        one.say(text)
    one.say(choice="v1:forged\0:x") if channel == "telegram" else one.say("ok")
    one.say(location=(13.7, 100.5))
    one.say(media=("photo",), text="look")
    assert len(one.say(KM).lang) == 2


def test_a_refusal_in_free_words_keeps_the_case_off_a_government_desk(person: Person) -> None:
    person.say("they lock us in a house in Poipet, help. do not tell the police please")
    [row] = person.cases()
    assert (row.queue, row.no_authorities) == ("regional", True)


def test_a_refusal_in_later_words_moves_the_case_at_once(person: Person) -> None:
    person.say("they lock us in a house in Poipet, help")
    assert person.cases()[0].queue == "kh"
    person.say("please don't tell the police")
    [row] = person.cases()
    assert (row.queue, row.no_authorities) == ("regional", True)


def test_a_threat_of_somebody_else_is_no_wish_of_the_person(person: Person) -> None:
    person.say("they lock us in a house in Poipet, he said do not call the police or he kills us")
    assert person.cases()[0].queue == "kh"


def test_officials_who_take_part_do_not_get_the_case(person: Person) -> None:
    person.say("help us in Poipet they lock us and the police work with the boss")
    assert person.cases()[0].queue == "regional"


def test_a_cry_for_help_where_a_code_or_a_word_is_asked_for_is_heard(person: Person) -> None:
    person.say("HELP")
    for asked in ("6", "0"):
        person.say(asked)
        reply = person.say("they lock us in and beat us in Poipet")
        assert "noted" in reply.text and "does not fit" not in reply.text
    (case,) = person.cases()
    assert case.level == "emergency" and case.country == "KH"
    person.say("blue kettle")
    assert person.cases()[0].messages == case.messages  # a guess is kept nowhere


def test_an_unsafe_phone_days_later_keeps_what_was_said_in_words(person: Person) -> None:
    from triage import talks

    person.say(KM)
    person.now += 72 * 3_600_000
    with person.parts.database.writing() as tx:
        talks.forget_states(tx, person.now - 1)
    for word in ("HELP", "1", "3"):
        person.say(word)
    (case,) = person.cases()
    assert case.no_outbound and case.messages >= 2


def test_before_an_erasure_the_person_is_told_who_knows_already_and_under_cover_only_how_many(person: Person) -> None:
    def tell(to: str, verb: str = "referral_sent") -> None:
        with person.parts.database.writing() as tx:
            events.append(
                tx, person.cases()[0].id, person.now, "responder:1", verb, {"referral": 1, "to": to, "basis": "consent", "scope": "whole"}
            )

    person.say("they did not pay us for two months in Rayong")
    for text in ("DELETE", "0", "0"):
        asked = person.say(text).text
    assert "What shall we delete" in asked and "Passed on" not in person.say("2").text
    person.say("2")
    tell("body:un_or_iom")
    tell("desk:kh")
    tell("desk:kh", "referral_recalled")
    for text in ("DELETE", "0", "0", "2"):
        told = person.say(text).text
    assert "Passed on before: UNHCR or IOM. What they have we cannot delete." in told and "Are you sure" in told
    assert person.say("1").text == "Done. Please delete this talk on your phone as well." and person.cases() == ()


def test_the_page_names_who_was_told_before_it_deletes_and_after(person: Person) -> None:
    person.channel, person.sender = "web", "w" * 32
    code = person.say("they did not pay us for two months in Rayong").code or ""
    with person.parts.database.writing() as tx:
        data = {"referral": 1, "to": "body:un_or_iom", "basis": "consent", "scope": "whole"}
        events.append(tx, person.cases()[0].id, person.now, "responder:1", "referral_sent", data)
    client = create_app(person.parts).test_client()
    told = "Đã chuyển trước đây: UNHCR or IOM."
    assert told in client.post("/return?lang=vi", data={"code": code}).text
    deleted = client.post("/return?lang=vi", data={"code": code, "do": "delete"}).text
    assert "Đã xoá." in deleted and told in deleted and person.cases() == ()
    assert "UNHCR" not in client.post("/return?lang=vi", data={"code": code, "do": "delete"}).text, "nobody learns it from a code that is gone"
