"""Who must not know, by the person's own words: "do not tell the police", "the police work with them", "do not write back". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from config.refusals import RefusalWords
from triage.simplified import simplified
from triage.text import fold, normalise

# Words of one clause belong together; what another person said ends with it.
CLAUSE = re.compile(r"[.,;:!?\n\"。，！？；：၊။៖]|\bbut\b|\bplease\b|\bpls\b")
NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bnever|không|khong|ไม่|ບໍ່|មិន|不|没|မ)\s?$")
MAX_READ = 4000


@dataclass(frozen=True, slots=True)
class Refusal:
    """The words that showed it; empty where nothing was said."""

    no_authorities: tuple[str, ...] = ()
    implicated: tuple[str, ...] = ()
    no_reply: tuple[str, ...] = ()


class Refusals:
    """Finds such words; built once from the operators' list."""

    def __init__(self, words: RefusalWords) -> None:
        self._wish = _patterns(words.no_authorities)
        self._part = _patterns(words.implicated)
        self._hush = _patterns(words.no_reply)
        self._quoted = _patterns(words.quoted)

    def read(self, text: str) -> Refusal:
        """What a message says; in the words of its normal form."""
        plain = normalise(text[:MAX_READ])
        lower, folded = simplified(plain.lower()), fold(plain)
        if len(lower) != len(plain):
            lower = plain
        wish, part = self._find(self._wish, plain, lower, folded, True), self._find(self._part, plain, lower, folded, False)
        return Refusal(wish, part, self._find(self._hush, plain, lower, folded, True))

    def _find(self, patterns: Patterns, plain: str, lower: str, folded: str, own: bool) -> tuple[str, ...]:
        found = []
        for pattern, source in zip(patterns, (lower, folded), strict=True):
            for match in pattern.finditer(source):
                before = source[max(0, match.start() - 60) : match.start()]
                if NOT_BEFORE.search(before) or (own and self._said_by_another(before)):
                    continue
                found.append(plain[match.start() : match.end()].strip())
        return tuple(dict.fromkeys(found))[:3]

    def _said_by_another(self, before: str) -> bool:
        clause = CLAUSE.split(before)[-1]
        return any(pattern.search(clause) for pattern in self._quoted)


@lru_cache(maxsize=4)
def reader(words: RefusalWords) -> Refusals:
    """The reader of this list, built once."""
    return Refusals(words)


Patterns = tuple[re.Pattern[str], re.Pattern[str]]


def _patterns(words: tuple[str, ...]) -> Patterns:
    """One pattern for scripts and accents as they are, one for plain Latin letters."""
    forms = sorted({normalise(word).lower() for word in words}, key=len, reverse=True)
    plain = [_expression(word) for word in forms if word.isascii()]
    exact = [
        _expression(word) if re.search(r"[a-zđơư]", word) else _expression(word, bounded=False) for word in forms if not word.isascii()
    ]
    return re.compile("|".join(exact) or r"(?!)"), re.compile("|".join(plain) or r"(?!)")


def _expression(word: str, bounded: bool = True) -> str:
    text = "".join(char if char in "(|)" else re.escape(char) for char in word).replace("(", "(?:")
    text = text.replace(r"\*", r"\w*").replace("\\~", "~").replace("~", ".{0,24}?" if bounded else ".{0,14}?")
    return rf"(?<!\w){text}(?!\w)" if bounded else text
