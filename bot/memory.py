"""What a talk must remember between two messages: the engine's state and a little beside it, under the state key."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.flows.state import State
from triage.vault import CannotOpen, StateBox

PURPOSE = "talk"


@dataclass(frozen=True, slots=True)
class Memory:
    """`code`: the receipt of the talk's own case. `asked`: the case whose code was just given (0: a wrong one).

    `words`: something was said that no menu offered, so that the case is more than choices. `chose_lang`: by hand.
    """

    state: State
    code: str | None = None
    asked: int | None = None
    words: bool = False
    chose_lang: bool = False


def seal(box: StateBox, memory: Memory) -> bytes:
    """Under the state key."""
    raw = {"state": memory.state.dumps(), "code": memory.code, "asked": memory.asked, "words": memory.words, "chose": memory.chose_lang}
    return box.seal(PURPOSE, json.dumps(raw, separators=(",", ":")).encode())


def unseal(box: StateBox, blob: bytes | None) -> Memory | None:
    """The memory again; None where there is none or its key is gone."""
    if blob is None:
        return None
    try:
        raw = json.loads(box.open(PURPOSE, blob))
        return Memory(State.loads(raw["state"]), raw["code"], raw["asked"], raw["words"], raw["chose"])
    except (CannotOpen, ValueError, KeyError, TypeError):
        return None
