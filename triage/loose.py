"""Spelling as it sounds: two writings of one name come out the same. For names in the scripts of the region. Pure."""

from __future__ import annotations

import re

# Letters of one sound, each onto the commonest; what is not written by everybody goes.
_THAI = (
    "ศสษส ณน ญย ฎด ฏต ฐท ถท ธท ฑท ฒท ฬล ภพ ผพ ฆค ขค ฃค ฅค ฌช ฉช ไใ ฟพ ฝพ ฤร ีิ ืึ ูุ".split(),
    "่้๊๋์็ะัํๆฯ",
)
_LAO = ("ຣລ ໄໃ ໜນ ໝມ ຝຟ ຖທ ຜພ ຂຄ ສຊ ີິ ືຶ ູຸ ຽຍ".split(), "່້໊໋໌ະັົໍ໌ໆຫ")
_KHMER = ("ឋថ ណន ឡល ឌដ ឍធ ភព ផព ឆច ខគ ឈជ ឃគ ញន ឧុ ឫរ ឬរ ីិ ឹិ ឺិ ូុ ួុ េែ ៃែ ើែ ោៅ ៀិ ឿិ ឥិ ឪៅ ឱៅ ឯែ".split(), "់៉៊័៌៍៏្៎ៈ័ៗា")
_BURMESE = (
    "ဏန ဋတ ဌထ ဍဒ ဎဓ ဠလ ဿသ ဓဒ ဘဗ ဖပ ထတ ဂက ခက ဃက ဇစ ဆစ ဈစ ီိ ူု ဥု ဦု ဩော ွှ ျြ ယြ".split(),
    "့း်္ါာဲံ၊ှ",
)
_SAME: dict[int, str | None] = {}
for _pairs, _silent in (_THAI, _LAO, _KHMER, _BURMESE):
    _SAME |= {ord(pair[0]): pair[1] for pair in _pairs if len(pair) == 2}
    _SAME |= {ord(char): None for char in _silent}
_SAME |= {ord("-"): None, ord("\u200b"): None}


def loose(text: str) -> tuple[str, list[int]]:
    """(the text as it sounds, for each of its letters the place in `text`)."""
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        same = _SAME.get(ord(char), char)
        if same and (not letters or letters[-1] != same):
            letters.append(same)
            places.append(at)
    return "".join(letters), places


def sound(name: str) -> str:
    """A name as it sounds."""
    return loose(name.replace(" ", ""))[0]


_TO_LAO = str.maketrans(
    "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไ่้๊๋็",
    "ກຂຄຄງຈສຊຊຊຍດຕຖທທນດຕຖທທນບປຜຝພຟພມຍລລວສສສຫລອຮະັາຳິີຶືຸູເແໂໃໄ່້໊໋ັ",
)


# Consonants that end a syllable and sound like another one: สัตหีบ is heard as ສັດຫີບ.
_END = dict.fromkeys("ตทธศสษจชซถฐฎฏฑฒ", "ด") | dict.fromkeys("พปภฟ", "บ") | dict.fromkeys("รลญณฬ", "น") | dict.fromkeys("ขค", "ก")
_ENDS = re.compile(f"(?<=[ัาีิูุึื])[{''.join(_END)}](?=$|[ก-ฮ](?!์)|[เแโใไ])")


def thai_in_lao(name: str) -> str:
    """A Thai name as somebody who reads Lao would spell it; silent letters gone."""
    said: list[str] = []
    for char in name:
        if char == "์":
            while said and said[-1] in "ิุ":
                said.pop()
            if said:
                said.pop()
        elif char != "ฯ":
            said.append(char)
    plain = _ENDS.sub(lambda m: _END[m.group()], "".join(said))
    plain = plain.replace("รร", "ัน").replace("ทร", "ซ").replace("ศร", "ส").replace("สร", "ส").replace("ฤ", "รึ")
    return plain.translate(_TO_LAO)


_TO_THAI = str.maketrans(
    "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະັາຳິີຶືຸູເແໂໃໄ່້໊໋ົຽໜໝ",
    "กขคงจสซยดตถทนบปผฝพฟมยรลวหอฮะัาำิีึืุูเแโใไ่้๊๋็ยนม",
)


def lao_in_thai(name: str) -> str:
    """A Lao name as somebody who reads Thai would spell it."""
    return name.replace("ົ", "").replace("ໍ", "อ").translate(_TO_THAI)


_TONE_AT = dict(
    zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(), "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split(), strict=True)
)
_TONES = re.compile("(?<!q)(?:" + "|".join(_TONE_AT) + r")(?!\w)")


def toned(name: str) -> str:
    """Viet Nam's two ways to place a tone mark as one: hoà and hòa, thuỷ and thủy."""
    return _TONES.sub(lambda m: _TONE_AT[m.group()], name)
