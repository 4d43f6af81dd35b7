"""Marker words as patterns: what ends before a name, what starts after it, what is said anywhere. Pure.

Accents count where they are typed: a marker written with accents is met by the same accents or by none, word by word.
"""

from __future__ import annotations

import re

from triage.simplified import simplified
from triage.text import fold, normalise

WHOLE = "(?![\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3])"
BEFORE, AFTER = r"(?<![a-z0-9À-ỹ])", r"(?![a-z0-9À-ỹ])"
# What may stand between a marker and the name: an article, a kind of place.
KINDS = (
    "the |a |an |city of |province of |town of |district of |tinh |tỉnh |thanh pho |thành phố |tp |tp\\. ?|huyen |huyện |xa |xã |quan |quận "
    "|thi xa |thị xã |thi tran |thị trấn |khu |cua khau |cửa khẩu |dao |đảo |khet |khaet |srok |krong |muang |mueang |amphoe |changwat |khwaeng |myo "
    "|ខេត្ត|ក្រុង|ស្រុក|ខណ្ឌ|ភូមិ|ឃុំ|សង្កាត់|ទីក្រុង|រាជធានី|ច្រក|កោះ|ខាង|ប្រទេស|ແຂວງ|ເມືອງ|ນະຄອນຫຼວງ|ປະເທດ|ຝັ່ງ|ດ່ານ|ແຖວ"
    "|จังหวัด|อำเภอ|ตำบล|เมือง|ฝั่ง|ประเทศ|อ\\.|จ\\.|ต\\.|แถว|เกาะ|ด่าน|ตลาด|กลาง|เขต"
)


def lower(text: str) -> str:
    """Lower case and simplified characters, accents kept; every character stays at its place."""
    return simplified("".join(low if len(low := char.lower()) == 1 else char for char in text))


def forms(words: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """(patterns of words in Latin letters, patterns of the others), the longest first."""
    plain = sorted({simplified(lower(normalise(word))) for word in words}, key=lambda word: (-len(word), word))
    latin = [" ".join(_either(part) for part in word.split(" ")) for word in plain if fold(word).isascii()]
    return latin, [re.escape(word) for word in plain if not fold(word).isascii()]


def _either(word: str) -> str:
    """The word with its accents, or with none at all."""
    bare = fold(word)
    return re.escape(word) if bare == word else f"(?:{re.escape(word)}|{re.escape(bare)})"


def ending(words: tuple[str, ...], blank: bool = True) -> re.Pattern[str]:
    """A marker that ends where the text ends; a kind of place may stand between, and blanks.

    Without `blank` not behind a marker in scripts that have none: 跳下去 波哥山 is a jump, and then a place.
    """
    latin, other = forms(words)
    parts = [rf"{BEFORE}(?:{'|'.join(latin)})(?=[\s:'\"(]|$)"] if latin else []
    other = [rf"(?:{'|'.join(other)})(?![\s])"] if other and not blank else other
    return re.compile(rf"({'|'.join(parts + other)})[\s:'\"(]*(?:{KINDS})?[\s]*$" if parts or other else r"(?!)")


def starting(words: tuple[str, ...]) -> re.Pattern[str]:
    """A marker that starts where the text starts."""
    latin, other = forms(words)
    parts = [rf"(?:{'|'.join(latin)}){AFTER}"] if latin else []
    # A vowel sign after it makes another word of it: မှ is "from", မှာ "in".
    return re.compile(rf"\s*({'|'.join(parts + other)}){WHOLE}" if parts or other else r"(?!)")


def anywhere(words: tuple[str, ...]) -> re.Pattern[str]:
    """A marker anywhere; a vowel sign or a tone after it makes another word of it: ຈິງບໍ is "true?", ຈິງບໍ່ມີ "truly not"."""
    latin, other = forms(words)
    parts = [rf"{BEFORE}(?:{'|'.join(latin)}){AFTER}"] if latin else []
    parts += [rf"(?:{'|'.join(other)}){WHOLE}"] if other else []
    return re.compile("|".join(parts) if parts else r"(?!)")
