"""Triage of whole messages in seven languages: what must be found, what must not, and why."""

import pytest

from config.triage_rules import read_triage_rules
from tests.unit.triage.samples import CONFIG, NOTHING, PLACES, URGENT, triage
from triage.assess import Triage
from triage.text import normalise
from triage.values import rank
from triage.zawgyi import to_unicode


@pytest.mark.parametrize(("text", "lang", "level", "kind"), URGENT)
def test_it_finds_language_urgency_and_kind(text: str, lang: str, level: str, kind: str) -> None:
    seen = triage().assess(text)
    assert (seen.lang, seen.urgency, seen.kind) == (lang, level, kind), seen.why


@pytest.mark.parametrize(("text", "country", "subdivision"), PLACES)
def test_it_finds_where_the_person_is_now(text: str, country: str | None, subdivision: str | None) -> None:
    seen = triage().assess(text)
    assert (seen.country, seen.subdivision) == (country, subdivision), seen.why


@pytest.mark.parametrize("text", NOTHING)
def test_idioms_negations_and_thanks_do_not_raise(text: str) -> None:
    assert triage().assess(text).urgency in ("low", "medium")


def test_every_level_says_why_with_the_words() -> None:
    seen = triage().assess("ជួយផង គេវាយខ្ញុំ នៅបាវិត")
    assert seen.reasons[0].level == "emergency" and "វាយ" in "".join(seen.reasons[0].words)
    assert "T02" in seen.why and "បាវិត" in seen.why


def test_the_same_message_always_gets_the_same_answer() -> None:
    texts = [text for text, *_ in URGENT] + ["zzz qqq www yyy mmm nnn lll kkk"]
    assert [triage().assess(text) for text in texts] == [triage().assess(text) for text in texts]


def test_answers_of_a_flow_raise_and_decide_the_kind() -> None:
    seen = triage().assess("2", answers={"flow": "help_self", "danger_now": "yes"})
    assert (seen.urgency, seen.kind) == ("emergency", "help_self")
    seen = triage().assess("", answers={"flow": "help_self", "signs_control": ["cannot_leave", "debt"], "signs_harm": ["hurt"]})
    assert seen.urgency == "emergency" and {"U08", "U15"} <= {reason.rule for reason in seen.reasons}
    assert triage().assess("", answers={"flow": "tip", "saw_place": ["guards_or_wire"]}).urgency == "low"


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "?" * 5000, "👨‍👩‍👧‍👦" * 500, "\u202e" * 50, "a" * 100_000, "0", "' OR 1=1--", "<script>"]
)
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    assert triage().assess(text).urgency in ("low", "medium")


@pytest.mark.parametrize("text", ["ＡＢＣ　１２３", "១២៣", "ຫນ", "heeeelp!!!!", "a\u200bb", "ກໍາ", "e\u0301"])
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_zawgyi_is_read_and_shan_is_left_alone() -> None:
    zawgyi = "ေလာက္ကိုင္က ကာစီႏိုထဲ ပိတ္ထားတယ္ အခုပဲ ႐ိုက္ေနတယ္ ကယ္ပါ"
    assert to_unicode(zawgyi)[1]
    seen = triage().assess(zawgyi)
    assert (seen.lang, seen.country, seen.urgency, seen.zawgyi) == ("my", "MM", "emergency", True)
    for other in ("ၵႃႈယွမ်ႈ မိူင်းတႆး", "ကညီကလုာ်အကျိၥ်", "မင်္ဂလာပါ ကျွန်တော် အလုပ်ရှာနေပါတယ်"):
        assert to_unicode(other) == (other, False)


def test_the_words_are_told_by_their_places_in_the_message_as_typed() -> None:
    text = "Ｈｅｌｐ!!!  they   beat\u200b my sister in Poipet"
    reason = triage().assess(text).reasons[0]
    assert {"they   beat", "beat\u200b my sister"} <= {text[start:end] for start, end in reason.spans}


def test_a_case_is_told_its_indicators() -> None:
    seen = triage().assess("boss keeps our passports", answers={"flow": "help_self", "signs_work": ["not_paid"]})
    assert {"papers_taken", "not_paid"} <= set(seen.indicators)


def test_signs_in_words_and_answers_count_together() -> None:
    answers = {"flow": "help_self", "signs_work": ["not_paid", "too_long_hours"]}
    assert "U15" not in {reason.rule for reason in triage().assess("2", answers=answers).reasons}
    assert "U15" in {reason.rule for reason in triage().assess("boss keeps my passport", answers=answers).reasons}


def test_the_model_may_only_raise() -> None:
    silent = Triage(read_triage_rules(CONFIG), triage()._gazetteer, model={})
    for text, *_ in URGENT:
        assert rank(triage().assess(text).urgency) >= rank(silent.assess(text).urgency)
