"""What crosses the border of a channel: one frozen message in, one text out, and a closed set of send errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_TEXT = 20_000  # characters kept of one message; more than any provider delivers at once


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a person, already in their language. `buttons` are (payload, label) rows where the channel has buttons."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    ask_location: str | None = None  # label of a share-my-location button


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


def clean_text(text: object) -> str:
    """Text as it can be stored: a string without NUL and lone surrogates, at most MAX_TEXT characters."""
    if not isinstance(text, str):
        return ""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
