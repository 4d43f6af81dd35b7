"""Burmese writing by syllables: how a name of elsewhere sounds, however it is spelt. Pure.

A syllable is its first sound, its vowel and its last sound, each onto a class: ဘန်, ဗန်, ပမ် and ဖင် are one. Foreign names in
Burmese letters have no standard spelling; two writings of one name meet here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Bearer = TypeVar("Bearer")

SYLLABLE = re.compile(r"[က-ဪဿ၎](?:္[က-အ])*[ျ-ှ]*[ါ-ဲံ့း]*(?:[က-အ]့?်[့း]*)*[ါ-ဲံ့း]*်?[ံ့း]*")
_FIRST = dict(zip("ကခဂဃငစဆဇဈသဿတထဒဓဋဌဍဎနဏညဉပဖဗဘမယရလဠဝဟအဥဦဩဪဧဣ", "KKKKGSSSSSSTTTTTTTTNNNNPPPPMYYLLWHAAAAAAA", strict=True))
_LAST = dict(zip("နမဏဉငညကတပစဂဒဗဘဋသရလယဝဖထခ", "NNNNNITTTTTTTTT---EOTTT", strict=True))
_BREAK = re.compile("[က-အ]")

APART = " ,.!?;:()၊။'\"/-"
PARTICLE = re.compile("\\s?(?:မှာ|က(?![က-အ]?[့း]?်)|ဘက်|မြို့|ခရိုင်|ပြည်နယ်|နယ်စပ်|ထဲ|ကို|ရောက်|နား|အနား|ဈေး|ဆိပ်ကမ်း|တောင်|ကျွန်း|စက်ရုံ)")


def syllables(text: str) -> list[tuple[str, int, int]]:
    """(sound, start, end) of every Burmese syllable, in order."""
    return [(_sound(m.group()), m.start(), m.end()) for m in SYLLABLE.finditer(text)]


def _sound(syllable: str) -> str:
    first, rest = syllable[0], syllable[1:]
    head = _FIRST.get(first, "A")
    if first in "ကခဂ" and rest[:1] in ("ျ", "ြ") and rest[:1]:
        head = "S"
    if first in "ရယလ" and "ှ" in rest[:2]:
        head = "S" if first == "ရ" else head
    last = ""
    for at, char in enumerate(rest):
        if _BREAK.match(char):
            last = _LAST.get(char, "-")
            if char == "္":
                break
            rest = rest[:at] + "|" + char
            break
    if "ံ" in rest:
        last = "N"
    return head + _vowel(rest, last)


def _vowel(rest: str, last: str) -> str:
    if "ို" in rest:
        return "I" + last if rest.endswith(("|င", "|က")) else "O" + last.replace("T", "")
    if "ော" in rest or "ေါ" in rest:
        return "O" + last.replace("T", "")
    if "ု" in rest or "ူ" in rest or "ွ" in rest and last:
        return "O" + last.replace("T", "") if last else "U"
    if "ိ" in rest or "ီ" in rest or last == "I" or rest.endswith(("|င", "|စ")):
        return "i" + last.replace("I", "")
    if "ေ" in rest or "ဲ" in rest or last == "E":
        return "e" + last.replace("E", "")
    return "a" + last.replace("-", "")


class SyllableIndex(Generic[Bearer]):
    """Names by the sound of their syllables; each with whoever bears it, those entered first alone having it."""

    def __init__(self) -> None:
        self._names: dict[str, Bearer] = {}
        self._sizes: dict[str, list[int]] = {}

    def add(self, name: str, bearer: Bearer) -> None:
        """Enters a name of two syllables and more."""
        said = [sound for sound, _, _ in syllables(name)]
        key = " ".join(said)
        if len(said) < 2 or key in self._names:
            return
        self._names[key] = bearer
        sizes = self._sizes.setdefault(" ".join(said[:2]), [])
        if len(said) not in sizes:
            sizes.append(len(said))
            sizes.sort(reverse=True)

    def find(self, text: str, home: Callable[[Bearer], bool]) -> Iterator[tuple[Bearer, int, int, bool]]:
        """(bearer, start, end, sure) of every name heard, the longest at each place.

        `home` tells the names of Myanmar itself, which people know how to write: those are heard from three syllables on, and are
        sure from four. Others of two syllables need to stand apart, for such sounds are everywhere.
        """
        said = syllables(text)
        at = 0
        while at < len(said) - 1:
            step = 1
            for size in self._sizes.get(f"{said[at][0]} {said[at + 1][0]}", ()):
                part = said[at : at + size]
                bearer = self._names.get(" ".join(sound for sound, _, _ in part))
                if bearer is not None and part[-1][2] - part[0][1] <= sum(end - start for _, start, end in part) + size - 1:
                    start, end = part[0][1], part[-1][2]
                    apart = not home(bearer) and _stands_apart(text, start, end)
                    if size > 2 or apart:
                        yield bearer, start, end, size > 3 or size == 3 and apart
                        step = size
                        break
            at += step


def _stands_apart(key: str, start: int, end: int) -> bool:
    """A short Burmese name that is only heard: first of its phrase, with a particle of place behind it."""
    return (start == 0 or key[start - 1] in APART) and PARTICLE.match(key, end) is not None
