"""The numbers of one channel behind one face: each message leaves by the adapter and from the number that it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import phonenumbers

from bot.channels.base import Inbound, Outgoing, RefusedForGood, SendError
from config.channels import Channels, Line

MAX_LENGTH = 1600


class Adapter(Protocol):
    """What sends for a number."""

    max_length: int

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one text; the provider's id. Raises SendError."""

    def find_sent(self, to: str, message: Outgoing, after_ms: int) -> tuple[str, ...] | None:
        """Ids of this message at the provider; empty: surely not there; None: it cannot tell."""

    def fetch(self, source: Mapping[str, Any], limit: int) -> bytes:
        """A file of a message."""


@dataclass(frozen=True, slots=True)
class Lines:
    """SMS or WhatsApp over all its numbers. `default` is the adapter of a talk whose number is not known."""

    name: str
    channels: Channels
    adapters: Mapping[str, Any]
    default: str

    def leaving(self, line_id: str | None) -> Line:
        """The line that answers what came in by `line_id`."""
        heard = self.channels.line(line_id) if line_id else None
        return self.channels.answers_for(heard) if heard else Line(f"{self.default}:", "", self.default, self.name)

    def max_length(self, line_id: str | None) -> int:
        """Characters of one message on its line."""
        line = self.leaving(line_id)
        adapter = self.adapters.get(line.adapter)
        return min(line.max_length or MAX_LENGTH, adapter.max_length if adapter else MAX_LENGTH)

    def no_answer_to(self, line_id: str | None) -> str | None:
        """The number that can be written to, where an answer to the sending one would not reach us; empty where there is none."""
        line = self.leaving(line_id)
        if line.hears and self.channels.can_answer(line.country or "", line.adapter):
            return None
        heard = self.channels.line(line_id) if line_id else None
        return heard.number if heard and heard.hears and heard.id != line.id else ""

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one text from the right number; the provider's id. Raises SendError."""
        adapter, message = self._by(message)
        return str(adapter.send(to, message))

    def find_sent(self, to: str, message: Outgoing, after_ms: int) -> tuple[str, ...] | None:
        """As the adapter's. Raises TryLater."""
        adapter, message = self._by(message)
        found: tuple[str, ...] | None = adapter.find_sent(to, message, after_ms)
        return found

    def fetch(self, source: Mapping[str, Any], limit: int) -> bytes:
        """A file, by the adapter that heard of it. Raises SendError, TooLarge."""
        adapter = self.adapters.get(str(source.get("adapter") or self.default))
        if adapter is None:
            raise SendError("the adapter is not set up")
        return bytes(adapter.fetch(source, limit))

    def _by(self, message: Outgoing) -> tuple[Any, Outgoing]:
        line = self.leaving(message.line)
        if line.direction == "in":
            raise RefusedForGood(f"the number {line.id} sends nothing")
        adapter = self.adapters.get(line.adapter)
        if adapter is None:
            raise SendError(f"{line.adapter} is not set up")
        return adapter, replace(message, line=line.number)


def came_by(channels: Channels, adapter: str, inbound: Inbound) -> Inbound:
    """A message with the line it came in by, and its sender as the whole world writes the number."""
    line = channels.heard_by(adapter, str(inbound.extra.get("to", "")), inbound.channel)
    files = tuple(replace(item, source={**item.source, "adapter": adapter}) for item in inbound.files)
    return replace(inbound, sender=international(inbound.sender, line.country), line=line.id, files=files)


def international(number: str, country: str | None) -> str:
    """A number in E.164 where it is one; anything else (a short code, a name) as it is."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if number.startswith("+") or not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def region(number: str) -> str | None:
    """ISO country of a number in E.164; None for what is no telephone number."""
    if not number.startswith("+"):
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or None
    except phonenumbers.NumberParseException:
        return None


def can_be_answered(channels: Channels, number: str) -> bool:
    """False for a name of letters, a machine's short code, our own number, and what is no number at all."""
    digits = number.removeprefix("+")
    return number.startswith("+") and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15 and not channels.is_ours(number)
