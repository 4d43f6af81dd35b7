"""Texts: translated, current, with their braces and keys, and without a word that nobody may see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checking.fault import Fault, Spot
from bot.checking.outline import Key, Origins, listed, mapping
from bot.checking.sources import CATALOGUES, DENIED, PHRASES, WEB, Sources
from bot.flows.build import PHRASES as SAID
from bot.flows.check import SAMPLES

_BRACES = re.compile(r"\{[^{}]*\}")
_NAMED = re.compile(r"\{(\w+)\}")
# What a person presses is the same in every language; digits stay Latin in the texts.
_KEYS = re.compile(r"(?<!\w)(?:000|00|0|88|99|X|STOP|DELETE)(?!\w)", re.ASCII)


def catalogue_of(lang: str, context: str) -> str:
    """The file in which a language keeps the texts of a context."""
    return f"texts/{lang}/{'web' if context.startswith('web.') else 'flows'}.po"


def phrases(sources: Sources) -> Iterator[Fault]:
    """Phrases that the engine says and that are not there."""
    if sources.whole(PHRASES):
        for name in sorted(SAID - mapping(sources.data(PHRASES)).keys()):
            yield sources.key(PHRASES).fault(f"the phrase {name} is missing here; add it")


def missing(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """Texts that a language does not have."""
    for lang in sources.languages:
        broken = {fault.file for fault in sources.faults}
        for name in CATALOGUES:
            file = f"texts/{lang}/{name}"
            if file not in sources.catalogues and file not in broken:
                yield Spot(file).fault(f"the language {lang} has no catalogue {name}; run `hotline texts update {lang}`", "gap")
        entries = {entry.key: (file, entry) for file, found in sources.catalogues.items() for entry in found if f"/{lang}/" in file}
        for key, place in origins.items():
            file = catalogue_of(lang, key[0])
            if key not in entries:
                if file in sources.catalogues:
                    mend = f"run `hotline texts update {lang}`, then translate it"
                    yield Spot(file).fault(f"there is no {lang} for {_quoted(key)} ({place.file}:{place.line}); {mend}", "gap")
            elif not entries[key][1].text or entries[key][1].outdated:
                found, entry = entries[key]
                state = "was translated from an English that has changed" if entry.outdated else "is not translated"
                marks = "`fuzzy` and the lines that begin with `#|`" if entry.outdated else "`fuzzy`"
                yield Spot(found, entry.line).fault(f"{_quoted(key)} {state}; translate it and take away {marks}", "gap")


def stale(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """Translations of what nothing says any more."""
    if not sources.whole("flows/", PHRASES, WEB):
        return
    for file, entries in sources.catalogues.items():
        for entry in entries:
            if entry.key not in origins:
                mend = f"run `hotline texts update {file.split('/')[1]}`"
                yield Spot(file, entry.line).fault(f"nothing says {_quoted(entry.key)} any more; {mend}", "gap")


def drafts(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """Translations that no native reader has reviewed."""
    for file, entries in sources.catalogues.items():
        for entry in entries:
            if entry.fuzzy and entry.text and not entry.outdated and entry.key in origins:
                text = f"{_quoted(entry.key)} is a draft; let a native reader review it and take away `fuzzy`"
                yield Spot(file, entry.line).fault(text, "draft")


def doubles(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """The same text twice in a language: only one of them would be said."""
    for lang in sources.languages:
        seen: dict[Key, Spot] = {}
        for file, entries in sources.catalogues.items():
            for entry in entries:
                if f"/{lang}/" in file and entry.key in seen:
                    first = seen[entry.key]
                    yield Spot(file, entry.line).fault(f"{_quoted(entry.key)} stands also in {first.file}:{first.line}; take one out")
                if f"/{lang}/" in file:
                    seen.setdefault(entry.key, Spot(file, entry.line))


def placeholders(sources: Sources, origins: Origins) -> Iterator[Fault]:
    """Names in braces and keys that a translation changed, and names that nobody fills."""
    for (_, english), place in origins.items():
        for name in _NAMED.findall(english):
            if name not in SAMPLES:
                yield place.fault(f"nobody fills in {{{name}}}; there are {', '.join(f'{{{one}}}' for one in SAMPLES)}")
    for file, entries in sources.catalogues.items():
        for entry in entries:
            if entry.text and entry.key in origins:
                yield from _kept(Spot(file, entry.line), entry.english, entry.text)


def _kept(place: Spot, english: str, text: str) -> Iterator[Fault]:
    wanted, found = sorted(_BRACES.findall(english)), sorted(_BRACES.findall(text))
    if wanted != found:
        yield place.fault(f"the names in braces are {_all(found)} and must be {_all(wanted)}; copy them from the English")
    if english.count(";") > 3 and english.count(";") != text.count(";"):
        yield place.fault(f"this is a list of {english.count(';') + 1} names divided by ';', not of {text.count(';') + 1}; name as many")
    keys, seen = set(_KEYS.findall(english)), set(_KEYS.findall(text))
    if keys != seen:
        yield place.fault(f"the keys are {_all(sorted(seen))} and must be {_all(sorted(keys))}; keep digits and capitals as in the English")


def denied(sources: Sources, origins: Origins, covers: frozenset[Key]) -> Iterator[Fault]:
    """Words that nobody may see on a screen; in `covers` also those that may not be on one that somebody else may look at."""
    always, cover = (_words(sources, name) for name in ("always", "cover"))
    for key, place in origins.items():
        yield from _denied(place, key[1], always.get("en", []), "en")
        if key in covers:
            yield from _denied(place, key[1], cover.get("en", []), "en, cover")
    for file, entries in sources.catalogues.items():
        lang = file.split("/")[1]
        for entry in entries:
            if entry.key in origins:
                yield from _denied(Spot(file, entry.line), entry.text, always.get(lang, []), lang)
            if entry.key in covers:
                yield from _denied(Spot(file, entry.line), entry.text, cover.get(lang, []), f"{lang}, cover")


def _words(sources: Sources, name: str) -> dict[str, list[str]]:
    return {lang: [str(word).casefold() for word in listed(found)] for lang, found in mapping(sources.data(DENIED).get(name)).items()}


def _denied(place: Spot, text: str, words: list[str], where: str) -> Iterator[Fault]:
    for word in words:
        if word in text.casefold():
            yield place.fault(f"a screen may show {word!r} ({DENIED}, {where}) to somebody else; say it in other words")


def _quoted(key: Key) -> str:
    context, english = key
    return f"{english[:40]!r}{'...' if len(english) > 40 else ''} [{context}]"


def _all(names: list[str]) -> str:
    return " ".join(names) or "none"
