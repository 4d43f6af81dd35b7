"""The flows as they stand in their files: steps with blocks put in, where each leads, and the place of every word.

Read tolerantly, so that one fault hides no other. `bot.flows.build` reads strictly what is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.checking.fault import Spot
from bot.checking.sources import BLOCKS, PHRASES, WEB, Sources
from bot.flows.definition import SILENT

Key = tuple[str, str]  # context, English
Origins = Mapping[Key, Spot]
Steps = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One step. `own` is where it stands in its flow, `file` and `steps` where its words are (a block's are in blocks.yaml)."""

    flow: str
    id: str
    key: str
    context: str
    own: Spot
    file: str
    steps: Steps
    raw: dict[str, Any]
    next: str
    options: dict[str, str] = field(default_factory=dict)
    options_at: tuple[str, Steps] = ("", ())  # file and steps of the options' mapping

    @property
    def kind(self) -> str:
        """What it asks; `say`, `branch` or `call` where it asks nothing."""
        return next((name for name in ("say", *SILENT) if name in self.raw), str(self.raw.get("ask", "")))

    @property
    def text(self) -> str:
        """What it says or asks."""
        return str(self.raw.get("say", self.raw.get("text", "")))


@dataclass(frozen=True, slots=True)
class Outline:
    """One flow."""

    id: str
    file: str
    data: dict[str, Any]
    items: tuple[Item, ...]
    ends: dict[str, Spot]

    @property
    def ids(self) -> set[str]:
        """The names of its steps."""
        return {item.id for item in self.items}


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, with its keys as words."""
    return {str(key): inner for key, inner in value.items()} if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """The value as a list."""
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def outlines(sources: Sources) -> tuple[Outline, ...]:
    """Every flow of the folder."""
    return tuple(_outline(sources, file) for file in sources.flows)


def _outline(sources: Sources, file: str) -> Outline:
    data = sources.data(file)
    name = str(data.get("flow", file))
    places = list(_inlined(sources, file, name, data))
    items = [_item(sources, place, _after(places, at)) for at, place in enumerate(places) if "id" in place.raw]
    ends = {end: sources.key(file, "ends", end) for end in mapping(data.get("ends"))}
    return Outline(name, file, data, tuple(items), ends)


@dataclass(frozen=True, slots=True)
class _Place:
    flow: str
    own: Spot
    file: str
    steps: Steps
    raw: dict[str, Any]
    key: str
    context: str


def _inlined(sources: Sources, file: str, flow: str, data: dict[str, Any]) -> Iterator[_Place]:
    blocks = mapping(sources.data(BLOCKS).get("blocks"))
    for at, item in enumerate(listed(data.get("steps"))):
        if not isinstance(item, dict):
            continue
        own, raw = sources.spot(file, "steps", at), dict(item)
        if "use" not in raw:
            id_ = str(raw.get("id", ""))
            yield _Place(flow, own, file, ("steps", at), raw, id_, f"{flow}.{id_}")
            continue
        name = str(raw["use"])
        if name not in blocks:
            id_ = str(raw.get("id", ""))
            yield _Place(flow, own, file, ("steps", at), raw, id_, f"{flow}.{id_}")
        inner = [step for step in listed(blocks.get(name)) if isinstance(step, dict) and "id" in step]
        for position, step in enumerate(inner):
            yield _from_block(_Place(flow, own, file, ("steps", at), raw, "", ""), name, position, step, str(inner[0]["id"]))


def _from_block(use: _Place, name: str, position: int, step: dict[str, Any], first: str) -> _Place:
    name_ = str(step["id"])
    key, raw, context = str(step.get("key", name_)), dict(step), f"block.{name_}"
    file, steps = BLOCKS, ("blocks", name, position)
    own_id = str(use.raw.get("id", name_))
    if position == 0:
        raw["id"] = own_id
        if "text" in use.raw:
            raw["text"], context = use.raw["text"], f"{use.flow}.{name_}"
    elif own_id != first:
        raw["id"] = f"{own_id}_{name_}"
    conditions = [f"({source})" for source in (use.raw.get("when"), step.get("when")) if source]
    if conditions:
        raw["when"] = " and ".join(conditions)
    return _Place(use.flow, use.own, file, steps, raw, key, context)


def _after(places: list[_Place], at: int) -> str:
    if at + 1 == len(places):
        return ""
    following = places[at + 1].raw
    return str(following["id"] if "id" in following else following.get("goto", ""))


def _item(sources: Sources, place: _Place, follows: str) -> Item:
    options, where = place.raw.get("options"), (place.file, (*place.steps, "options"))
    if isinstance(options, str):
        where = (BLOCKS, ("lists", options))
        options = mapping(sources.data(BLOCKS).get("lists")).get(options)
    labels = {option: str(label) for option, label in mapping(options).items()}
    return Item(
        place.flow, str(place.raw["id"]), place.key, place.context, place.own, place.file, place.steps, place.raw, follows, labels, where
    )


def targets(item: Item) -> dict[str, Steps]:
    """Where a step can lead, each with the place of the word that says so (from `item.steps`; empty: what follows)."""
    goto, fallback = mapping(item.raw.get("goto")), item.raw.get("fallback")
    found: dict[str, Steps] = {str(target): ("goto", choice) for choice, target in goto.items()}
    for at, line in enumerate(listed(item.raw.get("branch"))):
        found.setdefault(str(mapping(line).get("goto", "")), ("branch", at, "goto"))
    if fallback:
        found.setdefault(str(fallback), ("fallback",))
    if "when" in item.raw or not fallback or not item.options or not set(item.options) <= goto.keys():
        found.setdefault(item.next, ())
    return found


def origins(sources: Sources, flows: tuple[Outline, ...]) -> dict[Key, Spot]:
    """Every text that a person may read, by (context, English), with the first place where it stands."""
    found: dict[Key, Spot] = {}
    for name, text in mapping(sources.data(PHRASES)).items():
        found[(f"phrase.{name}", str(text))] = sources.spot(PHRASES, name)
    for key, text in mapping(sources.data(WEB)).items():
        found[(f"web.{key}", str(text))] = sources.spot(WEB, key)
    menu = {str(name) for name in listed(sources.data(BLOCKS).get("menu"))}
    for flow in flows:
        if flow.id in menu:
            found.setdefault(("menu", str(flow.data.get("title", flow.id))), sources.spot(flow.file, "title"))
        for spoken, place in _of_flow(sources, flow):
            found.setdefault(spoken, place)
    return {key: place for key, place in found.items() if key[1]}


def _of_flow(sources: Sources, flow: Outline) -> Iterator[tuple[Key, Spot]]:
    yield from _lines(sources, flow, f"{flow.id}.opening", flow.data.get("opening"), ("opening",))
    for item in flow.items:
        file, steps = (flow.file, _steps_of(item, flow)) if item.context.startswith(f"{flow.id}.") else (item.file, item.steps)
        yield (item.context, item.text), sources.spot(file, *steps, "say" if item.kind == "say" else "text")
        if "cover" in item.raw:
            yield (item.context, str(item.raw["cover"])), sources.spot(file, *steps, "cover")
        for option, label in item.options.items():
            yield ("option", label), sources.spot(item.options_at[0], *item.options_at[1], option)
        for name, text in mapping(item.raw.get("says")).items():
            yield (item.context, str(text)), sources.spot(item.file, *item.steps, "says", name)
    for end, lines in mapping(flow.data.get("ends")).items():
        yield from _lines(sources, flow, f"{flow.id}.{end}", lines, ("ends", end))


def _steps_of(item: Item, flow: Outline) -> Steps:
    """Where a step stands in its own flow's file."""
    if item.file == flow.file:
        return item.steps
    used = listed(flow.data.get("steps"))
    return next((("steps", at) for at, raw in enumerate(used) if isinstance(raw, dict) and str(raw.get("id")) == item.id), ("steps",))


def _lines(sources: Sources, flow: Outline, context: str, texts: Any, steps: Steps) -> Iterator[tuple[Key, Spot]]:
    for at, text in enumerate(listed(texts)):
        if isinstance(text, str):
            yield (context, text), sources.spot(flow.file, *steps, *((at,) if isinstance(texts, list) else ()))


def covered(sources: Sources, flows: tuple[Outline, ...]) -> frozenset[Key]:
    """What is said to somebody on whose phone others may read: phrases and ends called `_cover`, and each `cover:` of a step."""
    found = {(f"phrase.{name}", str(text)) for name, text in mapping(sources.data(PHRASES)).items() if str(name).endswith("_cover")}
    for flow in flows:
        found |= {(item.context, str(item.raw["cover"])) for item in flow.items if "cover" in item.raw}
        for end, lines in mapping(flow.data.get("ends")).items():
            if end.endswith("_cover"):
                found |= {(f"{flow.id}.{end}", text) for text in listed(lines) if isinstance(text, str)}
    return frozenset(found)
