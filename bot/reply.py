"""What is said back, in the person's language: plain data that every channel can render and an inbox row can keep."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from bot.channels.base import Outgoing


@dataclass(frozen=True, slots=True)
class Field:
    """The question of a web page. `kind` is radio, checkbox, textarea or line; `choices` are (id, label, checked)."""

    kind: str
    data: str
    text: str
    choices: tuple[tuple[str, str, bool], ...] = ()
    skip: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """All that is said to one message, in the form of its channel. `code` is the receipt, where the person should see it."""

    lang: str = "en"
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    ask_location: str | None = None
    notes: tuple[str, ...] = ()
    field: Field | None = None
    code: str | None = None
    ended: bool = False
    repeated: bool = False
    told: tuple[tuple[str, str, str], ...] = ()  # step, question, answer: what was told so far, where that is asked for

    def texts(self) -> list[str]:
        """For SMS."""
        return [self.text] if self.text else []

    def outgoing(self) -> Outgoing | None:
        """For a chat; None where nothing is said."""
        return Outgoing(self.text, self.buttons, self.ask_location) if self.text else None

    def to_bytes(self) -> bytes:
        """As an inbox row keeps it."""
        return json.dumps(asdict(self), ensure_ascii=True).encode()

    @staticmethod
    def from_bytes(data: bytes) -> Reply:
        """What an inbox row kept, marked as repeated."""
        raw: dict[str, Any] = json.loads(data)
        field = raw.pop("field")
        if field is not None:
            field = Field(**(field | {"choices": tuple((a, b, c) for a, b, c in field["choices"])}))
        buttons = tuple((a, b) for a, b in raw.pop("buttons"))
        told = tuple((a, b, c) for a, b, c in raw.pop("told", ()))
        return Reply(**(raw | {"field": field, "buttons": buttons, "notes": tuple(raw["notes"]), "told": told, "repeated": True}))
