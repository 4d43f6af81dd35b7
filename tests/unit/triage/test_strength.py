"""Passwords that are known, obvious or near are refused in kind words; any long one that is not is fine, whatever it is made of."""

from __future__ import annotations

import contextlib
import time

import pytest

from triage import strength
from triage.strength import GOOD, KNOWN, LENGTH, NEAR
from triage.values import NotAllowed

ABOUT = ("sokha.chan@example.org", "Sokha Chan", "kh", "Cambodia desk")


@pytest.mark.parametrize("password", ["", "short", "x7-Kq!93mZp", "\N{KHMER LETTER KA}" * 11, "x" * 257])
def test_length_is_the_one_rule(password: str) -> None:
    with pytest.raises(NotAllowed, match="12 to 256"):
        strength.check(password)
    assert LENGTH.startswith("A password has 12 to 256")


@pytest.mark.parametrize(
    "password",
    ["password1234", "Password1234!", "123456789012", "qwertyuiop123", "1q2w3e4r5t6y", "iloveyou12345", "P@ssw0rd2026!", "aaaaaaaaaaaaaaaa",
     "bangkokbangkok", "abcdefghijklm", "football12345", "drowssap4321"],
)  # fmt: skip
def test_what_everybody_tries_is_refused(password: str) -> None:
    with pytest.raises(NotAllowed) as told:
        strength.check(password)
    assert str(told.value) == KNOWN and "guess" in KNOWN


@pytest.mark.parametrize("password", ["mekong-hotline-2026", "Sokha-Chan-2026", "SOKHAsokhaCHAN1", "cambodia desk 1", "hotline.example.org", "Hotline Cambodia!"])
def test_what_is_known_of_the_person_or_the_desk_does_not_count(password: str) -> None:
    with pytest.raises(NotAllowed) as told:
        strength.check(password, ABOUT)
    assert str(told.value) in (NEAR, KNOWN)


def test_the_same_words_are_fine_for_who_has_nothing_to_do_with_them() -> None:
    assert strength.check("Sokha-Chan-2026", ("other@example.org", "Other")) in GOOD
    with pytest.raises(NotAllowed, match="knows you"):
        strength.check("Sokha-Chan-2026", ABOUT)


@pytest.mark.parametrize(
    "password",
    ["lantern otter tuesday gravel", "nocapitalsordigitshere", "สวัสดีปลาทูขี่ม้า", "ຊ້າງກິນກ້ວຍຢູ່ວຽງຈັນ", "ပုဇွန်ထောပတ်သီးမိုးတိမ်", "con trâu ăn cỏ non", "x" * 40 + "lantern otter", "🐘🦆🌾🛶🥁🪷🐢🌧️🎋🍚🧵🪁"],
)
def test_any_kind_of_character_is_welcome_and_none_is_asked_for(password: str) -> None:
    assert strength.check(password, ABOUT) in GOOD


def test_it_takes_no_noticeable_time_however_odd_the_password() -> None:
    began = time.process_time()
    for odd in ("x" * 256, "pass" * 64, "1234567890" * 25, "@$!0" * 64, "".join(map(chr, range(0x1780, 0x1880)))):
        with contextlib.suppress(NotAllowed):
            strength.check(odd, (odd, *ABOUT))
    assert time.process_time() - began < 5
