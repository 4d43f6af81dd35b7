"""The normal form, the languages and the look-alike encoding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.triage.samples import triage
from triage.simplified import simplified
from triage.text import fold, normalise
from triage.zawgyi import to_unicode

LETTERS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ก็ำ่้าເແົໍ໌ຫນມະាិ្ក៉ိုေြ့ျ်္aaAＡ１१២᠎\u200b\u200d\u0301\u0323ơưđ！。\ufeff\u00ad \n"),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(LETTERS)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(max_examples=200, deadline=None)
@given(LETTERS)
def test_what_is_folded_keeps_its_places(text: str) -> None:
    assert len(fold(text)) == len(text) == len(simplified(text))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("ช่วยด้วย at Poipet", "th"),
        ("help us ที่แม่สอด", "en"),
        ("we are locked in a room in ប៉ោយប៉ែត please help", "en"),
        ("我在 Sihanoukville 被关", "zh"),
        ("knhom nov poipet ke veay knhom", "km"),
        ("khoi yu vientiane nai chang bo hai ngoen", "lo"),
        ("chuay duay phom yu mae sot nai jang yeud passport", "th"),
        ("kal par oo kyama ko yite nay tal", "my"),
        ("cuu toi voi toi bi nhot o bavet", "vi"),
        ("em bi danh, ko cho ve", "vi"),
        ("hi", "en"),
        ("ok", "en"),
        ("SOS", "en"),
        ("請幫幫我", "zh"),
        ("ຊ່ວຍແດ່", "lo"),
    ],
)
def test_the_persons_language_is_known(text: str, lang: str) -> None:
    assert triage().assess(text).lang == lang


@pytest.mark.parametrize(
    "text",
    [
        "ၵႃႈယွမ်ႈ မိူင်းတႆး ႁဝ်းၶႃႈ ယူႇတီႈၼႆႈ",
        "မႂ်ႇသုင်ၶႃႈ ႁူမ်ႈၼမ်ႉ လွၵ်းလၢႆး",
        "ကညီကလုာ်အကျိၥ် ယၢအဲၣ်ဒိးအဝဲ",
        "ပှၤကညီဖိ အိၣ်လၢ ကီၢ်ကညီ",
        "ဘာသာမန် ဂွံကၠောန်ကမၠောန် အဲဟွံတီ",
        "ဍုင်မန် ဇြဟတ် မန်ဇၞော်",
        "ကျွန်တော်တို့ကို ကယ်ပါ မြဝတီမှာ",
    ],
)
def test_shan_karen_and_mon_are_not_taken_for_zawgyi(text: str) -> None:
    assert to_unicode(text) == (text, False)


def test_zawgyi_is_converted() -> None:
    text, was = to_unicode("ကၽြန္ေတာ္တို႔ကို ကယ္ပါ ျမဝတီမွာ")
    assert was and "မြဝတီ" in text and "ကျွန်တော်" in text
