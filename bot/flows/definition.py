"""The flows as frozen values, ready to walk. Built once from plain YAML data; see `build`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.flows.conditions import Condition
from bot.flows.dates import Dates
from bot.flows.keywords import Keywords

Translate = Callable[[str, str, str], str]  # lang, context, English → the text in that language

Key = tuple[str, str, str]  # what can be pressed besides the options: name, context, English
Line = tuple[str, str]  # what is said: context, English
Regions = Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]  # country → language → (ISO 3166-2 code, name) of each subdivision

CHOICES = ("one", "many")
TYPED = ("text", "place", "number", "date", "contact", "media", "code", "word")
LISTED = ("subdivision", "which")  # of places: those of a country, or those between which somebody's words leave it open
KINDS = (*CHOICES, *TYPED, *LISTED)
SILENT = ("branch", "call")  # steps that say nothing: they only lead somewhere
EFFECTS = ("cover_mode", "danger", "unsafe_phone", "human", "child", "erase", "read")
PAGE = 4
LONG_PAGE = 8  # of a list of subdivisions, whose names are short


class FlowError(ValueError):
    """The flows cannot be used; the message names every fault, `flow/step: what is wrong`."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Step:
    """One question, or one thing to say.

    `key` is the answer's name, `labels` the context of the option labels, `next` the step or end that follows, `goto` where a choice
    leads instead, `fallback` where an unclear answer leads. `words` holds, by language, every word for an option; `paged` the languages in
    which the list is too long for one SMS. `cover` is the neutral wording on a phone that others may read; `low` and `high` bound a
    number; `branch` are conditions with where each leads, the first that holds wins; `call` is the flow that is gone through on the way.
    """

    id: str
    key: str
    kind: str
    context: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    labels: str = ""
    next: str = ""
    goto: Mapping[str, str] = field(default_factory=dict)
    when: Condition | None = None
    needs: frozenset[str] = frozenset()  # every name its condition speaks of
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outrules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    zero: str = ""
    fallback: str = ""
    sets: bool = False
    ids: frozenset[str] = frozenset()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    paged: frozenset[str] = frozenset()
    keys: tuple[Key, ...] = ()
    cover: str = ""
    low: int = 0
    high: int = 999_999
    branch: tuple[tuple[Condition, str], ...] = ()
    call: str = ""

    @property
    def targets(self) -> frozenset[str]:
        """Every step or end that can follow: by a choice, a skip, an unclear answer, or because this one is not asked."""
        leads = {*self.goto.values(), *((self.fallback,) if self.fallback else ()), *(target for _, target in self.branch)}
        if self.when is not None or not self.fallback or not self.ids or not self.ids <= self.goto.keys():
            leads.add(self.next)
        return frozenset(leads)


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation: steps in order, ends with their texts, where 99 leads, and flags raised at an end."""

    id: str
    title: str
    opening: tuple[Line, ...]
    first: str
    steps: Mapping[str, Step]
    ends: Mapping[str, tuple[Line, ...]]
    urgent: str = ""
    case: bool = True
    then: str = ""
    flags: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """All flows, with what is said and understood around them."""

    flows: Mapping[str, Flow]
    menu: Step
    languages: Mapping[str, str]  # code → its own name, in the order of the list
    keywords: Keywords
    joiners: tuple[str, ...]
    phrases: Mapping[str, str]
    dates: Dates = field(default_factory=Dates)
    regions: Regions = field(default_factory=dict)
    countries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language → code → name
