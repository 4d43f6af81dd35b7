"""Flows: names that lead somewhere, steps that can be reached, conversations that come to an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from bot.checking.fault import Fault, Spot, meant
from bot.checking.outline import Item, Outline, listed, mapping, targets
from bot.checking.sources import BLOCKS, PHRASES, Sources
from bot.flows.check import endless, unreachable
from bot.flows.conditions import ConditionError, parse
from bot.flows.definition import CHOICES
from bot.flows.state import PIN, TEXT

# What a condition may speak of besides answers: flags, and the marks of an answer in words or by a pin.
FLAGS = frozenset(("cover", "danger", "child", "urgent", TEXT, PIN))


def _at(sources: Sources, item: Item, *steps: object) -> Spot:
    return sources.spot(item.file, *item.steps, *steps)


def duplicates(sources: Sources, flows: Iterable[Outline]) -> Iterator[Fault]:
    """Two flows or two steps of one name."""
    seen: dict[str, str] = {}
    for flow in flows:
        if flow.id in seen:
            yield sources.spot(flow.file, "flow").fault(f"the flow {flow.id} is also in {seen[flow.id]}; give one another name")
        seen.setdefault(flow.id, flow.file)
        ids: dict[str, Spot] = {}
        for item in flow.items:
            if item.id in ids:
                where = item.own if item.file != flow.file else sources.spot(flow.file, *item.steps, "id")
                yield where.fault(f"there are two steps {item.id} (the other in line {ids[item.id].line}); give one another id")
            ids.setdefault(item.id, item.own)


def names(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Steps, ends, blocks, lists, phrases and flows that are named but not there."""
    known = {flow.id: flow for flow in flows}
    if not sources.whole(BLOCKS):
        return
    for at, name in enumerate(listed(sources.data(BLOCKS).get("menu"))):
        if str(name) not in known and sources.whole("flows/"):
            yield sources.spot(BLOCKS, "menu", at).fault(f"there is no flow {name}; {meant(name, known)}")
    for flow in flows:
        yield from _uses(sources, flow)
        yield from _phrases(sources, flow)
        urgent = flow.data.get("urgent")
        if urgent and str(urgent) not in flow.ids:
            yield sources.spot(flow.file, "urgent").fault(f"there is no step {urgent} in this flow; {meant(urgent, flow.ids)}")
        for item in flow.items:
            if "call" in item.raw and str(item.raw["call"]) not in known:
                yield _at(sources, item, "call").fault(f"there is no flow {item.raw['call']}; {meant(item.raw['call'], known)}")
            for target, steps in targets(item).items():
                if steps and not _exists(target, flow, known):
                    there = flow.ids | flow.ends.keys()
                    yield _at(sources, item, *steps).fault(f"there is no step and no end {target} in {flow.id}; {meant(target, there)}")
        yield from _jumps(sources, flow, known)


def _jumps(sources: Sources, flow: Outline, known: dict[str, Outline]) -> Iterator[Fault]:
    for at, raw in enumerate(listed(flow.data.get("steps"))):
        if isinstance(raw, dict) and "id" not in raw and isinstance(raw.get("goto"), str) and not _exists(raw["goto"], flow, known):
            there = flow.ids | flow.ends.keys()
            text = f"there is no step and no end {raw['goto']} in {flow.id}; {meant(raw['goto'], there)}"
            yield sources.spot(flow.file, "steps", at, "goto").fault(text)


def _exists(target: str, flow: Outline, known: dict[str, Outline]) -> bool:
    if "/" in target:
        other, step = target.split("/", 1)
        return other in known and step in known[other].ids
    return target in flow.ids or target in flow.ends


def _uses(sources: Sources, flow: Outline) -> Iterator[Fault]:
    blocks, lists = mapping(sources.data(BLOCKS).get("blocks")), mapping(sources.data(BLOCKS).get("lists"))
    for at, raw in enumerate(listed(flow.data.get("steps"))):
        if isinstance(raw, dict) and "use" in raw and str(raw["use"]) not in blocks:
            yield sources.spot(flow.file, "steps", at, "use").fault(f"there is no block {raw['use']}; {meant(raw['use'], blocks)}")
    for item in flow.items:
        options = item.raw.get("options")
        if isinstance(options, str) and options not in lists:
            yield _at(sources, item, "options").fault(f"there is no list {options}; {meant(options, lists)}")


def _phrases(sources: Sources, flow: Outline) -> Iterator[Fault]:
    if not sources.whole(PHRASES):
        return
    phrases = mapping(sources.data(PHRASES))
    places = [(("opening",), flow.data.get("opening")), *((("ends", end), lines) for end, lines in mapping(flow.data.get("ends")).items())]
    for steps, texts in places:
        for at, text in enumerate(listed(texts)):
            if isinstance(text, dict) and str(text.get("phrase")) not in phrases:
                where = (*steps, *((at,) if isinstance(texts, list) else ()), "phrase")
                name = text.get("phrase")
                yield sources.spot(flow.file, *where).fault(f"there is no phrase {name} in {PHRASES}; {meant(name, phrases)}")


