from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.flows.build import build
from bot.flows.check import check
from bot.flows.gsm7 import is_gsm7, length, parts
from tests.unit.bot.flows.test_build import _step


def test_the_shipped_flows_have_no_fault(raw: dict[str, Any]) -> None:
    assert check(build(raw)) == ()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda raw: _step(raw, "tip", "topic").update(
                goto=dict.fromkeys(_step(raw, "tip", "topic")["options"], "source"), fallback="source"
            ),
            "tip/saw_job: cannot be reached",
        ),
        (lambda raw: raw["flows"]["tip"]["ends"].update(other=["Bye"]), "tip/other: this end cannot be reached"),
        (lambda raw: raw["flows"]["info"]["steps"].__setitem__(-1, {"goto": "topic"}), "info/topic: never comes to an end"),
        (lambda raw: _step(raw, "tip", "saw_job").update(when="topics == broker"), "there is no answer or flag topics in this flow"),
        (lambda raw: _step(raw, "tip", "topic").update(text="long " * 30), "characters as an SMS, at most 160"),
        (lambda raw: raw["phrases"].update(noted="We’ve noted it."), "has a character that makes an SMS cost double"),
        (
            lambda raw: (
                _step(raw, "tip", "topic")["options"].update({"x" * 60: "Other"}) or _step(raw, "tip", "topic")["options"].pop("other")
            ),
            "data is longer than 64 bytes",
        ),
    ],
)
def test_each_planted_fault_is_found(raw: dict[str, Any], spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    spoilt = copy.deepcopy(raw)
    spoil(spoilt)
    assert any(fault in found for found in check(build(spoilt)))


def test_sms_lengths() -> None:
    assert (length("abc"), length("a€"), length("ខ")) == (3, 3, 1)
    assert (parts("a" * 160), parts("a" * 161), parts("ក" * 70), parts("ក" * 71), parts("ក" * 202)) == (1, 2, 1, 2, 4)
    assert not is_gsm7("ừ")
