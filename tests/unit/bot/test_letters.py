"""Readers of Zawgyi and of traditional Chinese get what they can read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from bot.channels.base import Inbound
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.delivery import deliver
from bot.flows.gsm7 import parts
from bot.letters import written
from tests.unit.bot.conftest import Person
from tests.unit.bot.test_quietly import Line, answer, post
from triage.zawgyi import as_unicode, as_zawgyi

CONFIG = Path(__file__).parents[3] / "config"
BURMESE = "ကျွန်မတို့ကို အခန်းထဲပိတ်ထားတယ် မဲဆောက်မှာ လခ မပေးဘူး"
RECEIVED = "သင့်စာ ရပါပြီ"
NOTE = "Cannot read this? Send MY."


def plain(text: str) -> str:
    """Zawgyi as Unicode, with dot and asat in Unicode's order."""
    return as_unicode(text).replace("\u103a\u1037", "\u1037\u103a")


def test_who_writes_zawgyi_is_answered_in_it_and_told_once_how_to_change_that(person: Person) -> None:
    first = person.say(as_zawgyi(BURMESE))
    assert first.lang == "my" and NOTE in first.text and RECEIVED not in first.text and RECEIVED in plain(first.text)
    (case,) = person.cases()
    assert (case.lang, case.country) == ("my", "TH")
    second = person.say("1")
    assert NOTE not in second.text and as_zawgyi(plain(second.text)) == second.text
    back = person.say("MY")
    assert back.text and plain(second.text).endswith(back.text) and person.cases()[0].messages == case.messages + 1
    assert second.text.endswith(person.say("my.").text)


def test_a_talk_forgotten_after_days_is_taken_up_in_the_same_letters(person: Person) -> None:
    person.say(as_zawgyi(BURMESE))
    from triage import talks

    person.now += 72 * 3_600_000
    with person.parts.database.writing() as tx:
        assert talks.forget_states(tx, person.now - 1) == 1
    reply = person.say("HELP")
    assert as_zawgyi(plain(reply.text)) == reply.text and NOTE not in reply.text


def test_what_a_responder_writes_leaves_in_the_letters_of_the_reader(person: Person) -> None:
    person.say(as_zawgyi(BURMESE))
    line = Line()
    assert deliver(post(person, line), answer(person, "ဘယ်မှာလဲ။ We come."))
    assert line.sent == [as_zawgyi("ဘယ်မှာလဲ။ We come.")] != ["ဘယ်မှာလဲ။ We come."]


def test_an_answer_that_waits_in_the_outbox_is_converted_once(person: Person) -> None:
    reply = person.parts.conversation.receive(Inbound("sms", person.sender, "SM1", as_zawgyi(BURMESE)), person.now, by_outbox=True)
    line = Line()
    assert deliver(post(person, line), 1) and line.sent == [reply.text] and RECEIVED in plain(reply.text)


def test_a_short_answer_in_zawgyi_is_understood(person: Person) -> None:
    person.say("/my")
    person.say("1")
    reply = person.say(as_zawgyi("ဟုတ်တယ်"))
    assert "အန္တရာယ်" in reply.text and "မှတ်ထားပါပြီ" not in reply.text


def test_who_writes_unicode_is_not_answered_in_zawgyi_and_who_changes_is_followed(person: Person) -> None:
    assert RECEIVED in person.say(BURMESE).text
    other = replace(person, sender="+95900000002")
    assert RECEIVED not in other.say(as_zawgyi(BURMESE)).text
    reply = other.say("အခု ကျွန်မကို ရိုက်နေတယ် ကယ်ပါ")
    assert as_zawgyi(reply.text) != reply.text


def test_a_browser_gets_unicode(person: Person) -> None:
    reply = replace(person, channel="web", sender="a-token").say(as_zawgyi(BURMESE))
    assert RECEIVED in "\n".join(reply.notes)


def test_every_burmese_text_goes_to_zawgyi_and_back_at_no_more_sms() -> None:
    for entry in polib.pofile(str(CONFIG / "texts" / "my" / "flows.po"), encoding="utf-8"):
        old = as_zawgyi(entry.msgstr)
        # Zawgyi writes the tall aa after dha, as its readers do.
        assert plain(old).replace("ဓါ", "ဓာ") == entry.msgstr, entry.msgid
        assert parts(old) <= parts(entry.msgstr), entry.msgid


def test_the_library_prints_nothing_of_what_somebody_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("ကြွႏၵ", "ဿႇႈ", "ါါါ္္္", "႟႞", "ြွှြွှ", "ၣၤ်"):
        as_zawgyi(text)
        as_unicode(text)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "before", "lang"),
    [
        ("救命 我們被關在妙瓦底園區", "en", "zh-Hant"),
        ("救命 我们被关在妙瓦底园区", "zh-Hant", "zh"),
        ("救命", "zh-Hant", "zh-Hant"),
        ("救命", "zh", "zh"),
        ("救命", "en", "zh"),
        ("他是著名的老板 我们怕", "en", "zh"),
    ],
)
def test_chinese_is_told_apart_by_its_characters(text: str, before: str, lang: str) -> None:
    assert written("zh", before, text) == lang


def test_traditional_characters_are_answered_in_traditional_and_triaged_as_chinese(person: Person) -> None:
    reply = person.say("救命 我們被關在妙瓦底園區 有人被打")
    (case,) = person.cases()
    assert reply.lang == "zh-Hant" and "我們" in reply.text and case.lang == "zh" and case.country == "MM"
    assert "我们" in replace(person, sender="+15550001").say("救命 我们被关在妙瓦底园区").text
    assert person.say("简体").lang == "zh" and person.say("繁體").lang == "zh-Hant"


@pytest.mark.parametrize(
    ("code", "lang"),
    [("zh-hant", "zh-Hant"), ("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-hans", "zh"), ("zh", "zh"), ("pt-br", "pt"), ("th", "th")],
)
def test_telegram_says_which_chinese_its_user_reads(person: Person, code: str, lang: str) -> None:
    bot = TelegramBot(TelegramAccount("1:t", "s", "http://127.0.0.1:1"))
    user = {"id": 7, "is_bot": False, "first_name": "x", "language_code": code}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": user, "text": "/start"}
    inbound = bot.read({"update_id": 1, "message": message})
    assert inbound is not None and inbound.lang_hint == lang
    if lang == "zh-Hant":
        assert "幫" in person.parts.conversation.receive(inbound, person.now).text
