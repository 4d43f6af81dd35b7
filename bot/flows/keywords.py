"""Commands and language names: is this whole message STOP, in whichever script it is typed?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# First code points of the decimal digits that phones of the region type; full-width ones go by NFKC.
_ZEROS = (0x0E50, 0x0ED0, 0x1040, 0x1090, 0x17E0, 0x0660, 0x06F0, 0x0966, 0x09E6, 0xA9F0)
_DIGITS = {zero + value: str(value) for zero in _ZEROS for value in range(10)}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0xFE0E, 0xFE0F))
_MAX_WHO = 40  # "who is this?" is short; a longer message is more than that
_MAX = 200  # a longer message is no keyword and no option


def normalise(text: str) -> str:
    """The text as keywords and options are compared: ASCII digits, case folded, blanks single, no punctuation around it."""
    if text.isascii():
        flat = text.casefold()
    else:
        flat = unicodedata.normalize("NFKC", text).casefold().translate(_INVISIBLE).translate(_DIGITS)
    if flat.isalnum():
        return flat
    flat = " ".join(flat.split())
    start, end = 0, len(flat)
    while start < end and _is_edge(flat[start]) and flat[start] != "/":
        start += 1
    while end > start and _is_edge(flat[end - 1]):
        end -= 1
    return flat[start:end] or flat


def _is_edge(char: str) -> bool:
    return not char.isalnum() and unicodedata.category(char)[0] in "PSZC"


def join_letters(word: str) -> str | None:
    """`s t o p` or `s.t.o.p` as `stop`; None where the pieces are not single letters."""
    pieces = "".join(" " if _is_edge(char) else char for char in word).split()
    if len(pieces) < 2 or not all(_is_letter(piece) for piece in pieces):
        return None
    return "".join(pieces)


def _is_letter(piece: str) -> bool:
    bases = [char for char in piece if unicodedata.category(char)[0] != "M"]
    return len(bases) == 1 and bases[0].isalpha()


def _without_repeats(word: str) -> str | None:
    """`stop stop` as `stop`, `stoppp` as `stop`; None where nothing is repeated."""
    pieces = word.replace(",", " ").replace(".", " ").replace("!", " ").split()
    for size in (1, 2, 3):
        if len(pieces) > size and len(pieces) % size == 0 and pieces == pieces[:size] * (len(pieces) // size):
            return " ".join(pieces[:size])
    if word.isascii() and word.isalpha() and len(word) > 3:
        return "".join(char for at, char in enumerate(word) if at == 0 or char != word[at - 1])
    return None


def toneless(word: str) -> str:
    """Latin letters without their marks: `dừng` as `dung`; other scripts unchanged."""
    plain = "".join(char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) != "Mn").replace("đ", "d")
    return plain if plain.isascii() else word


def spellings(word: str) -> tuple[str, ...]:
    """The normalised word, and how it is typed without tone marks."""
    flat = normalise(word)
    plain = toneless(flat)
    return (flat,) if plain == flat else (flat, plain)


def table(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """normalised word → name of its group; the first group that names a word keeps it."""
    words: dict[str, str] = {}
    for name, spelled in groups.items():
        for word in spelled:
            for flat in spellings(str(word)):
                words.setdefault(flat, str(name))
    return words


@dataclass(frozen=True, slots=True)
class Keywords:
    """Tables from normalised words to commands and languages: everywhere, and at choices only."""

    always: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    language_choices: Mapping[str, str] = field(default_factory=dict)
    who: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)  # a language's code in small letters → the code
    yes: frozenset[str] = frozenset()

    def command(self, word: str, at_choice: bool) -> str | None:
        """The command that the whole (normalised) message is, or None."""
        name = self.always.get(word) or (self.choices.get(word) if at_choice else None)
        if name is not None or len(word) > _MAX or word[:1].isdigit():
            return name
        if word.startswith("/"):
            return self.always.get(word.split("@")[0].split(" ")[0])
        if not word[:4].isalnum() and (found := self.always.get(join_letters(word) or "")) is not None:
            return found
        # Only STOP is heard through a stutter: nobody is asked to spell when they want silence.
        single = _without_repeats(word)
        return "stop" if single is not None and self.always.get(single) == "stop" else None

    def affirms(self, text: str) -> bool:
        """True where the whole message is a yes in some language, or the word by which carriers end a STOP."""
        word = normalise(text)
        forms = (word, join_letters(word), _without_repeats(word))
        return any(form == "unstop" or form in self.yes for form in forms)

    def asks_who(self, word: str) -> bool:
        """True for a short message that asks who writes here."""
        if len(word) > _MAX_WHO:
            return False
        plain = toneless(word).replace("'", "")
        return any(f" {who} " in f" {plain} " if who.isascii() else who in word for who in self.who)

    def language(self, word: str, at_choice: bool) -> str | None:
        """The language that the whole message names, or None."""
        if word.startswith(("/lang ", "/language ")):
            word, at_choice = word.split(" ", 1)[1], True
            if word in self.codes:
                return self.codes[word]
        return self.languages.get(word) or (self.language_choices.get(word) if at_choice else None)
