"""What a text costs as an SMS, in every language, and where nobody can answer one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.checking.fault import Fault, Spot
from bot.checking.outline import Item, Origins, Outline, listed, mapping
from bot.checking.sources import BLOCKS, PHRASES, SMS, Sources
from bot.checking.texts import catalogue_of
from bot.flows.check import MAX_DATA, SAMPLES
from bot.flows.definition import CHOICES, PAGE, TYPED
from bot.flows.gsm7 import fits_one_page, is_gsm7, length, parts
from bot.flows.render import data_of, sms
from bot.flows.turns import Say


class Cost(NamedTuple):
    """A message as an SMS in one language; `price` None where none is known."""

    where: str
    lang: str
    place: Spot
    characters: int
    gsm7: bool
    segments: int
    price: float | None


class Translator:
    """The translations of the catalogues, by language."""

    def __init__(self, sources: Sources) -> None:
        self._found = {
            (file.split("/")[1], entry.key): (entry.text, Spot(file, entry.line))
            for file, entries in sources.catalogues.items()
            for entry in entries
            if entry.text and not entry.outdated
        }

    def __call__(self, lang: str, context: str, english: str) -> str:
        return self._found.get((lang, (context, english)), (english, Spot("")))[0]

    def has(self, lang: str, context: str, english: str) -> bool:
        """True where the language has this text."""
        return (lang, (context, english)) in self._found

    def spot(self, lang: str, context: str, english: str) -> Spot:
        """Where the translation stands."""
        return self._found.get((lang, (context, english)), ("", Spot(catalogue_of(lang, context))))[1]


def costs(sources: Sources, flows: tuple[Outline, ...], origins: Origins) -> Iterator[Cost]:
    """Every message that may go out as an SMS, in every language."""
    translate, prices = Translator(sources), mapping(mapping(sources.data(SMS).get("prices")).get("per_segment"))
    speaks = mapping(sources.data(SMS).get("speaks"))
    for where, say in says(sources, flows):
        english = origins.get((say.context, say.text))
        if english is None:
            continue
        for lang in ("en", *sources.languages):
            if lang != "en" and not translate.has(lang, say.context, say.text):
                continue
            text = sms((_page(say, lang, translate),), lang, translate, SAMPLES)
            place = english if lang == "en" else translate.spot(lang, say.context, say.text)
            price = prices.get(str(speaks.get(lang)))
            amount = parts(text) * price if isinstance(price, int | float) else None
            yield Cost(where, lang, place, length(text), is_gsm7(text), parts(text), amount)


def _page(say: Say, lang: str, translate: Translator) -> Say:
    """The first page of a long list, as the engine sends it; the whole where it fits."""
    labels = [translate(lang, say.labels, label) for _, label in say.options]
    if len(say.options) <= PAGE or fits_one_page(translate(lang, say.context, say.text), labels):
        return say
    return say._replace(options=say.options[:PAGE], keys=(("more", "phrase.key_more", "more"), *say.keys))


def budget(sources: Sources, flows: tuple[Outline, ...], origins: Origins) -> Iterator[Fault]:
    """Messages that are longer than an SMS may be."""
    most = mapping(sources.data(SMS).get("segments"))
    for cost in costs(sources, flows, origins):
        limit = most.get("english" if cost.lang == "en" else "others")
        if not isinstance(limit, int):
            continue
        if cost.lang == "en" and not cost.gsm7:
            yield cost.place.fault("a character here makes this SMS cost double; write ' \" - ... as a plain keyboard has them")
        elif cost.segments > limit:
            told = f"{cost.where} is {cost.characters} characters, {cost.segments} SMS in {cost.lang}, and may be {limit}"
            yield cost.place.fault(f"{told}; say it in fewer words or with fewer answers")


def buttons(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Answers whose names are too long for a button of Telegram."""
    for flow in flows:
        for item in flow.items:
            say = Say(item.kind, item.context, item.text, step=item.id, version=99_999)
            for option in item.options:
                if len(data_of(say, option).encode()) > MAX_DATA:
                    where = sources.key(item.options_at[0], *item.options_at[1], option)
                    yield where.fault(f"{option} is too long for a button ({MAX_DATA} bytes with the step's name); shorten the id")


def says(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[tuple[str, Say]]:
    """Everything that is said, as the engine says it."""
    for name, text in mapping(sources.data(PHRASES)).items():
        yield f"phrase {name}", Say("say", f"phrase.{name}", str(text))
    titles = {flow.id: str(flow.data.get("title", flow.id)) for flow in flows}
    menu = tuple((str(name), titles[str(name)]) for name in listed(sources.data(BLOCKS).get("menu")) if str(name) in titles)
    yield "the menu", Say("menu", "phrase.menu", str(sources.data(PHRASES).get("menu", "")), menu, "menu", (), "menu", 99_999)
    for flow in flows:
        for item in flow.items:
            yield f"{flow.id}/{item.id}", _say(item)
        texts: Mapping[str, object] = {"opening": flow.data.get("opening"), **mapping(flow.data.get("ends"))}
        for end, lines in texts.items():
            yield from ((f"{flow.id}/{end}", Say("end", f"{flow.id}.{end}", line)) for line in listed(lines) if isinstance(line, str))


def _say(item: Item) -> Say:
    zero = "skip" if item.raw.get("optional") else str(item.raw.get("zero", ""))
    keys = ((zero, f"phrase.key_{zero}", zero),) if zero in ("skip", "none") else ()
    kind = item.kind if item.kind in (*CHOICES, *TYPED) else "say"
    return Say(kind, item.context, item.text, tuple(item.options.items()), "option", keys, item.id, 99_999)
