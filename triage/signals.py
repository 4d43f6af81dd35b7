"""What a message speaks of: concepts found by the word lists, with negation, idioms and threats taken care of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from config.triage_rules import TriageRules
from triage.phrases import Phrasebook, Span
from triage.pinyin import lists_in_pinyin, syllables
from triage.readings import Reading, sound_of, sounds, unspaced, words
from triage.simplified import simplified
from triage.text import fold, normalise

Lists = Mapping[str, tuple[str, ...]]
UNSPACED = ("km", "lo", "my", "th", "zh")
# How far `~` reaches, and what may lie between the parts of a phrase without it: a blank in Latin letters.
LATIN_GAP, GAP, LATIN_JOINT, JOINT, PINYIN_GAP = 26, 14, 1, 0, 40
# A message with more Latin letters than this in it is read as romanised too.
ROMANISED = 6


@dataclass(frozen=True, slots=True)
class Signals:
    """The concepts of a message, each with the words that showed it and where they stand in the normalised text."""

    found: Mapping[str, tuple[str, ...]]
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def __contains__(self, concept: object) -> bool:
        return concept in self.found


class Lexicon:
    """Finds concepts; built once from the word lists of all languages."""

    def __init__(self, rules: TriageRules) -> None:
        self._masks, self._negated, self._yields, self._hides = (
            rules.masks,
            frozenset(rules.negated),
            rules.yields,
            rules.hides,
        )
        self._books: dict[str, Phrasebook] = {}
        for lang, lists in rules.words.items():
            if lang == "vi":
                self._books["vi-plain"] = Phrasebook(_plain(lists), lambda w: _word_form(fold(normalise(w))), LATIN_GAP, LATIN_JOINT)
            if lang == "zh":
                self._books["pinyin"] = Phrasebook(lists_in_pinyin(lists), str.lower, PINYIN_GAP, LATIN_JOINT)
            gap, joint = (GAP, JOINT) if lang in UNSPACED else (LATIN_GAP, LATIN_JOINT)
            self._books[lang] = Phrasebook(lists, _form(lang), gap, joint if lang != "rom" else 0)

    def read(self, text: str, lang: str) -> Signals:
        """The signals of a normalised text in this language."""
        spans: dict[str, list[Span]] = {}
        for name, reading in self._readings(text, lang):
            for concept, hits in self._hits(self._books[name].find(reading)).items():
                spans.setdefault(concept, []).extend(reading.span(*hit) for hit in hits)
        ordered = {concept: tuple(sorted(set(found))) for concept, found in spans.items()}
        found = {concept: tuple(dict.fromkeys(text[a:b].strip() for a, b in _outer(s))) for concept, s in ordered.items()}
        return Signals(found, ordered)

    def _readings(self, text: str, lang: str) -> Iterator[tuple[str, Reading]]:
        if lang == "vi":
            plain = sum(char > "\x7f" for char in text) * 12 < len(text)
            yield ("vi-plain", words(text, folded=True)) if plain else ("vi", words(text, folded=False))
        elif lang in UNSPACED:
            latin = sum("a" <= char <= "z" for char in text.lower())
            if latin < len(text.replace(" ", "")):
                yield lang, unspaced(text, chinese=lang == "zh")
            if latin > ROMANISED:
                yield ("pinyin", syllables(text)) if lang == "zh" else ("rom", sounds(text))
        elif lang in self._books:
            yield lang, words(text, folded=True)

    def _hits(self, found: dict[str, list[Span]]) -> dict[str, list[Span]]:
        before = frozenset(b for _, b in found.pop("no_before", ()))
        after = frozenset(a for a, _ in found.pop("no_after", ()))
        masks = [span for name in self._masks for span in found.get(name, ())]
        kept: dict[str, list[Span]] = {}
        for concept, spans in found.items():
            if concept in self._negated:
                spans = [(a, b) for a, b in spans if not (a in before or a - 1 in before or b in after or b + 1 in after)]
            if concept not in self._masks and masks:
                spans = [span for span in spans if not any(_hides(mask, span) for mask in masks)]
            over = [span for name in self._yields.get(concept, ()) for span in found.get(name, ())]
            if over:
                spans = [(a, b) for a, b in spans if not any(c <= a and b <= d and d - c > b - a for c, d in over)]
            around = [span for name in self._hides.get(concept, ()) for span in found.get(name, ())]
            if around:
                spans = [span for span in spans if not any(_hides(other, span) for other in around)]
            if spans:
                kept[concept] = spans
        return kept


def _hides(mask: Span, span: Span) -> bool:
    """The two overlap, and what was found is not a longer phrase around the mask."""
    return mask[0] < span[1] and span[0] < mask[1] and not (span[0] <= mask[0] and mask[1] <= span[1] and span != mask)


def _outer(spans: tuple[Span, ...]) -> list[Span]:
    """The spans that lie in no other."""
    return [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]


def _form(lang: str) -> Callable[[str], str]:
    if lang == "rom":
        return lambda word: "".join(sound_of(part) for part in fold(normalise(word)).split())
    if lang == "zh":
        return lambda word: simplified(normalise(word).lower())
    if lang in UNSPACED:
        return lambda word: unspaced(normalise(word), chinese=False).text
    if lang == "vi":
        return lambda word: _word_form(normalise(word).lower())
    return lambda word: _word_form(fold(normalise(word)))


def _word_form(word: str) -> str:
    return word.replace("'", "").replace("`", "").replace("´", "")


def _plain(lists: Lists) -> Lists:
    """Without accents a short syllable is several words (no: nó, nợ, nỡ); only telling ones (`_plain`) are read so, and in phrases
    all but those of `_accented`."""
    telling, accented = frozenset(lists.get("_plain", ())), frozenset(lists.get("_accented", ()))

    def keeps(name: str, word: str) -> bool:
        if word in accented:
            return False
        return name.startswith("_") or word.isascii() or any(c in word for c in " ~<") or len(word) > 4 or word in telling

    return {name: tuple(word for word in found if keeps(name, word)) for name, found in lists.items()}
