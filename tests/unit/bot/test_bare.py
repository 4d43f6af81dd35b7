"""One SMS may be the only one: a call for help or a greeting is a case at once, and what is told later joins it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from dashboard.shown import raised
from tests.unit.bot.conftest import Person
from triage import messages
from triage.messages import Message

CALLS = (
    "help",
    "HELP!!",
    "Help me",
    "ជួយផង",
    "ជួយ",
    "ຊ່ວຍແດ່",
    "ຊ່ວຍ",
    "ကယ်ပါ",
    "ကူညီပါ",
    "ช่วยด้วย",
    "ช่วย",
    "cứu",
    "cuu toi voi",
    "giúp tôi",
    "救命",
    "求助",
)
GREETINGS = ("info", "hello", "hi", "?", "ok", "😭", "🙏", "សួស្តី", "ສະບາຍດີ", "မင်္ဂလာပါ", "สวัสดี", "xin chào", "alo", "你好", ".")


_numbers = count(1)


def _words(person: Person) -> tuple[Message, ...]:
    with person.parts.database.reading() as tx:
        return messages.read_all(tx, person.cases()[-1].id, person.workshop.keys.opening())


def _somebody_new(person: Person, prefix: str = "+1", channel: str = "sms") -> Person:
    return replace(person, channel=channel, sender=f"{prefix}12000{next(_numbers):05d}")


@pytest.mark.parametrize("channel", ["sms", "telegram", "web"])
def test_a_mere_call_for_help_is_a_case_of_medium_urgency_or_more(somebody: Person, channel: str) -> None:
    for word in CALLS:
        one, before = _somebody_new(somebody, channel=channel), len(somebody.cases())
        reply = one.say(word)
        assert len(one.cases()) == before + 1, word
        assert one.cases()[-1].level in ("medium", "high", "emergency"), word
        assert reply.code if channel == "web" else " 88 " in reply.text.replace("，", " ").replace("88", " 88 "), "it has come"
        assert raised(_words(one)) == ["only asked for help, nothing more is known yet"], word


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram", "web"])
@pytest.mark.parametrize("media", ["voice", "photo", "video", "document", "contact"])
def test_who_only_sends_a_voice_note_is_received_like_who_writes(somebody: Person, channel: str, media: str) -> None:
    one, before = _somebody_new(somebody, channel=channel), len(somebody.cases())
    reply = one.say(media=(media,), lang_hint="en")
    assert len(one.cases()) == before + 1 and one.cases()[-1].level == "medium"
    assert raised(_words(one)) == ["no word yet, only what was sent: hear or look at it"]
    assert _words(one)[-1].extra["media"] == [media]
    assert reply.code if channel == "web" else "We have your message" in reply.text and "88" in reply.text


def test_a_first_pin_goes_to_the_desk_of_its_country(somebody: Person) -> None:
    one = _somebody_new(somebody, channel="telegram")
    assert "We have your message" in one.say(location=(11.56, 104.92), lang_hint="en").text
    assert (one.cases()[-1].queue, one.cases()[-1].country, one.cases()[-1].level) == ("kh", "KH", "medium")


def test_a_sticker_is_a_sign_of_life_and_no_alarm(somebody: Person) -> None:
    one = _somebody_new(somebody, channel="telegram")
    assert one.say(media=("sticker",), lang_hint="en").text and one.cases()[-1].level == "low"


def test_words_after_a_voice_note_begin_their_flow(somebody: Person) -> None:
    one = _somebody_new(somebody)
    one.say(media=("voice",))
    before = len(one.cases())
    reply = one.say("they lock my sister in a house in Poipet")
    assert len(one.cases()) == before and one.cases()[-1].level in ("high", "emergency") and one.cases()[-1].queue == "kh"
    assert reply.text


def test_a_greeting_is_a_case_that_drowns_no_desk(somebody: Person) -> None:
    for word in GREETINGS:
        one, before = _somebody_new(somebody), len(somebody.cases())
        assert one.say(word).text
        assert len(one.cases()) == before + 1 and one.cases()[-1].level == "low", word
        assert raised(_words(one)) == ["nothing told yet, only a sign of life"], word


def test_the_menu_is_answered_all_the_same(somebody: Person) -> None:
    for word in ("help", "HELP", "info", "hello", "?"):
        assert "1 I need help 2 Somebody else needs help" in _somebody_new(somebody).say(word).text


def test_keys_that_a_phone_sends_by_itself_make_no_case(somebody: Person) -> None:
    before = len(somebody.cases())
    for word in ("/start", "/help", "000", "stop", "ខ្មែរ"):
        _somebody_new(somebody).say(word)
    assert len(somebody.cases()) == before


def test_the_first_words_that_tell_something_begin_their_flow_in_their_language(somebody: Person) -> None:
    for first in ("help", "hello", "😭"):
        one = _somebody_new(somebody)
        assert one.say(first).lang == "en"
        cases = len(one.cases())
        reply = one.say("ช่วยด้วย ฉันโดนขังอยู่ในโรงงาน ที่สมุทรสาคร")
        assert reply.lang == "th" and "ตอนนี้ใช้โทรศัพท์นี้ปลอดภัยไหม" in reply.text, "the questions begin, in their language"
        case = one.cases()[-1]
        assert (len(one.cases()), case.lang, case.country, case.kind) == (cases, "th", "TH", "help_self")
        assert raised(_words(one)) == [], "more is known now"


def test_what_is_told_after_a_greeting_is_promised_by_its_own_time(somebody: Person) -> None:
    one = _somebody_new(somebody)
    far = one.say("hello").text.split("by ")[1].split(". Your")[0]
    near = one.say("they locked us in and beat us, we are in Poipet, they will sell us tonight").text.split("by ")[1].split(". Your")[0]
    assert len(near) == len("12:34") < len(far), "a time of today, where before a day was named"
    assert one.cases()[-1].level == "emergency"


def test_words_that_everybody_writes_decide_no_language(somebody: Person) -> None:
    for prefix, lang in (("+855", "km"), ("+856", "lo"), ("+95", "my"), ("+66", "th"), ("+84", "vi"), ("+86", "zh")):
        for word in ("help", "hello", "ok", "😭"):
            one = _somebody_new(somebody, prefix)
            assert one.say(word).lang == lang
            assert one.cases()[-1].lang == lang, "the desk answers in it too"


def test_a_language_that_is_chosen_later_is_the_cases_too(somebody: Person) -> None:
    one = _somebody_new(somebody)
    one.say("they took my passport and i must work without pay")
    one.say("/lang my")
    assert one.cases()[-1].lang == "my"


def test_help_after_an_end_is_kept_on_the_case(somebody: Person) -> None:
    one = _somebody_new(somebody)
    one.say("they took my passport and i must work without pay")
    one.say("88")
    said, cases = len(_words(one)), len(one.cases())
    assert "How can we help" in one.say("help").text
    assert (len(_words(one)), len(one.cases())) == (said + 1, cases)


def test_an_unsafe_phone_after_a_mere_call_leaves_nothing_but_a_count(somebody: Person) -> None:
    one, before = _somebody_new(somebody), len(somebody.cases())
    one.say("help")
    one.say("1")
    assert len(one.cases()) == before + 1
    one.say("3")
    assert len(one.cases()) == before