def branches(sources: Sources, flows: Iterable[Outline]) -> Iterator[Fault]:
    """A question after which nothing comes, an answer without a branch, a branch without an answer."""
    for flow in flows if sources.whole(BLOCKS) else ():
        for item in flow.items:
            goto = mapping(item.raw.get("goto"))
            if not item.next and "" in targets(item):
                yield from _open(sources, item, goto)
            extra = {"skip"} | ({"wrong", "locked"} if item.kind == "word" else set())
            if isinstance(item.raw.get("options"), str) and not item.options:
                continue  # the list is not there, and that is told already
            if item.kind in CHOICES and not item.options:
                yield item.own.fault(f"{item.id} is a choice without answers; add `options:`")
            for part in ("goto", "effects", "outrules"):
                for choice in mapping(item.raw.get(part)):
                    if choice not in item.options and choice not in extra and item.kind in (*CHOICES, "word"):
                        mend = meant(choice, [*item.options, *extra])
                        yield sources.key(item.file, *item.steps, part, choice).fault(f"there is no answer {choice}; {mend}")
            yield from _outruled(sources, item)


def _outruled(sources: Sources, item: Item) -> Iterator[Fault]:
    """Answers that another one takes back, and that are none."""
    for choice, others in mapping(item.raw.get("outrules")).items():
        for at, other in enumerate(listed(others)):
            if str(other) not in item.options:
                where = sources.spot(item.file, *item.steps, "outrules", choice, at)
                yield where.fault(f"there is no answer {other}; {meant(other, item.options)}")


def _open(sources: Sources, item: Item, goto: dict[str, object]) -> Iterator[Fault]:
    mend = "add it to `goto:`, or `- {goto: end}` as the next line"
    left = [option for option in item.options if option not in goto]
    if goto and left:
        for option in left:
            where = sources.key(item.options_at[0], *item.options_at[1], option)
            yield where.fault(f"the answer {option} of {item.id} has no branch; {mend}")
    else:
        yield item.own.fault(f"{item.id} is a dead end: nothing follows; add `- {{goto: end}}` as the next line")


def conditions(sources: Sources, flows: Iterable[Outline]) -> Iterator[Fault]:
    """Conditions that cannot be read, or speak of answers that nobody can give."""
    for flow in flows if sources.whole(BLOCKS) else ():
        known = set(FLAGS)
        for item in flow.items:
            known |= {item.key, *item.options}
        for item in flow.items:
            for at, line in enumerate(listed(item.raw.get("branch"))):
                yield from _condition(_at(sources, item, "branch", at, "when"), str(mapping(line).get("when", "")), known)
            if "when" in item.raw:
                inner = "when" in (sources.yaml[item.file].value(*item.steps) or {})
                where = _at(sources, item, "when") if inner else _used_when(sources, flow, item)
                yield from _condition(where, str(item.raw["when"]), known)
        for flag, source in mapping(flow.data.get("flags")).items():
            yield from _condition(sources.spot(flow.file, "flags", flag), str(source), known)


def _used_when(sources: Sources, flow: Outline, item: Item) -> Spot:
    steps = listed(flow.data.get("steps"))
    at = next((at for at in range(len(steps)) if sources.spot(flow.file, "steps", at) == item.own), 0)
    return sources.spot(flow.file, "steps", at, "when")


def _condition(where: Spot, source: str, known: set[str]) -> Iterator[Fault]:
    try:
        _, spoken = parse(source)
    except ConditionError as error:
        yield where.fault(f"this condition cannot be read: {error}; see docs/operators.md")
        return
    for name in sorted(spoken - known):
        yield where.fault(f"there is no answer or flag {name} in this flow; {meant(name, known)}")


def reach(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Steps and ends that nobody comes to, and circles that nobody leaves."""
    for flow in flows if sources.whole("flows/") else ():
        there = flow.ids | flow.ends.keys()
        graph: dict[str, set[str]] = {}
        for item in flow.items:  # two steps of one name are told elsewhere: here both lead on
            graph.setdefault(item.id, set()).update(_nearest(target, there) for target in targets(item))
        entries = _entries(flow, flows)
        lost = unreachable(graph, entries, flow.ends)
        # What comes to a dead end, which is told as such, goes in no circle.
        stuck, dead = set(endless(graph, {*flow.ends, ""})), any("" in leads for leads in graph.values())
        for item in flow.items:
            if item.id in lost and item.file == flow.file:
                yield item.own.fault(f"nobody comes to {item.id}; lead a `goto` to it, or take it out")
            elif item.id in lost and _first_of_block(item, flow):
                yield item.own.fault(f"nobody comes to {item.id}; lead a `goto` to it, or take it out")
            elif item.id in stuck and all(_exists_in(target, flow) for target in graph[item.id]):
                yield item.own.fault(f"{item.id} goes round in a circle and comes to no end; lead one answer out of it")
        for end in lost & flow.ends.keys() if not dead else ():
            plain = end.removesuffix("_cover")
            if plain in (end, "") or plain not in flow.ends:  # with the plain one goes its cover
                yield flow.ends[end].fault(f"nobody comes to the end {end}; lead a `goto` to it, or take it out")


def _nearest(target: str, there: set[str]) -> str:
    """A misspelt target as the one that was meant: one fault is told once."""
    near = [] if target in there or "/" in target else get_close_matches(target, sorted(there), 1, 0.6)
    return near[0] if near else target


def _first_of_block(item: Item, flow: Outline) -> bool:
    return next(other for other in flow.items if other.own == item.own) is item


def _exists_in(target: str, flow: Outline) -> bool:
    return "/" in target or target in flow.ids or target in flow.ends


def _entries(flow: Outline, flows: Iterable[Outline]) -> set[str]:
    entries = {flow.items[0].id} if flow.items else set()
    if flow.data.get("urgent"):
        entries.add(str(flow.data["urgent"]))
    for other in flows:
        for item in other.items:
            entries |= {target.split("/", 1)[1] for target in targets(item) if target.startswith(f"{flow.id}/")}
    return entries
