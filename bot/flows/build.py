"""Plain YAML data → Book. Everything that an operator can get wrong is gathered and told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.flows.blocks import after, block, circles, exists, listed, synonyms
from bot.flows.conditions import Condition, ConditionError, parse
from bot.flows.dates import make_dates
from bot.flows.definition import CHOICES, EFFECTS, KINDS, PAGE, SILENT, Book, Flow, FlowError, Key, Line, Regions, Step, Translate
from bot.flows.gsm7 import fits_one_page
from bot.flows.keywords import Keywords, normalise, spellings, table, toneless

Raw = Mapping[str, Any]
NO_REGIONS: Regions = {}

_STEP_KEYS = frozenset(
    ("id", "ask", "say", "text", "options", "when", "goto", "effects", "optional", "zero", "outrules", "says", "fallback", "sets", "use")
    + ("cover", "min", "max", "branch", "call")
)
# What the engine itself says.
PHRASES = frozenset(
    (
        "received",
        "keys",
        "added",
        "noted",
        "not_understood",
        "past",
        "menu",
        "languages",
        "urgent",
        "call_number",
        "human",
        "exited",
        "stopped",
    )
    + ("on_a_day", "weekdays", "months", "help", "wrong_number", "key_skip", "key_none", "key_more", "key_done", "share_location")
)
_FLOW_KEYS = frozenset(("flow", "title", "opening", "urgent", "case", "then", "flags", "steps", "ends"))


def english(lang: str, context: str, text: str) -> str:
    """A Translate that knows no language but English."""
    return text


def build(raw: Raw, translate: Translate = english, regions: Regions = NO_REGIONS) -> Book:
    """The book of `{"blocks", "keywords", "phrases", "flows": {id: …}}` as read from YAML. Raises FlowError naming every fault.

    `regions` are the subdivisions of each country by language, for steps that list them.
    """
    return replace(_Builder(raw, translate).book(), regions=regions)


class _Builder:
    def __init__(self, raw: Raw, translate: Translate) -> None:
        self._raw = raw
        self._translate = translate
        self._faults: list[str] = []
        self._blocks: Raw = raw["blocks"].get("blocks", {})
        self._lists: Raw = raw["blocks"].get("lists", {})
        self._languages = {str(key): str(name) for key, name in raw["blocks"]["languages"].items()}
        self._phrases = {str(name): str(text) for name, text in raw["phrases"].items()}
        self._synonyms = synonyms(raw["keywords"].get("answers", {}))

    def book(self) -> Book:
        for name in sorted(PHRASES - self._phrases.keys()):
            self._faults.append(f"phrases: {name} is missing")
            self._phrases[name] = name
        flows = {str(name): self._flow(str(name), data) for name, data in self._raw["flows"].items()}
        for name in self._raw["blocks"]["menu"]:
            if name not in flows:
                self._faults.append(f"menu: there is no flow {name}")
        titles = tuple((name, flows[name].title) for name in self._raw["blocks"]["menu"] if name in flows)
        menu = Step(
            "menu", "menu", "menu", "phrase.menu", self._phrases.get("menu", ""), titles, "menu", ids=frozenset(name for name, _ in titles)
        )
        if self._faults:
            raise FlowError(tuple(self._faults))
        flows = {name: self._check_targets(flow, flows) for name, flow in flows.items()}
        self._faults.extend(f"{name}: calls itself" for name in circles(flows))
        if self._faults:
            raise FlowError(tuple(self._faults))
        dates = make_dates(self._raw["keywords"].get("dates", {}))
        names = {str(code): str(name) for code, name in self._lists.get("countries", {}).items()}
        countries = {lang: {code: self._translate(lang, "option", name) for code, name in names.items()} for lang in self._languages}
        book = Book(flows, self._ready(menu), self._languages, self._keywords(), self._joiners(), self._phrases, dates)
        return replace(book, countries=countries)

    def _keywords(self) -> Keywords:
        raw = self._raw["keywords"]
        names = raw.get("languages", {})
        return Keywords(
            table(raw.get("always", {})),
            table(raw.get("choices", {})),
            table(names.get("always", {})),
            table(names.get("choices", {})),
            tuple(toneless(normalise(str(word))) for word in raw.get("who", ())),
            {code.casefold(): code for code in self._languages},
            frozenset(self._synonyms.get("yes", ())),
        )

    def _joiners(self) -> tuple[str, ...]:
        return tuple(str(word) for word in self._raw["keywords"].get("joiners", ()))

    # Flows

    def _flow(self, name: str, data: Raw) -> Flow:
        self._unknown(name, data, _FLOW_KEYS)
        items = list(self._inlined(name, data.get("steps", ())))
        ends = {str(end): self._lines(f"{name}.{end}", texts) for end, texts in data.get("ends", {}).items()}
        steps: dict[str, Step] = {}
        for at, item in enumerate(items):
            if "id" not in item:
                continue
            step = self._step(name, item, after(items, at))
            if step.id in steps:
                self._faults.append(f"{name}/{step.id}: there are two steps of this name")
            steps[step.id] = step
        if not steps:
            self._faults.append(f"{name}: has no steps")
        first = next(iter(steps), "")
        flags = tuple((str(flag), self._condition(f"{name}/flags", str(source))[0]) for flag, source in data.get("flags", {}).items())
        return Flow(
            id=name,
            title=str(data.get("title", name)),
            opening=self._lines(f"{name}.opening", data.get("opening", ())),
            first=first,
            steps=steps,
            ends=ends,
            urgent=str(data.get("urgent", "")),
            case=bool(data.get("case", True)),
            then=str(data.get("then", "")),
            flags=flags,
        )

    def _lines(self, context: str, texts: Any) -> tuple[Line, ...]:
        """What is said, each line a text of its own or `{phrase: name}`."""
        lines = []
        for text in listed(texts):
            if not isinstance(text, dict):
                lines.append((context, str(text)))
            elif text.get("phrase") in self._phrases:
                lines.append((f"phrase.{text['phrase']}", self._phrases[text["phrase"]]))
            else:
                self._faults.append(f"{context}: there is no phrase {text.get('phrase')}")
        return tuple(lines)

    def _inlined(self, flow: str, items: Any) -> Iterator[dict[str, Any]]:
        """The steps of a flow with the blocks put where they are used."""
        for item in items:
            if "use" not in item:
                yield {**item, "context": f"{flow}.{item.get('id')}"}
            elif item["use"] not in self._blocks:
                self._faults.append(f"{flow}/{item.get('id')}: there is no block {item['use']}")
            else:
                yield from block(flow, item, self._blocks[item["use"]])

    def _step(self, flow: str, item: Raw, follows: str) -> Step:
        where = f"{flow}/{item['id']}"
        self._unknown(where, item, _STEP_KEYS | {"key", "context"})
        kind = next((name for name in ("say", *SILENT) if name in item), str(item.get("ask", "")))
        options = self._options(where, item)
        if kind not in (*KINDS, "say", *SILENT):
            self._faults.append(f"{where}: ask must be one of {', '.join(KINDS)}, not {kind or 'nothing'}")
        elif (kind in CHOICES) != bool(options):
            self._faults.append(f"{where}: a question with a choice needs options, another has none")
        when, needs = self._condition(where, str(item["when"])) if "when" in item else (None, frozenset[str]())
        branch = tuple((*self._condition(where, str(one.get("when", ""))), str(one.get("goto", ""))) for one in item.get("branch", ()))
        goto = {str(choice): str(target) for choice, target in item.get("goto", {}).items()}
        step = Step(
            id=str(item["id"]),
            key=str(item.get("key", item["id"])),
            kind=kind,
            context=str(item["context"]),
            text=str(item.get("say", item.get("text", ""))),
            options=options,
            labels="option" if options else "",
            ids=frozenset(option for option, _ in options),
            next=follows,
            goto=goto,
            when=when,
            needs=needs.union(*(names for _, names, _ in branch)),
            effects=self._effects(where, item),
            outrules={str(one): tuple(map(str, many)) for one, many in item.get("outrules", {}).items()},
            says={str(name): str(text) for name, text in item.get("says", {}).items()},
            zero="skip" if item.get("optional") else str(item.get("zero", "")),
            fallback=str(item.get("fallback", "")),
            sets=bool(item.get("sets", False)),
            cover=str(item.get("cover", "")),
            low=int(item.get("min", 0)),
            high=int(item.get("max", 999_999)),
            branch=tuple((holds, target) for holds, _, target in branch),
            call=str(item.get("call", "")),
        )
        self._check_choices(where, step)
        return self._ready(step)

    def _options(self, where: str, item: Raw) -> tuple[tuple[str, str], ...]:
        options = item.get("options", {})
        if isinstance(options, str):
            if options not in self._lists:
                self._faults.append(f"{where}: there is no list {options}")
            options = self._lists.get(options, {})
        if len(options) > 9:
            self._faults.append(f"{where}: at most nine options can be answered by one digit")
        return tuple((str(option), str(label)) for option, label in options.items())

    def _effects(self, where: str, item: Raw) -> dict[str, tuple[str, ...]]:
        effects = {str(choice): tuple(map(str, listed(names))) for choice, names in item.get("effects", {}).items()}
        for name in {name for names in effects.values() for name in names} - set(EFFECTS):
            self._faults.append(f"{where}: there is no effect {name}; there are {', '.join(EFFECTS)}")
        return effects

    def _condition(self, where: str, source: str) -> tuple[Condition, frozenset[str]]:
        try:
            return parse(source)
        except ConditionError as error:
            self._faults.append(f"{where}: when: {error}")
            return (lambda answers, flags: False), frozenset()

    # Checks

    def _unknown(self, where: str, data: Raw, known: frozenset[str]) -> None:
        for key in data:
            if key not in known:
                self._faults.append(f"{where}: {key} means nothing here")

    def _check_choices(self, where: str, step: Step) -> None:
        ids = {option for option, _ in step.options} | {"skip"} | ({"wrong", "locked"} if step.kind == "word" else set())
        named = {*step.goto, *step.effects, *step.outrules, *(loser for losers in step.outrules.values() for loser in losers)}
        for choice in sorted(named - ids):
            self._faults.append(f"{where}: there is no option {choice}")

    def _check_targets(self, flow: Flow, flows: Mapping[str, Flow]) -> Flow:
        for step in flow.steps.values():
            for target in sorted(step.targets):
                if not exists(target, flow, flows):
                    self._faults.append(f"{flow.id}/{step.id}: leads to {target or 'nothing'}, which is neither a step nor an end")
        for step in flow.steps.values():
            if step.call and step.call not in flows:
                self._faults.append(f"{flow.id}/{step.id}: there is no flow {step.call}")
        if flow.urgent and flow.urgent not in flow.steps:
            self._faults.append(f"{flow.id}: urgent leads to {flow.urgent}, which is no step")
        return flow

    # What is looked up while talking is made here

    def _ready(self, step: Step) -> Step:
        step = replace(step, keys=tuple(self._keys(step)))
        if not step.options:
            return step
        words = {lang: self._words(step, lang) for lang in self._languages}
        paged = frozenset(lang for lang in self._languages if len(step.options) > PAGE and not self._fits(step, lang))
        return replace(step, words=words, paged=paged)

    def _keys(self, step: Step) -> Iterator[Key]:
        names = {
            "skip": ("skip", "key_skip"),
            "none": ("none", "key_none"),
            "many": ("done", "key_done"),
            "place": ("pin", "share_location"),
        }
        for mark in (step.zero, step.kind):
            if mark in names:
                name, phrase = names[mark]
                yield name, f"phrase.{phrase}", self._phrases[phrase]

    def _words(self, step: Step, lang: str) -> dict[str, str]:
        words: dict[str, str] = {}
        for option, label in step.options:
            translated = self._translate(lang, step.labels, label)
            for word in (*spellings(translated), *spellings(label), *spellings(option)):
                words.setdefault(word, option)
        for option, _ in step.options:
            for word in self._synonyms.get(f"{step.key}.{option}", ()):
                words.setdefault(word, option)
        for option, _ in step.options:
            for word in self._synonyms.get(option, ()):
                words.setdefault(word, option)
        return words

    def _fits(self, step: Step, lang: str) -> bool:
        labels = [self._translate(lang, step.labels, label) for option, label in step.options]
        return fits_one_page(self._translate(lang, step.context, step.text), labels)
