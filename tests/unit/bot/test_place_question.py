"""Which of several places is asked at once; a place that nobody knows is asked for once, when somebody has fallen silent."""

from __future__ import annotations

from dataclasses import replace

from bot import asking
from bot.delivery import deliver
from bot.reply import Reply
from tests.unit.bot.conftest import Person
from tests.unit.bot.test_quietly import Line, post, walk_to
from triage import messages, outbox
from triage.desk import CaseRow

MINUTE = 60_000
LOST = "they took our passports and do not let us go, please help"
GOLDEN = {
    "en": "they do not pay us, we are at the Golden Triangle",
    "km": "គេមិនបើកប្រាក់ខែឱ្យយើង យើងនៅត្រីកោណមាស",
    "lo": "ເຂົາບໍ່ຈ່າຍເງິນເດືອນ ພວກເຮົາຢູ່ສາມຫຼ່ຽມຄໍາ",
    "my": "လခ မပေးဘူး ရွှေတြိဂံမှာ ရှိတယ်",
    "th": "เขาไม่จ่ายค่าจ้าง เราอยู่สามเหลี่ยมทองคำ",
    "vi": "họ không trả lương, chúng em ở Tam Giác Vàng",
    "zh": "他们不发工资，我们在金三角",
    "zh-Hant": "他們不發工資，我們在金三角",
}
WHICH = {
    "en": "Which place do you mean?", "km": "កន្លែងណា", "lo": "ບ່ອນໃດ", "my": "ဘယ်နေရာ", "th": "คุณหมายถึงที่ไหน", "vi": "nơi nào",
    "zh": "您说的是哪个地方", "zh-Hant": "您說的是哪個地方",
}  # fmt: skip


def said(reply: Reply) -> str:
    return " ".join([reply.text, *reply.notes, reply.field.text if reply.field else ""])


def of(person: Person, ref: str) -> CaseRow:
    return next(case for case in person.cases() if case.ref == ref)


def pick(person: Person, reply: Reply, at: int) -> Reply:
    """The at-th answer of the open question, as this channel gives it."""
    if person.channel == "sms":
        return person.say(str(at + 1))
    if person.channel == "telegram":
        return person.say(choice=reply.buttons[at][0])
    field = reply.field
    assert field is not None
    return person.say(values=(field.choices[at][0],), extra={"form": field.data})


def test_an_ambiguous_place_is_asked_for_and_the_answer_moves_the_case(person: Person) -> None:
    """In every language, on three channels."""
    for lang in GOLDEN:
        for channel, sender in (("sms", "+855120001"), ("telegram", "4711"), ("web", "token")):
            before = {case.ref for case in person.cases()}
            one = replace(person, channel=channel, sender=f"{sender}{list(GOLDEN).index(lang)}")
            reply = one.say(GOLDEN[lang])
            (ref,) = {case.ref for case in one.cases()} - before
            assert reply.lang == lang and of(one, ref).subdivision == "LA-BK"
            for at in (0, 1, 1):
                if WHICH[lang] in said(reply):
                    break
                reply = pick(one, reply, at)
            assert WHICH[lang] in said(reply), said(reply)
            after = pick(one, reply, 1)
            case = of(one, ref)
            assert (case.subdivision, case.country, case.queue) == ("TH-57", "TH", "th")
            assert WHICH[lang] not in said(after)


def test_who_names_the_place_between_is_not_asked_twice(person: Person) -> None:
    person.say(GOLDEN["en"])
    walk_to(person, WHICH["en"], "1", "2")
    assert "Where?" in person.say("3").text
    (case,) = person.cases()
    assert case.subdivision == "MM-17"
    assert "Which" not in person.say("the big market in Tachileik").text


def test_a_skipped_question_goes_on_to_the_country(person: Person) -> None:
    person.say(GOLDEN["en"])
    walk_to(person, WHICH["en"], "1", "2")
    assert "Which country" in person.say("0").text


def test_a_subdivision_that_is_chosen_from_the_list_is_the_cases_place(person: Person) -> None:
    person.say("HELP")
    for word in ("1", "1", "2", "1", "a house by a river"):
        reply = person.say(word)
    assert "Which province" in reply.text
    person.say("2")
    (case,) = person.cases()
    assert case.country == "KH" and case.subdivision and case.subdivision.startswith("KH-")


def ask(person: Person, minutes: int) -> list[str]:
    """What the question round sends after so many minutes of silence."""
    person.now += minutes * MINUTE
    asking.ask(person.workshop.parts, person.now)
    line = Line()
    with person.parts.database.reading() as tx:
        waiting = outbox.waiting(tx, person.now)
    for parcel in waiting:
        deliver(post(person, line), parcel)
    return line.sent


def test_an_unknown_place_is_asked_for_once_and_the_answer_brings_the_case_to_its_desk(person: Person) -> None:
    one = person
    one.say(LOST)
    assert one.cases()[0].queue == "regional" and ask(one, 5) == []
    assert ask(one, 6) == ["Hello. One question: which town and country is it? You can write it here."]
    assert ask(one, 20) == [] and ask(one, 600) == []
    one.say("we are in Poipet")
    (case,) = one.cases()
    assert (case.queue, case.country) == ("kh", "KH")
    with one.parts.database.reading() as tx:
        assert "asked_place" in [row.verb for row in tx.exec_driver_sql("SELECT verb FROM event").all()]
        assert len(messages.read_all(tx, case.id, one.workshop.keys.opening())) == 2


def test_nobody_is_asked_who_stopped_is_not_safe_is_seen_or_has_said_it(person: Person) -> None:
    ways = (("STOP",), ("3",), ("2",), ("we are in Poipet",))
    for at, words in enumerate(ways):
        one = replace(person, sender=f"+8551200010{at}")
        for word in (LOST, *words):
            one.say(word)
        assert ask(one, 11) == [], words
    for at, answer in enumerate(("at sea", "don't know")):
        one = replace(person, sender=f"+8551200020{at}")
        one.say(LOST)
        walk_to(one, "Which country", "1", "2")
        one.say(answer)
        assert ask(one, 11) == [], answer


def test_a_browser_and_a_day_of_silence_are_left_alone(person: Person) -> None:
    person.say(LOST)
    assert ask(person, 60 * 21) == []
    replace(person, channel="web", sender="token").say(LOST)
    assert ask(person, 11) == []
