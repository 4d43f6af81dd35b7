"""The part a place plays: the words on its left and right, and what the whole message is about. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.gazetteer import Roles
from triage.text import fold, normalise

CLAUSE = re.compile(r"[.,;!?\n。，！？；၊။៖។]")
LEFT_WINDOW = 34
SPACED = "a-z0-9"


@dataclass(frozen=True, slots=True)
class Found:
    """A name found at [start, end)."""

    country: str
    subdivision: str | None
    level: str
    start: int
    end: int


class RoleReader:
    """Reads roles by marker words; built once from the operators' lists."""

    def __init__(self, roles: Roles) -> None:
        self._left = {role: _ending(words) for role, words in roles.left.items()}
        self._right = {role: _starting(words) for role, words in roles.right.items()}
        self._any = {role: _anywhere(words) for role, words in roles.anywhere.items()}
        self._going = _anywhere(tuple(word for word in roles.left.get("go", ()) if len(word) > 2 or not word.isascii()))

    def read(self, folded: str, found: list[Found]) -> list[str]:
        """A role for each name: here, there (went), go (may go), origin, weak_origin, nation, unclear."""
        about = {name for name, pattern in self._any.items() if pattern.search(folded)}
        roles, before = [], 0
        for one in found:
            roles.append(self._role(folded, one, max(before, one.start - LEFT_WINDOW), about))
            before = one.end
        return roles

    def _role(self, folded: str, one: Found, since: int, about: set[str]) -> str:
        left, right = _last_clause(folded[since : one.start]), folded[one.end : one.end + 14]
        whole = not one.subdivision or one.country == "CN" and one.subdivision in ("CN-TW", "CN-HK", "CN-MO")
        if whole and (self._right["nation"].match(right) or self._left["nation"].search(left)):
            return "nation"
        nearest = self._nearest(left)
        going = self._going.search(left) is not None or "offer" in about and JOB.search(left) is not None
        planned = bool(about & {"ask", "offer"}) and (whole or going) and not _done(left)
        if nearest == "origin":
            return "weak_origin" if CALLING.search(left) else "origin"
        if nearest == "go":
            return "go" if planned or "future" in about and not _done(left) else "there"
        if planned and (whole or nearest != "here" or going):
            return "go"
        if nearest == "here" or self._right["here"].match(right):
            return "here"
        if self._right["origin"].match(right):
            return "weak_origin"
        if self._right["go"].match(right):
            return "go" if planned or "future" in about else "unclear"
        return "unclear"

    def _nearest(self, left: str) -> str:
        """The marker that ends right at the name; the longest wins."""
        best, length = "", 0
        for role in ("here", "go", "origin"):
            match = self._left[role].search(left)
            if match is not None and len(match.group(1)) > length:
                best, length = role, len(match.group(1))
        return best


# "A job in Bangkok" is where somebody may go.
JOB = re.compile(r"\bjobs?\b|\bwork(?:ing)? in\b|vacanc|งานที่|งานใน|ວຽກຢູ່|ការងារនៅ|viec o|viec tai|工作")
# "On a boat from Kantang", "writing from Mae Sot": there the person is, or was last.
CALLING = re.compile(r"boat|ship|vessel|call|text|writ|messag|report|tàu|thuyền|ghe|gọi|tau ca|ទូក|ເຮືອ|เรือ|โทร|船|打来|လှေ|သင်္ဘော")
DONE = re.compile(r"went|gone|taken|brought|arrived|sold|sent|already|ត្រូវគេ|បាន|ຖືກ|ແລ້ວ|ถูก|โดน|แล้ว|da bi|bi |đã |被|已经|到了|了")


def _done(left: str) -> bool:
    return DONE.search(left) is not None


def _last_clause(text: str) -> str:
    return CLAUSE.split(text)[-1]


def _forms(words: tuple[str, ...]) -> list[str]:
    return sorted({fold(normalise(word)) for word in words}, key=len, reverse=True)


def _ending(words: tuple[str, ...]) -> re.Pattern[str]:
    """A marker that ends where the text ends; blanks and an article may stand between."""
    plain = [re.escape(word) for word in _forms(words) if word.isascii()]
    other = [re.escape(word) for word in _forms(words) if not word.isascii()]
    parts = []
    if plain:
        parts.append(rf"(?<![{SPACED}])(?:{'|'.join(plain)})(?=[\s:'\"(]+(?:the |a |an |city |province |tinh |thanh pho |tp )?$|$)")
    if other:
        parts.append("|".join(other))
    return re.compile(
        rf"({'|'.join(parts)})[\s:'\"(]*(?:the |a |an |city of |province of |tinh |thanh pho |tp |ខេត្ត|ក្រុង|ស្រុក|ភូមិ|ແຂວງ|ເມືອງ|ບ້ານ|จังหวัด|อำเภอ|ตำบล|เมือง|ฝั่ง|ประเทศ|ປະເທດ|ຝັ່ງ|ប្រទេស)?[\s]*$"
    )


def _starting(words: tuple[str, ...]) -> re.Pattern[str]:
    plain = [re.escape(word) for word in _forms(words) if word.isascii()]
    other = [re.escape(word) for word in _forms(words) if not word.isascii()]
    parts = ([rf"(?:{'|'.join(plain)})(?![{SPACED}])"] if plain else []) + other
    return re.compile(rf"\s*(?:{'|'.join(parts)})" if parts else r"(?!)")


def _anywhere(words: tuple[str, ...]) -> re.Pattern[str]:
    plain = [re.escape(word) for word in _forms(words) if word.isascii()]
    other = [re.escape(word) for word in _forms(words) if not word.isascii()]
    parts = ([rf"(?<![{SPACED}])(?:{'|'.join(plain)})(?![{SPACED}])"] if plain else []) + other
    return re.compile("|".join(parts) if parts else r"(?!)")
