"""How long a text is as an SMS (GSM 03.38; UCS-2 where a character is not in it)."""

from __future__ import annotations

from collections.abc import Sequence

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")

MAX_UCS2 = 201  # three parts of 67
KEYS = 12  # room for "0 skip" or "5 more" in any language


def is_gsm7(text: str) -> bool:
    """True where the text goes out in the 7-bit alphabet."""
    return all(char in _BASIC or char in _EXTENDED for char in text)


def length(text: str) -> int:
    """Septets in GSM-7, 16-bit units in UCS-2."""
    if is_gsm7(text):
        return sum(2 if char in _EXTENDED else 1 for char in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many SMS the text is."""
    single, joined = (160, 153) if is_gsm7(text) else (70, 67)
    size = length(text)
    return 1 if size <= single else -(-size // joined)


def fits_one_page(text: str, labels: Sequence[str]) -> bool:
    """True where a question and its numbered options are at most three UCS-2 parts (GSM-7 always fits)."""
    whole = " ".join([text, *(f"{at} {label}" for at, label in enumerate(labels, 1))])
    return is_gsm7(whole) or length(whole) + KEYS <= MAX_UCS2
