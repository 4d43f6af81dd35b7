"""What a message speaks of: concepts found by their words, with negation, idioms and threats taken care of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.simplified import simplified
from triage.text import fold, normalise

LATIN = ("en", "vi", "rom")
TELLING = frozenset("cứu giúp nhốt trốn trói bán đánh chết tuyển nghi đòi ép".split())
STACKED = "(?<![\u17d2\u1039])"
GOES_ON = "(?![\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3])"
# What a negation just before it takes away ("nobody is hurt", "không bị đánh"); never "cannot leave" or "not paid".
NEGATED = ("hurt", "rape", "locked", "sold", "threat", "forced")
NEGATION = re.compile(
    r"(?:\bno one|\bnobody|\bnone of us|\bnever|\bnot|n't|\bwithout|\bno longer|\bkhong(?: co)?(?: ai)?|\bko|\bchua|\bkhông(?: có)?(?: ai)?|\bchưa|\bđừng)"
    r"(?: (?:is|are|was|were|be|been|being|get|got|gets|yet|really|bi|bị|to|ever|has|have|here|of|us|do|does|did|phải|phai)){0,3} $"
)
# Numbers of years under 18, with the word for years of each language.
AGE = re.compile(
    r"(?<!\d)(?:\d\d?\s?[-,–]\s?)?(1[0-7]|[4-9])\s?(?:-\s?)?(?:tuoi|tuổi|t\b|years? old|year-old|yrs? old|yr old|yo\b|y/o|y\.o|years? of age|岁|歲|ឆ្នាំ|ปี|ขวบ|ປີ|ขวบปี|နှစ်|chhnam|chnam|pi\b|khuap|hnit)"
    r"|(?:age|aged|tuoi|tuổi|อายุ|ອາຍຸ|អាយុ|အသက်|年仅|才|今年|ayu|a yu|athet|only)\s?(?:only |just |mới |moi |แค่|ພຽງ|ត្រឹម|ទើប|តែ|เพียง|ประมาณ|ราว|ປະມານ|ប្រហែល)?\s?(1[0-7]|[4-9])(?!\d|\s?(?:giờ|gio|hours|ชั่วโมง|ຊົ່ວໂມງ|ម៉ោង|နာရီ|小时|个月|months|tháng|thang|ខែ|เดือน|ເດືອນ|လ|days|ngày|天|วัน|ថ្ងៃ|ມື້|ရက်|people|người|คน|ຄົນ|នាក់|人|ယောက်))"
)
# "For two years": a span, not an age.
SPAN = re.compile(r"(?:for|since|in|already|được|duoc|đã|da|hơn|hon|มา|ໄດ້|បាន|ရှိပြီ|已经|了|整整|干了|มาแล้ว)\s?$")
# A phrase that only a crying person writes, even with nothing else.
CRY = re.compile(
    r"save (?:me|us)|help (?:me|us)|sos|rescue (?:me|us)|cứu (?:tôi|em|với|mạng|con|chúng)|cuu (?:toi|em|voi|mang|con)|救命|救我|救救|求救|ช่วยด้วย|ช่วยหนูด้วย|ช่วยชีวิต|ຊ່ວຍແດ່|ຊ່ວຍດ້ວຍ|ຊ່ວຍຊີວິດ"
    r"|ជួយផង|ជួយខ្ញុំ|ជួយសង្គ្រោះ|ជួយជីវិត|ကယ်ပါ|ကယ်ကြပါ|ကယ်တင်|chuoy phong|suay dae|chuay duay|kae par|kal par"
)
WORKS = re.compile(
    r"\bwork|\bfarm|plantation|cutting|\bjob\b|karaoke|factory|bar\b|massage|làm|lam viec|lam o|di lam|quán|ทำงาน|ร้าน|โรงงาน|คาราโอเกะ|ເຮັດວຽກ|ຮ້ານ|ໂຮງງານ|ធ្វើការ|ខារ៉ាអូខេ|រោងចក្រ|ហាង|အလုပ်|ဆိုင်|စက်ရုံ|ကာရာအိုကေ|上班|打工|做工|干活|工厂|会所|饭店|ktv|足浴|按摩"
)
# The person who writes is the one it is done to: "beats me", "my age is 15".
SELF_HURT = re.compile(
    r"\b(?:beat|hit|hurt|lock|sell|force|rape|threaten|kick|burn|touch|keep|drug|chase|trick|kidnap)\w* (?:me|us)\b|\bi am (?:only )?1[0-7]\b"
    r"|(?:đánh|nhốt|bán|ép|bắt|hiếp|lừa|dọa|doạ|giam|danh|nhot|lua) (?:tôi|em|con|mình|tụi em|chúng em|chúng tôi|toi)(?! (?:gái|trai|gai|tôi|em|rể))\b"
    r"|(?:打|关|锁|卖|逼|电|威胁|强奸|扣)(?:我|俺)(?:们)?(?![妹弟姐哥妈爸儿女老朋表侄同丈妻爹娘])|我今年1[0-7]|我才1[0-7]"
    r"|(?:ตี|ขัง|ขาย|บังคับ|ขู่|ทำร้าย|ข่มขืน|หลอก)(?:หนู|ผม|ฉัน|พวกเรา|พวกหนู)|(?:^|\s)(?:หนู|ผม|ฉัน)อายุ"
    r"|(?:វាយ|លក់|បង្ខំ|ចាក់សោ|គំរាម|រំលោភ|ចាប់)(?:ខ្ញុំ|យើង|ពួកយើង)|(?:^|\s)ខ្ញុំអាយុ|^ខ្ញុំនៅ"
    r"|(?:ຕີ|ຂັງ|ຂາຍ|ບັງຄັບ|ຂູ່|ຂົ່ມຂືນ|ຊັອດ)(?:ຂ້ອຍ|ພວກເຮົາ|ພວກຂ້ອຍ)|(?:^|\s)ຂ້ອຍອາຍຸ|(?:ကျွန်မ|ကျွန်တော်|ကျနော်|ကျမ|ငါ)(?:တို့)?ကို"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found at [start, end) of the normalised text."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signals:
    """The concepts of a message, each with the words that showed it."""

    found: Mapping[str, tuple[str, ...]]

    def __contains__(self, concept: object) -> bool:
        return concept in self.found


class Lexicon:
    """Finds concepts; built once from the word lists of all languages."""

    def __init__(self, words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._exact = {lang: {c: _pattern(lang, w, folded=False) for c, w in concepts.items()} for lang, concepts in words.items()}
        self._folded = {c: _pattern("vi", w, folded=True) for c, w in words.get("vi", {}).items()}

    def read(self, text: str, lang: str) -> Signals:
        """The signals of a normalised text in this language."""
        seen = simplified(text.lower()) if lang == "zh" else text.lower()
        if len(seen) != len(text):
            seen = text
        hits: list[Hit] = []
        for patterns, source in self._sources(seen, lang):
            hits += _find(patterns, source, lang)
        hits = _settle(hits)
        found: dict[str, list[str]] = {}
        for hit in hits:
            found.setdefault(hit.concept, []).append(text[hit.start : hit.end].strip())
        _add_derived(found, seen)
        return Signals({concept: tuple(dict.fromkeys(words)) for concept, words in found.items()})

    def _sources(self, seen: str, lang: str) -> Iterable[tuple[Mapping[str, re.Pattern[str]], str]]:
        folded = fold(seen)
        if lang == "vi":
            plain = sum(char > "\x7f" for char in seen) < 2
            yield (self._folded, folded) if plain else (self._exact["vi"], seen)
        elif lang in self._exact:
            yield self._exact[lang], folded if lang == "en" else seen
        if lang in ("km", "lo", "th", "my") and sum("a" <= char <= "z" for char in folded) > 8:
            yield self._exact["rom"], folded


def _pattern(lang: str, words: tuple[str, ...], folded: bool) -> re.Pattern[str]:
    forms = {normalise(word).lower() for word in words}
    if folded:
        # Without accents a short syllable is several words (no: nó, nợ, nỡ); only telling ones are read so.
        forms = {fold(word) for word in forms if word.isascii() or " " in word or len(word) > 4 or word in TELLING}
    ordered = sorted(forms, key=len, reverse=True)
    if lang not in LATIN:
        # A word does not end before a vowel sign or begin under a stacked letter: that is another syllable.
        # `~` stands for a few letters: ติดต่อ~ไม่ได้ also finds ติดต่อแม่ไม่ได้.
        gapped = "|".join(re.escape(word).replace("\\~", "~").replace("~", ".{0,14}?") for word in ordered)
        return re.compile(f"{STACKED}(?:{gapped}){GOES_ON}" if ordered else r"(?!)")
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\~", ".{0,24}?") for word in ordered]
    marks, parts = [part for part in parts if not re.search(r"[\w*]$", part)], [part for part in parts if re.search(r"[\w*]$", part)]
    return re.compile("|".join([r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", *marks]))


def _find(patterns: Mapping[str, re.Pattern[str]], source: str, lang: str) -> list[Hit]:
    masked = source
    for concept in ("idiom", "not"):
        pattern = patterns.get(concept)
        if pattern is not None:
            masked = pattern.sub(lambda m: "\0" * len(m.group()), masked)
    hits = []
    for concept, pattern in patterns.items():
        for match in pattern.finditer(source if concept in ("idiom", "not") else masked):
            if concept in NEGATED and lang in LATIN and NEGATION.search(source[max(0, match.start() - 34) : match.start()]):
                continue
            hits.append(Hit(concept, match.start(), match.end()))
    return hits


def _settle(hits: list[Hit]) -> list[Hit]:
    """Drops violence that is only threatened: "said they will kill" is a threat, not a killing."""
    longer = [h for h in hits if h.concept in ("threat", "ransom", "die")]
    return [
        h
        for h in hits
        if not (h.concept == "hurt" and any(o.start <= h.start and h.end <= o.end and o.end - o.start > h.end - h.start for o in longer))
    ]


def _add_derived(found: dict[str, list[str]], seen: str) -> None:
    age = AGE.search(seen)
    if age is not None and not SPAN.search(seen[max(0, age.start() - 10) : age.start()]):
        found.setdefault("minor", []).append(age.group())
    if "child" in found:
        found.setdefault("minor", []).extend(found["child"])
    cry = CRY.search(seen)
    if cry is not None:
        found.setdefault("cry", []).append(cry.group())
    mine = SELF_HURT.search(seen)
    if mine is not None:
        found.setdefault("self_hurt", []).append(mine.group())
    works = WORKS.search(seen)
    if works is not None:
        found.setdefault("works", []).append(works.group())
