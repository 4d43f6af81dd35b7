"""One normal form for everything that is matched: idempotent, and never longer than a message needs. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# Zero-width and direction marks, soft hyphen, byte order mark; tags and variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}|([!?.,~…။၊।。！？])\2{1,}")
_SPACE = re.compile(r"\s+")
# Letters that people and keyboards write in two ways.
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def normalise(text: str) -> str:
    """NFC without unseen characters, native and full-width digits as ASCII, letters repeated at most twice, one blank between words."""
    text = _CONTROL.sub(" ", text)
    text = _UNSEEN.sub("", text)
    text = unicodedata.normalize("NFC", text).translate(_SAME)
    text = text.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3").replace("ຫນ", "ໜ").replace("ຫມ", "ໝ")
    text = text.translate(_PLAINED)
    text = _REPEATED.sub(lambda m: (m.group(1) or m.group(2)) * (2 if m.group(1) else 1), text)
    text = unicodedata.normalize("NFC", text)
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower case without accents on Latin letters; every character stays at its place."""
    return text.translate(_FOLDED)


class _Table(dict[int, str]):
    """What each character becomes; kept when first met, but not for all of Unicode: a message may hold anything."""

    KEPT = 20_000

    def __init__(self, work: Callable[[str], str], known: dict[int, str] | None = None) -> None:
        super().__init__(known or {})
        self._work = work

    def __missing__(self, code: int) -> str:
        found = self._work(chr(code))
        if len(self) < self.KEPT:
            self[code] = found
        return found


def _folded(char: str) -> str:
    base = char if char < "\x80" else unicodedata.normalize("NFD", char)[0]
    return base.lower() if base < "\u0250" else char


def _plain(char: str) -> str:
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    if char > "\u0660" and unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    return char


_FOLDED = _Table(_folded, str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "ı": "i", "ß": "s", "ø": "o", "ł": "l"}))
_PLAINED = _Table(_plain)
