"""The part a place plays: the words on its left and right, and what the whole message is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from config.gazetteer import Roles
from triage.markers import anywhere, ending, lower, starting
from triage.place_names import Found

CLAUSE = re.compile(r"(?:[,;!?\n。，！？；၊။៖។]|(?<!\b[a-z])\.(?!\w)| (?:but|and now|so|then|nhung|nhưng|roi|rồi) )")
LEFT_WINDOW = 44
ALONE = re.compile(r"[\s.,!?]|$")
NOUN_FIRST = re.compile("[\u0e00-\u0eff\u1780-\u17ff]")
NEAR = re.compile(
    r"^[\s,.;:/()'\"-]*(?:in |of |tinh |tỉnh |province |prov |city |state |จังหวัด|จ\.|อ\.|อำเภอ|ແຂວງ|ເມືອງ|ខេត្ត|ក្រុង|ស្រុក|省|市|县|ခရိုင်|မြို့|ပြည်နယ်|တိုင်း)?[\s,.]*$"
)
RIGHT_ROLES = ("plan", "here", "origin", "weak_origin", "go", "facing", "kind")
RIGHT_KIND = re.compile(r"^\s*(?:မြို့နယ်|မြို့|ပြည်နယ်|တိုင်း|ခရိုင်|省|市|县|州|province|city|town)\s*")
# Markers of a way taken, not of a birthplace: who is about to be moved from there is there.
FROM = frozenset(("ออกจาก", "ອອກຈາກ", "ចេញពី", "rời", "from", "out of", "ពី", "ຈາກ", "จาก", "từ", "tu", "从", "ကနေ", "ကေန", "မှ", "from the"))
# Who got away from there is near there still.
FLED = frozenset(
    ("escaped from", "ran from", "run from", "fled", "หนีจาก", "ໜີຈາກ", "រត់ចេញពី", "trốn khỏi", "tron khoi", "逃离", "逃出", "ran away from")
)
CALLED_FROM = ("from", "จาก", "ຈາກ", "ពី", "từ", "tu", "从", "來自", "来自")
LOCAL = ("now", "past", "self")
LEFT_ROLES = ("here", "home", "facing", "plan", "went", "go", "origin")
# How strongly each role says "there the person is now".
WEIGHT = {"here": 3.0, "there": 2.0, "unclear": 1.5, "weak_origin": 1.0, "home": 1.2, "married": 0.6}


@dataclass(frozen=True, slots=True)
class Part:
    """The role of one name, and how much it speaks for being where the person is now."""

    role: str
    weight: float
    time: float = 0.0  # now and formerly, as said between the names around it
    whose: float = 0.0  # a relative's place, or the writer's own
    clues: tuple[str, ...] = ()  # what else was read beside it: the marker's role, "done", "going", "arrived"


# A side of a border or a river, written as one with the name.
BESIDE = re.compile("ฝั่ง|ฟาก|ຝັ່ງ|ຟາກ|ខាង")


class RoleReader:
    """Reads roles by marker words; built once from the operators' lists."""

    def __init__(self, roles: Roles) -> None:
        self._left = {role: ending(words, role not in ("go", "facing")) for role, words in roles.left.items()}
        self._right = {role: starting(words) for role, words in roles.right.items()}
        self._any = {role: anywhere(words) for role, words in roles.anywhere.items()}

    def about(self, text: str) -> frozenset[str]:
        """What the whole message is about: held, gone, an offer, a question, the news, and so on."""
        low = lower(text)
        return frozenset(name for name, pattern in self._any.items() if name not in LOCAL and pattern.search(low))

    def read(self, text: str, found: list[Found], about: Set[str]) -> list[Part]:
        """A part for each name, in a message that is `about` these things: here, there (went), go (may go), origin, weak_origin, home, facing, street, nation, married, news, unclear, unsaid."""
        low = lower(text)
        parts: list[Part] = []
        for one, (first, last) in zip(found, self._groups(low, found), strict=True):
            before = found[first - 1].end if first else 0
            after = found[last + 1].start if last + 1 < len(found) else len(low)
            span = (found[first].start, found[last].end)
            parts.append(self._part(low, one, span, before, after, about, last > first))
        return parts

    def _groups(self, low: str, found: list[Found]) -> Iterator[tuple[int, int]]:
        """For each name, the first and the last of those that stand together and mean one place: a town, its province, its country."""
        first = 0
        for at in range(1, len(found) + 1):
            if at == len(found) or not self._same(low, found[at - 1], found[at]):
                yield from ((first, at - 1) for _ in range(first, at))
                first = at

    def _same(self, low: str, one: Found, other: Found) -> bool:
        if one.weak and other.weak or not NEAR.match(low[one.end : other.start]):
            return False
        ones = {row.subdivision for row in one.claims} | {one.subdivision}
        others = {row.subdivision for row in other.claims} | {other.subdivision}
        whole = not (one.subdivision and other.subdivision) and one.country == other.country
        return whole or bool((ones & others) - {None})

    def _part(self, low: str, one: Found, span: tuple[int, int], before: int, after: int, about: Set[str], grouped: bool) -> Part:
        start, end = span
        left = low[max(before, start - LEFT_WINDOW) : start]
        clause = CLAUSE.split(left)[-1]
        right = low[end : min(after, end + 18)]
        side, word = self._side(clause, right)
        alone = NOUN_FIRST.match(low[start]) and ALONE.match(low[end : end + 1]) and ALONE.match(low[max(0, start - 1) : start])
        if one.weak and not grouped and not alone and side not in ("here", "went", "go", "home", "kind") and len(low) - (end - start) > 8:
            return Part("unsaid", 0.0)
        role = self._role(low, one, start, clause, right, about, side, word)
        time, whose = self._time(low, start, end, before, after), self._whose(left, clause, about)
        return Part(role, self._weight(low, one, role, about, time, whose), time, whose, self._clues(low, start, clause, side, word))

    def _clues(self, low: str, start: int, clause: str, side: str, word: str) -> tuple[str, ...]:
        """For the model beside the roles: the marker, and what is read left of the name, whatever its role."""
        near = {
            "calling": self._any["calling"].search(clause),
            "done": self._any["done"].search(clause),
            "going": self._any["going"].search(_close(clause)),
            "arrived": self._any["arrived"].search(low[max(0, start - 70) : start]),
        }
        way = ("way",) if word in FROM else ()
        return (f"side={side}", f"marker={word}", *way, *(f"near={name}" for name, match in near.items() if match))

    def _weight(self, low: str, one: Found, role: str, about: Set[str], time: float, whose: float) -> float:
        weight = WEIGHT.get(role, 0.0)
        if role == "home" and about & {"held", "gone", "lost"}:
            weight = 0.0
        tale = "returned" in about and "held" not in about and self._any["past"].search(low) is not None
        if tale and time <= 0:
            return 0.0  # a tale that ended well: where it was is not where they are
        return weight + time + whose + (2.2 if one.subdivision else 0.0) if weight else 0.0

    def _time(self, low: str, start: int, end: int, before: int, after: int) -> float:
        """Now and formerly, said between the names around it."""
        left, right = low[max(before, start - 70) : start], CLAUSE.split(low[end : min(after, end + 30)])[0]
        now, past = _last(self._any["now"], left), _last(self._any["past"], left)
        if now >= 0 and now >= past:
            return 2.0
        if past >= 0 or self._any["past"].search(right):
            return -2.0
        return 1.0 if self._any["now"].search(right) else 0.0

    def _whose(self, left: str, clause: str, about: Set[str]) -> float:
        """A relative's place counts more than the writer's own."""
        if "kin" not in about:
            return 0.0
        kin, me = _last(self._any["kin"], left), _last(self._any["self"], clause)
        if kin >= 0 and (me < 0 or kin > me):
            return 0.6
        return -1.6 if me >= 0 and kin < 0 else 0.0

    def _role(self, low: str, one: Found, start: int, left: str, right: str, about: Set[str], side: str, word: str) -> str:
        whole = not one.subdivision or one.subdivision in ("CN-HK", "CN-MO")
        if self._left["street"].search(left) or self._right["street"].match(right):
            return "street"
        if whole and self._is_nation(low, start, left, right, side):
            # Who married a Chinese man lives in China, as far as is known.
            return "married" if self._weds(left, about) else "nation"
        if "news" in about:
            return "news"
        arrived = "future" not in about and self._any["arrived"].search(low[max(0, start - 70) : start]) is not None
        if (
            "advert" in about
            and side != "here"
            or "rumour" in about
            and whole
            or side == "plan"
            and not (arrived and word.startswith("to "))
        ):
            return "go"
        if side == "here" and "wish" not in about and self._any["self"].search(left[-30:]):
            return "here"
        if side == "plan":
            return "there"
        if side in ("facing", "home"):
            return side
        done = self._any["done"].search(left) is not None
        later = "future" in about and not done
        wish = bool(about & {"ask", "offer"}) and not done and ("held" not in about or "wish" in about)
        if side in ("origin", "go") and self._weds(left, about):
            return "there"
        if side == "origin":
            leaving = "future" in about and word in FROM and self._any["moved"].search(low) is not None
            return (
                "weak_origin"
                if leaving or word in FLED or word.endswith(CALLED_FROM) and self._any["calling"].search(left[-24:])
                else "origin"
            )
        if side == "went":
            return "go" if wish or later and "held" not in about else "there"
        if side == "go":
            return "go" if wish or later else "there"
        if side == "here" and self._lives(low, about):
            return "here"
        if wish and (whole or self._any["going"].search(_close(left)) is not None):
            return "go"
        return side if side in ("here", "weak_origin") else "unclear"

    def _lives(self, low: str, about: Set[str]) -> bool:
        """A question of somebody who is there (papers, pay, a way home); a broker or a wage that is named, but of a relative who is there."""
        stays = not about & {"offer", "wish", "future"} and self._any["going"].search(low) is None
        return stays or "kin" in about and bool(about & {"held", "gone", "lost", "done"}) and not about & {"ask", "wish", "future"}

    def _weds(self, left: str, about: Set[str]) -> bool:
        """A marriage that is told, not asked about or offered."""
        return self._any["wed"].search(left[-30:]) is not None and not about & {"ask", "wish", "offer", "future", "advert"}

    def _side(self, left: str, right: str) -> tuple[str, str]:
        """The marker that stands right beside the name, and its role: on the left the longest, else on the right."""
        best, word = "", ""
        for role in LEFT_ROLES:
            match = self._left[role].search(left)
            if match is not None and len(match.group(1)) > len(word):
                best, word = role, match.group(1)
        if best:
            return best, word
        bare = RIGHT_KIND.sub("", right)
        for role in RIGHT_ROLES:
            for text in (right, bare):
                match = self._right[role].match(text)
                if match is not None and len(match.group(1)) > len(word):
                    best, word = role, match.group(1)
        return best, word

    def _is_nation(self, low: str, start: int, left: str, right: str, side: str) -> bool:
        """A people, a language, a firm: no place. "At the boss's in China" is one all the same."""
        if self._right["nation"].match(right) and not self._right["here"].match(right):
            return True
        if side:
            return False
        if BESIDE.match(low, start):
            return False  # ฝั่งพม่า is a side of a border, so a place
        # Thai, Lao and Khmer put what a thing is like right behind it: หมอจีน is a doctor, not China.
        if start and NOUN_FIRST.match(low[start]) and NOUN_FIRST.match(low[start - 1]):
            return True
        return self._left["nation"].search(left) is not None


def _close(left: str) -> str:
    """The last words before a name; in scripts without blanks, what follows the last blank."""
    words = left.split(" ")
    return words[-1] if NOUN_FIRST.search(words[-1]) else " ".join(words[-5:])


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the pattern is met last; -1 where it is not."""
    at = -1
    for match in pattern.finditer(text):
        at = match.start()
    return at
