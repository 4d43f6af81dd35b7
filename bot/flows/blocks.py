"""Plain YAML data made ready for `build`: blocks put where they are used, synonyms spelt out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.flows.definition import Flow
from bot.flows.keywords import spellings

Raw = Mapping[str, Any]


def block(flow: str, use: Raw, steps: Any) -> Iterator[dict[str, Any]]:
    """The steps of a block as they stand in a flow: named after their use, with its condition."""
    first = str(steps[0]["id"])
    for at, inner in enumerate(steps):
        name = str(inner["id"])
        item = {"key": name, **inner, "context": f"block.{name}"}
        if at == 0:
            item["id"] = use["id"]
            if "text" in use:
                item |= {"text": use["text"], "context": f"{flow}.{name}"}
        elif use["id"] != first:
            item["id"] = f"{use['id']}_{name}"
        conditions = [f"({source})" for source in (use.get("when"), inner.get("when")) if source]
        if conditions:
            item["when"] = " and ".join(conditions)
        yield item


def after(items: list[dict[str, Any]], at: int) -> str:
    """The step or end that follows the item at that place."""
    if at + 1 == len(items):
        return ""
    following = items[at + 1]
    return str(following["id"] if "id" in following else following.get("goto", ""))


def exists(target: str, flow: Flow, flows: Mapping[str, Flow]) -> bool:
    """True for a step or an end of the flow, or `flow/step` of another."""
    if "/" in target:
        other, step = target.split("/", 1)
        return other in flows and step in flows[other].steps
    return target in flow.steps or target in flow.ends


def circles(flows: Mapping[str, Flow]) -> Iterator[str]:
    """Flows that call one another in a circle."""
    called = {name: {step.call for step in flow.steps.values() if step.call} & flows.keys() for name, flow in flows.items()}
    for name in flows:
        reached: set[str] = set()
        todo = set(called[name])
        while todo:
            one = todo.pop()
            reached.add(one)
            todo |= called[one] - reached
        if name in reached:
            yield name


def listed(value: Any) -> tuple[Any, ...]:
    """One value or a list of them as a tuple."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def synonyms(raw: Raw) -> dict[str, tuple[str, ...]]:
    """option → every way in which another word for it is typed."""
    return {str(option): tuple(flat for word in words for flat in spellings(str(word))) for option, words in raw.items()}
