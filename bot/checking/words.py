"""Words: answers that a command, a carrier or another answer would take for itself."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checking.fault import Fault, Spot, meant
from bot.checking.outline import Outline, listed, mapping
from bot.checking.sms import Translator
from bot.checking.sources import KEYWORDS, SMS, Sources
from bot.flows.keywords import spellings, table


def clashes(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Answers that are called like a command which is understood everywhere, or like a carrier's own word."""
    always = {str(name): [str(word) for word in listed(words)] for name, words in mapping(sources.data(KEYWORDS).get("always")).items()}
    commands = table(always)
    carrier = {flat for word in listed(sources.data(SMS).get("carrier_words")) for flat in spellings(str(word))}
    translate, seen = Translator(sources), set()
    for flow in flows:
        for item in flow.items:
            for option, label in item.options.items():
                key = sources.key(item.options_at[0], *item.options_at[1], option)
                places = [(option, key), (label, sources.spot(item.options_at[0], *item.options_at[1], option))]
                having = _having(sources, translate, label)
                places += [(translate(lang, "option", label), translate.spot(lang, "option", label)) for lang in having]
                for word, place in places:
                    fault = _clash(word, option, place, commands, carrier)
                    if fault is not None and fault not in seen:
                        seen.add(fault)
                        yield fault


def _having(sources: Sources, translate: Translator, *labels: str) -> list[str]:
    """The languages that have all of these answers."""
    return [lang for lang in sources.languages if all(translate.has(lang, "option", label) for label in labels)]


def _clash(word: str, option: str, place: Spot, commands: dict[str, str], carrier: set[str]) -> Fault | None:
    for flat in spellings(word):
        if flat in carrier:
            return place.fault(f"carriers take {word!r} as the word that stops all messages; call this answer something else")
        # "Delete" as an answer means what the command means; the engine hears it as the answer.
        if flat in commands and commands[flat] != option and commands[flat] not in ("delete",):
            return place.fault(f"{word!r} is the command {commands[flat]} everywhere; call this answer something else")
    return None


def doubles(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Two answers to one question with the same words."""
    translate, seen = Translator(sources), set()
    for flow in flows:
        for item in flow.items:
            for lang in ("en", *_having(sources, translate, *item.options.values())):
                words: dict[str, str] = {}
                for option, label in item.options.items():
                    text = label if lang == "en" else translate(lang, "option", label)
                    flat = spellings(text)[0]
                    if flat in words:
                        where = translate.spot(lang, "option", label)
                        if lang == "en":
                            where = sources.spot(item.options_at[0], *item.options_at[1], option)
                        fault = where.fault(f"the answers {words[flat]} and {option} are both {text!r} in {lang}; say one differently")
                        if fault not in seen:
                            seen.add(fault)
                            yield fault
                    words.setdefault(flat, option)


def keywords(sources: Sources) -> Iterator[Fault]:
    """Words that two commands claim."""
    for part in ("always", "choices"):
        seen: dict[str, str] = {}
        for command, found in mapping(sources.data(KEYWORDS).get(part)).items():
            for at, word in enumerate(listed(found)):
                flat = spellings(str(word))[0]
                if seen.setdefault(flat, command) != command:
                    yield sources.spot(KEYWORDS, part, command, at).fault(f"{word!r} is {seen[flat]} and {command}; take one out")
    heard = [mapping(sources.data(KEYWORDS).get(part)).get("stop") for part in ("always", "choices")]
    stops = {flat for words in heard for word in listed(words) for flat in spellings(str(word))}
    for at, word in enumerate(listed(sources.data(SMS).get("carrier_words"))):
        if spellings(str(word))[0] not in stops and sources.whole(KEYWORDS):
            text = f"{word!r} stops all messages at the carrier; let `stop` in {KEYWORDS} know it too"
            yield sources.spot(SMS, "carrier_words", at).fault(text)


def answers(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Other words for an answer that no question has."""
    known = {name for flow in flows for item in flow.items for option in item.options for name in (option, f"{item.key}.{option}")}
    for name in mapping(sources.data(KEYWORDS).get("answers")) if sources.whole("flows/") else ():
        if name not in known:
            yield sources.key(KEYWORDS, "answers", name).fault(f"there is no answer {name}; {meant(name, known)}")
