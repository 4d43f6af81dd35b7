"""What must hold of every flow beyond its format: reachable, no dead end, no circle, short enough for an SMS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.flows.definition import CHOICES, TYPED, Book, Flow
from bot.flows.gsm7 import is_gsm7, length
from bot.flows.render import data_of, sms
from bot.flows.state import PIN, TEXT
from bot.flows.turns import Say

Graph = Mapping[str, Collection[str]]  # step → the steps and ends that can follow

MAX_SMS = 160
MAX_DATA = 64
# As long as they get: a spaced receipt code of twenty digits, an international number.
SAMPLES = {
    "target_time": "Wednesday 25 Nov, 09:00 (UTC+7)",
    "code": "1234 5678 9012 3456 7890",
    "number": "+66 99 130 1300",
    "child_number": "1800 010 180",
    "state": "passed on with your yes",
    "told": "UNHCR, International Organization for Migration (IOM)",
    "weekday": "Wednesday",
    "day": "25",
    "month": "Nov",
    "time": "09:00",
    "answers": "We read you. Can you write when you are alone?",
}


def check(book: Book) -> tuple[str, ...]:
    """Every fault as `flow/step: what is wrong`; none for a good book."""
    faults: list[str] = []
    for flow in book.flows.values():
        faults.extend(_reach(flow, book))
        faults.extend(_names(flow))
    faults.extend(_lengths(book))
    return tuple(faults)


def _entries(flow: Flow, book: Book) -> set[str]:
    entries = {flow.first} | ({flow.urgent} if flow.urgent else set())
    for other in book.flows.values():
        for step in other.steps.values():
            entries |= {target.split("/", 1)[1] for target in step.targets if target.startswith(f"{flow.id}/")}
    return entries


def _reach(flow: Flow, book: Book) -> Iterator[str]:
    graph = {name: step.targets for name, step in flow.steps.items()}
    lost = unreachable(graph, _entries(flow, book), flow.ends)
    for name in flow.steps:
        if name in lost:
            yield f"{flow.id}/{name}: cannot be reached"
    for end in flow.ends:
        if end in lost and (end.removesuffix("_cover") == end or end.removesuffix("_cover") in lost):
            yield f"{flow.id}/{end}: this end cannot be reached"
    for name in endless(graph, flow.ends):
        yield f"{flow.id}/{name}: never comes to an end"


def unreachable(graph: Graph, entries: Iterable[str], ends: Iterable[str]) -> set[str]:
    """The steps and ends to which no way leads from the entries."""
    reached: set[str] = set()
    todo = list(entries)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(graph.get(name, ()))
    return {*graph, *ends} - reached


def endless(graph: Graph, ends: Iterable[str]) -> tuple[str, ...]:
    """The steps from which no end can be reached, walking backwards from the ends; another flow is a way out."""
    ending = set(ends)
    while True:
        more = {name for name, leads in graph.items() if name not in ending and any(t in ending or "/" in t for t in leads)}
        if not more:
            return tuple(name for name in graph if name not in ending)
        ending |= more


def _names(flow: Flow) -> Iterator[str]:
    """Conditions may only speak of answers, choices and flags that exist."""
    known = {"cover", "danger", "child", "urgent", TEXT, PIN}
    for step in flow.steps.values():
        known |= {step.key} | step.ids
    for step in flow.steps.values():
        for name in sorted(step.needs - known):
            yield f"{flow.id}/{step.id}: when: there is no answer or flag {name} in this flow"


def _lengths(book: Book) -> Iterator[str]:
    for where, say in _says(book):
        text = sms((say,), "en", _as_is, SAMPLES)
        if not is_gsm7(text) and say.kind != "languages":
            yield f"{where}: has a character that makes an SMS cost double"
        elif length(text) > MAX_SMS:
            yield f"{where}: {length(text)} characters as an SMS, at most {MAX_SMS}"
        longest = max((len(data_of(say, option).encode()) for option, _ in say.options), default=0)
        if longest > MAX_DATA:
            yield f"{where}: a button's data is longer than {MAX_DATA} bytes"


def _says(book: Book) -> Iterator[tuple[str, Say]]:
    for name, phrase in book.phrases.items():
        yield f"phrase/{name}", Say("say", f"phrase.{name}", phrase)
    yield "menu", Say("menu", book.menu.context, book.menu.text, book.menu.options, book.menu.labels, (), "menu", 99_999)
    for flow in book.flows.values():
        for context, text in flow.opening:
            yield f"{flow.id}/opening", Say("say", context, text)
        for step in flow.steps.values():
            keys = (("skip", "phrase.key_skip", "skip"),) if step.zero in ("skip", "none") else ()
            kind = step.kind if step.kind in (*CHOICES, *TYPED) else "say"
            yield f"{flow.id}/{step.id}", Say(kind, step.context, step.text, step.options, step.labels, keys, step.id, 99_999)
        for end, lines in flow.ends.items():
            for context, text in lines:
                yield f"{flow.id}/{end}", Say("end", context, text)


def _as_is(lang: str, context: str, english: str) -> str:
    return english
