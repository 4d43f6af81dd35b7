"""Circles: flows that call one another, and answers that lead back to where they were given."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checking.fault import Fault, Spot
from bot.checking.outline import Item, Outline, Steps, listed, targets
from bot.checking.sources import BLOCKS, Sources
from bot.flows.check import endless, unreachable

# What these lead to is asked anew, so nobody goes round.
_ANEW = frozenset(("wrong", "locked", "skip"))


def calls(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Steps that call a flow from which their own is called again."""
    called = {flow.id: {str(item.raw["call"]) for item in flow.items if "call" in item.raw} for flow in flows}
    for flow in flows:
        for item in flow.items:
            name = str(item.raw.get("call", ""))
            if name in called and flow.id not in unreachable(called, {name}, {flow.id}):
                text = f"{name} calls {flow.id} again, and the talk goes round; lead to a step of it by goto, or take the call out"
                yield sources.spot(item.file, *item.steps, "call").fault(text)


def loops(sources: Sources, flows: tuple[Outline, ...]) -> Iterator[Fault]:
    """Answers that lead back to a question which is answered by then: it is passed over, and the talk goes round."""
    for flow in flows if sources.whole(BLOCKS) else ():
        order = {item.id: at for at, item in enumerate(flow.items)}
        ways = {item.id: _ways(item) for item in flow.items}
        graph = {name: set(leads) for name, leads in ways.items()}
        stuck = set(endless({item.id: set(targets(item)) for item in flow.items}, {*flow.ends, ""}))
        for item in flow.items:
            for target, steps in ways[item.id].items():
                if order.get(target, len(order)) <= order[item.id] and item.id not in stuck:
                    if item.id not in unreachable(graph, {target}, {item.id}):
                        text = f"this leads back to {target}, which is answered by then: the talk would go round; lead onward"
                        yield _place(sources, flow, item, steps).fault(text)


def _ways(item: Item) -> dict[str, Steps]:
    """Where a step leads that is answered already; what follows a skipped one is no such way."""
    found = targets(item)
    return {to: steps for to, steps in found.items() if to and steps[:1] != ("fallback",) and not _ANEW & set(steps[1:2])}


def _place(sources: Sources, flow: Outline, item: Item, steps: Steps) -> Spot:
    if steps:
        return sources.spot(item.file, *item.steps, *steps)
    rows = listed(flow.data.get("steps"))
    at = next((at for at in range(len(rows)) if sources.spot(flow.file, "steps", at) == item.own), len(rows))
    jump = at + 1 < len(rows) and isinstance(rows[at + 1], dict) and "id" not in rows[at + 1]
    return sources.spot(flow.file, "steps", at + 1, "goto") if jump else item.own
