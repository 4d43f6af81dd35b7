"""Who says that their phone is looked at gets a case and no answer that somebody else could read, until they ask for one."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select

from tests.unit.bot.conftest import Person
from triage import events, messages, talks
from triage.tables import cases

SAID = (
    "they lock me in Poipet. they look at my phone, do not write",
    "គេចាក់សោខ្ញុំ កុំឆ្លើយមកវិញ គេឆែកទូរស័ព្ទខ្ញុំ",
    "ເຂົາຂັງຂ້ອຍ ຢ່າຕອບ ເຂົາກວດໂທລະສັບຂ້ອຍ",
    "ကျွန်မကို ပိတ်ထားတယ် စာပြန်မပို့ပါနဲ့ ဖုန်းစစ်တယ်",
    "เขาขังฉัน อย่าตอบกลับ เขาเช็คโทรศัพท์",
    "họ nhốt em, đừng nhắn lại, họ xem điện thoại",
    "他们把我锁起来 别回复 他们查我手机",
)
# What comes next, from them or from whoever holds the phone; with a call for help in each language.
NEXT = (
    ("there are six of us, on the third floor", "help", "who is this?", "?", "1", "0", "hello"),
    ("មានគ្នាប្រាំមួយនាក់", "ជួយផង", "នេះអ្នកណា"),
    ("ພວກເຮົາມີຫົກຄົນ", "ຊ່ວຍແດ່", "ແມ່ນໃຜ"),
    ("ကျွန်မတို့ ခြောက်ယောက်", "ကယ်ပါ", "ဘယ်သူလဲ"),
    ("พวกเราหกคน", "ช่วยด้วย", "นี่ใคร"),
    ("bọn em sáu người", "cứu em với", "ai đấy"),
    ("我们六个人", "救命", "你是谁"),
)
DAY_MS = 86_400_000
NUMBERS = count(120_000_000)


def hushed(somebody: Person, channel: str, number: int) -> Person:
    """Somebody who has said it."""
    one = replace(somebody, channel=channel, sender=f"+1{next(NUMBERS)}")
    assert one.say(SAID[number]).texts() == []
    return one


def wants_none(person: Person) -> bool:
    with person.parts.database.reading() as tx:
        return bool(tx.execute(select(cases.c.no_outbound).where(cases.c.id == person.cases()[-1].id)).scalar_one())


def words(person: Person) -> list[messages.Message]:
    """What the newest case holds."""
    with person.parts.database.reading() as tx:
        return list(messages.read_all(tx, person.cases()[-1].id, person.workshop.keys.opening()))


def verbs(person: Person) -> list[str]:
    with person.parts.database.reading() as tx:
        return [event.verb for event in events.history(tx, person.cases()[-1].id)]


@pytest.mark.parametrize("channel", ["sms", "telegram", "whatsapp"])
def test_nothing_is_written_back_and_nobody_writes_there(somebody: Person, channel: str) -> None:
    for number, text in enumerate(SAID):
        one, before = replace(somebody, channel=channel, sender=f"+1{len(channel)}2000777{number}"), len(somebody.cases())
        reply = one.say(text)
        assert reply.texts() == [] and not reply.text and not reply.buttons, text
        assert len(one.cases()) == before + 1 and one.cases()[-1].level in ("high", "emergency"), text
        assert wants_none(one), text


@pytest.mark.parametrize("channel", ["sms", "telegram", "whatsapp"])
@pytest.mark.parametrize("number", range(len(SAID)))
def test_the_silence_lasts_whatever_is_written_next_and_all_of_it_is_kept(somebody: Person, channel: str, number: int) -> None:
    one = hushed(somebody, channel, number)
    for text in NEXT[number]:
        reply = one.say(text)
        assert not reply.text and not reply.buttons and not reply.notes, text
    _, *later = words(one)
    assert [word.text for word in later] == list(NEXT[number])
    assert all(word.extra["kept"] == "hushed" for word in later)


def test_it_lasts_when_the_talk_is_long_forgotten(somebody: Person) -> None:
    one = hushed(somebody, "sms", 0)
    one.now += 5 * DAY_MS
    assert not one.say("are you there").text
    one.now += 5 * DAY_MS
    assert not one.say("we are seven now").text and verbs(one).count("hushed") == 1


@pytest.mark.parametrize("key", ["88", "99", "000", "៨៨", "delete"])
def test_a_key_ends_it_in_words_that_tell_others_nothing(somebody: Person, key: str) -> None:
    one = hushed(somebody, "sms", 0)
    reply = one.say(key)
    assert reply.text and "helper" not in reply.text and "asked_again" in verbs(one)
    assert one.say("there are six of us, on the third floor").text
    assert wants_none(one) is (key not in ("88", "៨៨"))


def test_a_button_and_a_code_end_it_too(somebody: Person) -> None:
    pressed = hushed(somebody, "telegram", 0)
    assert pressed.say(choice="v9:phone_safe:yes").text
    told = replace(somebody, sender="+112000999")
    code = told.say("they lock me in a house in Poipet").text.split("code: ")[1][:24]
    assert not told.say("do not write back please, he reads my messages").text
    assert told.say(code).text and told.say("0").text


def test_a_talk_that_was_answered_before_falls_silent(somebody: Person) -> None:
    one = replace(somebody, sender="+112000555")
    assert one.say("I cannot leave the factory in Rayong").text
    assert not one.say("please do not reply, the boss checks our phones").text
    assert not one.say("2").text and not one.say("they come at night").text


def test_stop_holds_without_a_word(somebody: Person) -> None:
    one = hushed(somebody, "sms", 0)
    assert not one.say("STOP").text
    at = talks.resolve(one.parts.database, one.parts.keys.index, "sms", one.sender)
    with one.parts.database.reading() as tx:
        found = talks.find(tx, at, one.now)
    assert found is not None and found.stopped_at is not None


def test_a_place_that_is_sent_in_the_silence_is_kept(somebody: Person) -> None:
    one = hushed(somebody, "telegram", 0)
    assert not one.say(location=(13.66, 102.56)).text
    assert words(one)[-1].extra["place"]["country"] == "KH"


def test_a_phone_that_was_called_unsafe_is_not_answered_either(somebody: Person) -> None:
    one = replace(somebody, sender="+112000444")
    one.say("my boss keeps my passport in Sihanoukville and hits me")
    for _ in range(3):
        if "phone safe" in one.say("000").text or "phone safe" in one.say("1").text:
            break
    assert "safe phone" in one.say("3").text
    assert not one.say("hello, who is this").text and not one.say("answer me").text
    assert one.say("88").text


def test_a_browser_shows_its_receipt_all_the_same(somebody: Person) -> None:
    web = replace(somebody, channel="web", sender="a-hushed-token")
    assert web.say(SAID[0]).code and web.say("there are six of us").notes


def test_somebody_else_who_does_not_write_is_no_such_wish(somebody: Person) -> None:
    one = replace(somebody, sender="+112000888")
    assert one.say("my sister is in Poipet and does not reply, they took her phone").text and one.say("she is 17").text


def test_what_is_told_in_the_silence_raises_the_case(somebody: Person) -> None:
    one = replace(somebody, sender=f"+1{next(NUMBERS)}")
    assert not one.say("please do not reply, he reads my messages").text
    before = one.cases()[-1].level
    assert not one.say("he locked me in the room and hits me, help, I am bleeding").text
    assert before != "emergency" and one.cases()[-1].level == "emergency"
