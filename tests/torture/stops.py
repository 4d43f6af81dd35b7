"""Many people who write STOP, each in a spelling of their own: from then on nothing may reach them. The same draws for the same seed."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.flows.keywords import toneless
from tests.fixtures.hotline import Hotline

WORDS = {
    "en": ("stop", "stop all", "unsubscribe", "opt out", "stop messages", "don't write"),
    "km": ("ឈប់", "បញ្ឈប់", "សូមឈប់", "ឈប់ផ្ញើ", "កុំផ្ញើ"),
    "lo": ("ຢຸດ", "ຢຸດສົ່ງ", "ກະລຸນາຢຸດ", "ຢ່າສົ່ງມາ"),
    "my": ("ရပ်", "ရပ်ပါ", "ရပ်တန့်", "မပို့ပါနဲ့", "ရပ္", "ရပ္ပါ"),
    "th": ("หยุด", "หยุดส่ง", "หยุดครับ", "หยุดค่ะ", "เลิกส่ง"),
    "vi": ("dừng", "dừng lại", "ngừng", "ngưng", "hủy tin", "đừng nhắn nữa"),
    "zh": ("停止", "停", "退订", "退訂", "停止发送", "不要发了"),
}
NO_STOP = (
    "please stop him, he beats my sister",
    "សូមជួយបញ្ឈប់គាត់ គាត់វាយបងស្រីខ្ញុំ",
    "ຊ່ວຍຢຸດລາວແດ່ ລາວຕີເອື້ອຍຂ້ອຍ",
    "သူ့ကို ရပ်ခိုင်းပေးပါ၊ သူ ကျွန်မအစ်မကို ရိုက်နေတယ်",
    "ช่วยหยุดเขาด้วย เขาตีพี่สาวฉัน",
    "làm ơn ngăn hắn dừng lại, hắn đánh chị tôi",
    "请让他停止打我姐姐",
)
YES = ("YES", "yes.", "Ｙｅｓ", "Y E S", "yes yes", "ok", "UNSTOP", "បាទ", "ចាស", "ແມ່ນ", "ဟုတ်ကဲ့", "ใช่", "ค่ะ", "vâng", "CO", "dạ", "是的", "好")
BEFORE = ("", " ", "\n", "(", "«", "...", '"', "\u200b", "\ufeff", "🙏 ", "🛑", "-", "*", "“", "¡")
AFTER = ("", ".", "!", "!!!", "?", " !", "…", "。", "！", "។", "။", ")", "\r\n", "\u200b", " \ufeff", " 🙏", "🛑🛑", "😡", " 👍🏽", " ❤️", ",", "~", "*", "”")
CASES: Sequence[Callable[[str], str]] = (str, str.upper, str.lower, str.title, str.swapcase)
TOLD, NUMBER = "they keep my passport in Phnom Penh, sample {} of stops", "+85512{:06d}"


def _wide(word: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" if char == " " else char for char in word)


def letters(word: str) -> list[str]:
    """The letters of a word, each with its marks."""
    found: list[str] = []
    for char in word:
        if found and unicodedata.category(char)[0] == "M":
            found[-1] += char
        else:
            found.append(char)
    return found


def _apart(rng: random.Random, word: str) -> str:
    return word if " " in word or "'" in word else rng.choice((" ", ".", "-", "  ", "_", " . ")).join(letters(word))


def _twice(rng: random.Random, word: str) -> str:
    return rng.choice((" ", ", ", "! ", "\n")).join([word] * rng.randint(2, 3))


def spelling(rng: random.Random, lang: str) -> str:
    """STOP as somebody may write it: case, width, blanks between letters, repeated, without tone marks, decomposed, with signs around."""
    word = rng.choice(CASES)(rng.choice(WORDS[lang]))
    shape = rng.randrange(7)
    if shape == 0:
        word = _wide(word)
    elif shape == 1:
        word = _apart(rng, word)
    elif shape == 2:
        word = _twice(rng, word)
    elif shape == 3:
        word = toneless(word.lower())
    elif shape == 4:
        word = unicodedata.normalize("NFD", word)
    return rng.choice(BEFORE) + word + rng.choice(AFTER)


def spellings(seed: int, count: int) -> list[str]:
    """So many different spellings, the languages in turns."""
    rng, langs, found = random.Random(seed), list(WORDS), dict[str, None]()
    while len(found) < count:
        found.setdefault(spelling(rng, langs[len(found) % len(langs)]))
    return list(found)


def run(hotline: Hotline, seed: int, count: int, base: int = 500_000) -> dict[str, Any]:
    """Everybody tells something, then says STOP; then the desk tries to answer each. What was heard, and what left all the same."""
    said = {NUMBER.format(base + at): text for at, text in enumerate(spellings(seed, count))}
    with ThreadPoolExecutor(4) as many:
        codes = set(many.map(lambda number: hotline.sms(TOLD.format(number), sender=number).status_code, said))
        before = {number: len(hotline.twilio.to(number)) for number in said}
        codes |= set(many.map(lambda pair: hotline.sms(pair[1], sender=pair[0]).status_code, said.items()))
    assert codes == {200}, codes
    refs = {case["texts"][0]: case["ref"] for case in hotline.cases() if case["texts"]}
    session = hotline.login("kh")
    taken = [number for number in said if hotline.act(session, refs[TOLD.format(number)], "reply", text="Are you there?").status_code != 409]
    time.sleep(2)
    left = [number for number in said if len(hotline.twilio.to(number)) > before[number]]
    deaf = [said[number] for number in dict.fromkeys([*taken, *left])]
    return {"spellings": len(said), "deaf": deaf, "left": len(left), "kept": not deaf}
