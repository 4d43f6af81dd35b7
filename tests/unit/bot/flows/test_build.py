from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.flows.build import build
from bot.flows.definition import FlowError

Spoil = Callable[[dict[str, Any]], object]


def _step(raw: dict[str, Any], flow: str, step: str) -> Any:
    return next(item for item in raw["flows"][flow]["steps"] if item.get("id") == step)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda raw: _step(raw, "tip", "topic").update(asks="one"), "tip/topic: asks means nothing here"),
        (lambda raw: raw["flows"]["tip"].update(step=[]), "tip: step means nothing here"),
        (lambda raw: _step(raw, "tip", "topic").update(ask="two"), "tip/topic: ask must be one of"),
        (lambda raw: _step(raw, "tip", "topic").pop("options"), "tip/topic: a question with a choice needs options"),
        (lambda raw: _step(raw, "tip", "children").update(options="nowhere"), "tip/children: there is no list nowhere"),
        (lambda raw: _step(raw, "tip", "country").update(use="nowhere"), "tip/country: there is no block nowhere"),
        (lambda raw: _step(raw, "tip", "topic").update(goto={"broker": "nowhere"}), "tip/topic: leads to nowhere"),
        (lambda raw: _step(raw, "tip", "topic").update(goto={"brokers": "when"}), "tip/topic: there is no option brokers"),
        (lambda raw: _step(raw, "tip", "topic").update(effects={"broker": "explode"}), "tip/topic: there is no effect explode"),
        (lambda raw: _step(raw, "tip", "saw_job").update(when="topic = job"), "tip/saw_job: when: cannot read"),
        (lambda raw: raw["flows"]["tip"]["steps"].append({"id": "topic", "ask": "text", "text": "?"}), "tip/topic: there are two steps"),
        (lambda raw: raw["flows"]["tip"]["steps"].pop(), "leads to nothing"),
        (lambda raw: raw["flows"]["tip"].update(urgent="nowhere"), "tip: urgent leads to nowhere"),
        (lambda raw: raw["flows"]["tip"]["ends"].update(end=[{"phrase": "nowhere"}]), "tip.end: there is no phrase nowhere"),
        (lambda raw: raw["blocks"]["menu"].append("nowhere"), "menu: there is no flow nowhere"),
        (lambda raw: raw["phrases"].pop("received"), "phrases: received is missing"),
        (lambda raw: _step(raw, "tip", "topic")["options"].update(h="H", i="I", j="J"), "tip/topic: at most nine options"),
    ],
)
def test_each_fault_is_named_with_its_place(raw: dict[str, Any], spoil: Spoil, message: str) -> None:
    spoilt = copy.deepcopy(raw)
    spoil(spoilt)
    with pytest.raises(FlowError) as caught:
        build(spoilt)
    assert any(message in fault for fault in caught.value.faults)


def test_all_faults_are_told_at_once(raw: dict[str, Any]) -> None:
    spoilt = copy.deepcopy(raw)
    _step(spoilt, "tip", "topic")["ask"] = "two"
    _step(spoilt, "missing", "relation")["ask"] = "two"
    with pytest.raises(FlowError) as caught:
        build(spoilt)
    assert len(caught.value.faults) == 2


def test_the_seven_flows_are_in_the_menu_in_their_order(raw: dict[str, Any]) -> None:
    assert [flow for flow, _ in build(raw).menu.options] == ["help_self", "help_other", "tip", "missing", "info", "status", "erase"]


def test_a_block_keeps_the_answers_name_wherever_it_is_used(raw: dict[str, Any]) -> None:
    steps = build(raw).flows["help_self"].steps
    assert (steps["short_country"].key, steps["country"].key) == ("country", "country")
    assert steps["short_contact_contact_number"].key == "contact_number"
