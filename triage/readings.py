"""The forms in which a text is matched, each with the way back to the text it came from. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.simplified import simplified
from triage.text import fold

# Marks that end what a phrase may span.
STOPS = frozenset(".!?;။។。！？；\n\0")
_WORD = re.compile(r"\w+|[^\w\s]")
# One sound, many spellings: how Burmese, Khmer, Lao and Thai are put into Latin letters on a phone.
_SOUNDS = tuple(
    (spelt, said)
    for spelt, _, said in (
        pair.partition(":")
        for pair in (
            "ph:p th:t kh:k ch:j ck:k gn:ny ng:n oo:u ou:u ee:i ea:e ae:e aw:o au:o ao:o ay:e ai:e ei:e v:w q:k c:k z:s y:i dj:j ts:s"
        ).split()
    )
)
_AFTER = re.compile(r"(?<=[aeiou])[hr]+(?![aeiou])|(?<=\w)h\b")
_TWICE = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A form of a text: `at[i]` is where its i-th character stands in the text; phrases begin at `starts` and end at `ends`
    (None: anywhere)."""

    text: str
    at: tuple[int, ...] | range
    starts: frozenset[int] | None = None
    ends: frozenset[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text that [start, end) of the reading stands for."""
        return self.at[start], self.at[end - 1] + 1


def words(text: str, folded: bool) -> Reading:
    """Latin writing: lower case, without apostrophes, on whole words; folded: without accents too."""
    low = fold(text) if folded else text.lower()
    if len(low) != len(text):
        low = text
    kept = [i for i, char in enumerate(low) if char not in "'`´"]
    seen = low if len(kept) == len(low) else "".join(low[i] for i in kept)
    spots = [(m.start(), m.end()) for m in _WORD.finditer(seen)]
    return Reading(
        seen, range(len(seen)) if len(kept) == len(low) else tuple(kept), frozenset(a for a, _ in spots), frozenset(b for _, b in spots)
    )


def unspaced(text: str, chinese: bool) -> Reading:
    """Writing without spaces between words: blanks between its letters mean nothing; Chinese in simplified characters."""
    low = text.lower()
    low = low if len(low) == len(text) else text
    if chinese:
        short = simplified(low)
        low = short if len(short) == len(low) else low
    if " " not in low:
        return Reading(low, range(len(low)))
    last = len(low) - 1
    kept = [i for i, c in enumerate(low) if not (c == " " and 0 < i < last and (low[i - 1] > "\x7f" or low[i + 1] > "\x7f"))]
    return Reading("".join(low[i] for i in kept), tuple(kept))


def sounds(text: str) -> Reading:
    """Languages of other scripts in Latin letters: by sound, however it was spelt and wherever it was parted."""
    low = fold(text)
    out: list[str] = []
    at: list[int] = []
    starts, ends = set(), set()
    for match in _WORD.finditer(low):
        word = match.group()
        sound = sound_of(word) if word[0] < "\x80" else word
        starts.add(len(at))
        first, length = match.start(), max(len(sound), 1)
        out.append(sound)
        at += [first + min(i * len(word) // length, len(word) - 1) for i in range(len(sound))]
        if sound:
            at[-1] = match.end() - 1
        ends.add(len(at))
    return Reading("".join(out), tuple(at), frozenset(starts), frozenset(ends))


_KNOWN: dict[str, str] = {}


def sound_of(word: str) -> str:
    """A Latin word without what people spell in different ways."""
    known = _KNOWN.get(word)
    if known is None:
        known = word
        for pair in _SOUNDS:
            known = known.replace(*pair)
        known = _TWICE.sub(r"\1", _AFTER.sub("", known)) or word
        if len(_KNOWN) < 20_000:
            _KNOWN[word] = known
    return known
