"""What crosses the border of a channel: one frozen message in, one text out, and a closed set of send errors."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_TEXT = 20_000  # characters kept of one message; more than any provider delivers at once


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message: where its channel finds it (`source`), or the bytes themselves where they came along.

    `kind` is the plain name or media type that the provider gives, and never trusted; `size` in bytes, where it is told.
    """

    kind: str
    source: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    size: int | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as a provider or a browser delivered it.

    `sender` is the contact in the channel's own terms, `external_id` what makes a redelivery recognisable.
    `choice` is the payload of a button; `location` latitude and longitude in degrees; `media` a plain name of what was attached.
    """

    channel: str
    sender: str
    external_id: str
    text: str = ""
    choice: str | None = None
    location: tuple[float, float] | None = None
    media: tuple[str, ...] = ()
    lang_hint: str | None = None
    ack: str | None = None  # what must be acknowledged to the provider (a button press)
    values: tuple[str, ...] = ()  # the web form's chosen options
    extra: Mapping[str, object] = field(default_factory=dict)
    files: tuple[Attached, ...] = ()
    line: str = ""  # the number of ours that it came to, by its id in channels.yaml


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a person, already in their language. `buttons` are (payload, label) rows where the channel has buttons."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    ask_location: str | None = None  # label of a share-my-location button
    line: str = ""  # the number of ours that it leaves from
    key: str = ""  # the same in every try of one message
    callback: str = ""  # what a provider's report of it is known by


def outgoing(content: Mapping[str, object]) -> Outgoing:
    """From the plain data of a parcel."""
    buttons = content.get("buttons")
    rows = tuple((str(payload), str(label)) for payload, label in buttons) if isinstance(buttons, list) else ()
    asked = content.get("ask_location")
    return Outgoing(str(content.get("text", "")), rows, str(asked) if asked else None)


class Refused(Exception):
    """The request is not from the provider: unsigned, wrongly signed, or with the wrong secret."""


class Malformed(Exception):
    """The request is from the provider, but no message can be read from it."""


class SendError(Exception):
    """Sending failed. `permanent`: the provider will never take it."""

    permanent = False

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class RefusedForGood(SendError):
    """The person blocked us, or the address does not exist."""

    permanent = True


class TryLater(SendError):
    """Too many requests, or the provider is down; surely not sent."""


class MayBeSent(SendError):
    """The line broke after sending: nobody knows whether it left."""


class TooLarge(SendError):
    """The file is larger than may be kept."""

    permanent = True

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit // 1_000_000} MB")


def pieces(text: str, limit: int) -> tuple[str, ...]:
    """A text in parts of at most `limit` characters, counted as UTF-16 as providers do; cut at the end of a line, a sentence or a word."""
    found: list[str] = []
    rest = text.strip()
    while _units(rest) > limit:
        at = _cut(rest, limit)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return (*found, rest) if rest or not found else tuple(found)


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _cut(text: str, limit: int) -> int:
    end = limit
    while _units(text[:end]) > limit:
        end -= max(1, (_units(text[:end]) - limit) // 2)
    for marks in ("\n", ".!?。！？။៕", " ,;:، ၊\u200b"):
        at = max(text.rfind(mark, end // 2, end) for mark in marks)
        if at > 0:
            return at + 1
    # A mark that belongs to the letter before it stays with it.
    while end > limit // 2 and unicodedata.category(text[end]) in ("Mn", "Mc", "Me", "Cf"):
        end -= 1
    return end


def clean_text(text: object) -> str:
    """Text as it can be stored: a string without NUL and lone surrogates, at most MAX_TEXT characters."""
    if not isinstance(text, str):
        return ""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
