"""What a talk must remember between two messages: the engine's state and a little beside it, under the state key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.flows.state import State
from triage.vault import CannotOpen, StateBox

PURPOSE = "talk"
# Kept where there is something to keep.
LATER = ("group", "group_message", "echoes", "held", "opened", "reminder", "zawgyi", "spoke", "bare", "hushed")


@dataclass(frozen=True, slots=True)
class Memory:
    """`code`: the receipt of the talk's own case. `asked`: the case whose code was just given (0: a wrong one).

    `words`: something was said that no menu offered, so that the case is more than choices. `chose_lang`: by hand.
    `group`, `group_message`: the album that is coming in, and the word it belongs to. `echoes`: when the last texts came, and
    what they were like. `held`: why the last answer was held back.
    `spoke`: the person's language was heard from their words. `bare`: the case holds no more than a call for help or a greeting.
    `opened`: the code that was given. `reminder`: the parcel that asks once whether they want to go on. `zawgyi`: see `letters`.
    `hushed`: see `hush`.
    """

    state: State
    code: str | None = None
    asked: int | None = None
    words: bool = False
    chose_lang: bool = False
    group: str = ""
    group_message: int = 0
    echoes: tuple[tuple[int, tuple[int, ...]], ...] = ()
    held: str = ""
    opened: str | None = None
    reminder: int | None = None
    zawgyi: int = 0
    spoke: bool = False
    bare: bool = False
    hushed: bool = False


def seal(box: StateBox, memory: Memory) -> bytes:
    """Under the state key."""
    raw = {"state": memory.state.dumps(), "code": memory.code, "asked": memory.asked, "words": memory.words, "chose": memory.chose_lang}
    raw |= {name: value for name in LATER if (value := getattr(memory, name))}
    return box.seal(PURPOSE, json.dumps(raw, separators=(",", ":")).encode())


def unseal(box: StateBox, blob: bytes | None) -> Memory | None:
    """The memory again; None where there is none or its key is gone."""
    if blob is None:
        return None
    try:
        raw = json.loads(box.open(PURPOSE, blob))
        return Memory(State.loads(raw["state"]), raw["code"], raw["asked"], raw["words"], raw["chose"], **_later(raw))
    except (CannotOpen, ValueError, KeyError, TypeError):
        return None


def _later(raw: dict[str, Any]) -> dict[str, Any]:
    found = {name: raw[name] for name in LATER if name in raw}
    if "echoes" in found:
        found["echoes"] = tuple((int(at), tuple(like)) for at, like in found["echoes"])
    return found
