"""Names of elsewhere as a Burmese speaker who hears them writes them, from their Latin spelling. Used by the build alone."""

from __future__ import annotations

import re

from triage.text import fold

_ONSET = "khw|khr|khl|phr|phl|thr|kr|kl|kw|pr|pl|tr|sr|ny|ng|kh|ph|th|ch|sh|zh|gi|nh|[bcdfghjklmnpqrstvwxyz]"
_VOWEL = "ueai|uea|iao|oei|aeo|uai|ieu|iou|ia|ie|iu|ua|uo|ue|ui|oi|oe|ou|eo|eu|ei|ea|ae|ai|ay|ao|au|aw|oo|ee|[aeiouy]"
_CODA = r"ng(?![aeiou])|nh(?![aeiou])|n(?![gh])|[kpct](?![h])|ch|[mslrbd]"
_SYLLABLE = re.compile(rf"({_ONSET})?({_VOWEL})((?:{_CODA})(?=(?:{_ONSET})(?:{_VOWEL})|$))?")
_LETTER = {
    "khw": "ခ", "khr": "ခရ", "khl": "ခလ", "phr": "ဖရ", "phl": "ဖလ", "thr": "ထရ", "kr": "ကရ", "kl": "ကလ", "kw": "က", "pr": "ပရ", "pl": "ပလ",
    "tr": "တရ", "sr": "ဆရ", "ny": "ည", "ng": "င", "kh": "ခ", "ph": "ဖ", "th": "ထ", "ch": "ချ", "sh": "ရှ", "zh": "ကျ", "gi": "ဂျ", "nh": "ည",
    "b": "ဘ", "c": "က", "d": "ဒ", "f": "ဖ", "g": "ဂ", "h": "ဟ", "j": "ဂျ", "k": "က", "l": "လ", "m": "မ", "n": "န", "p": "ပ", "q": "ချ", "r": "ရ",
    "s": "ဆ", "t": "တ", "v": "ဗ", "w": "ဝ", "x": "ရှ", "y": "ယ", "z": "ဇ", "": "အ",
}  # fmt: skip
_OPEN = {
    "a": "ာ", "i": "ီ", "ee": "ီ", "y": "ီ", "u": "ူ", "ou": "ူ", "oo": "ူ", "ue": "ူ", "eu": "ူ", "e": "ေ", "ei": "ေ", "ae": "ဲ", "ea": "ဲ", "o": "ို", "aw": "ော",
    "au": "ောင်", "ao": "ောင်", "ai": "ိုင်", "ay": "ိုင်", "oe": "ို", "ia": "ီယာ", "ie": "ီယာ", "ua": "ွာ", "uo": "ို", "oi": "ွိုင်", "ui": "ွီ", "oei": "ွေ",
    "iao": "ျောင်", "aeo": "ဲ", "eo": "ီယို", "iu": "ူ", "uea": "ူအာ", "uai": "ွိုင်", "ueai": "ွေ", "ieu": "ျူ", "iou": "ျူ",
}  # fmt: skip
_NASAL = {"a": "န်", "i": "င်", "ee": "င်", "y": "င်", "e": "ိန်", "ae": "ဲန်", "ea": "န်", "u": "ွန်", "ou": "ွန်", "oo": "ွန်", "o": "ွန်", "ia": "ီယန်", "ie": "ီယန်",
          "ua": "ွန်", "uo": "ွန်", "uea": "န်", "ue": "ုန်", "eu": "ုန်", "oe": "ိုန်", "ai": "ိုင်း", "au": "ောင်", "ao": "ောင်"}  # fmt: skip
_STOP = {"a": "တ်", "i": "စ်", "ee": "စ်", "y": "စ်", "e": "က်", "ae": "က်", "ea": "က်", "u": "ုတ်", "ou": "ုတ်", "oo": "ုတ်", "o": "ော့", "ia": "ီယက်", "ie": "ီယက်",
         "ua": "ွတ်", "uo": "ွတ်", "uea": "ီယက်", "ue": "ုတ်", "eu": "ုတ်", "oe": "ိုတ်", "au": "ောက်", "ao": "ောက်", "ai": "ိုက်"}  # fmt: skip


def burmese(name: str) -> str:
    """The name in Burmese letters; empty where its Latin spelling cannot be read aloud. Tested by ear only, never a standard."""
    said = []
    for word in re.findall("[a-z]+", fold(name).replace("'", "")):
        at = 0
        while at < len(word):
            match = _SYLLABLE.match(word, at)
            if match is None:
                return ""
            onset, vowel, coda = (part or "" for part in match.groups())
            said.append(_LETTER[onset] + _rime(vowel, coda))
            at = match.end()
    return "".join(said) if len(said) > 1 else ""


def _rime(vowel: str, coda: str) -> str:
    if coda == "ng" and vowel in ("o", "aw"):
        return "ောင်"
    if coda in ("ng", "n", "m", "nh", "l"):
        return _NASAL.get(vowel, _OPEN[vowel])
    return _STOP.get(vowel, _OPEN[vowel]) if coda else _OPEN[vowel]
