"""What crosses the border of the engine: what a person gave, what is said, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from bot.flows.state import State

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Text:
    """What a person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button: its callback data exactly as it came."""

    data: str


@dataclass(frozen=True, slots=True)
class Form:
    """A page of the web form: `data` of the question shown, the chosen option ids ("0" skips), and a text."""

    data: str
    values: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Media:
    """Something that is no text: kinds such as photo or voice, and its caption."""

    kinds: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A contact card; the layer holds the number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The layer's answer to WordGiven: ok, wrong or locked."""

    name: str


Given = Text | Press | Form | Pin | Media | Card | Outcome


@dataclass(frozen=True, slots=True)
class FlowStarted:
    """A flow began."""

    flow: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered by choice; no choices: skipped."""

    step: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextGiven:
    """The message's text belongs to this step; `answer` is False when it was said out of turn."""

    step: str
    answer: bool


@dataclass(frozen=True, slots=True)
class PlaceGiven:
    """A place: by pin, or by text when both are None."""

    step: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class MediaGiven:
    """A photo, a voice note or the like."""

    step: str


@dataclass(frozen=True, slots=True)
class CardGiven:
    """A contact card."""

    step: str


@dataclass(frozen=True, slots=True)
class UrgentAsked:
    """99: tell responders at once."""


@dataclass(frozen=True, slots=True)
class DangerNow:
    """Somebody is in danger now."""


@dataclass(frozen=True, slots=True)
class HumanAsked:
    """88: a person is wanted."""


@dataclass(frozen=True, slots=True)
class CoverMode:
    """The phone may be read by others."""


@dataclass(frozen=True, slots=True)
class UnsafePhone:
    """The phone is not safe: nothing outbound, keep only a count."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """STOP: nothing outbound until the person writes again."""


@dataclass(frozen=True, slots=True)
class Exited:
    """X: the session closes."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The person switched the language."""

    lang: str


@dataclass(frozen=True, slots=True)
class ContactChosen:
    """How we may answer."""

    way: str


@dataclass(frozen=True, slots=True)
class ShareChosen:
    """Who may be told, contradictions resolved."""

    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordChosen:
    """The message is the person's new code word."""


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """The message is a receipt code (skipped: the person has none at hand)."""

    skipped: bool = False


@dataclass(frozen=True, slots=True)
class WordGiven:
    """The message is the code word; the layer answers with an Outcome."""

    skipped: bool = False


@dataclass(frozen=True, slots=True)
class EraseAsked:
    """Confirmed: my_contact_only, everything or withdraw_sharing_only."""

    scope: str


@dataclass(frozen=True, slots=True)
class ReadAsked:
    """The person, who showed their code, wants to read what was answered."""


@dataclass(frozen=True, slots=True)
class StrangerAsked:
    """Under cover, somebody wrote "who is this?": the phone may be in other hands."""


@dataclass(frozen=True, slots=True)
class HoursChosen:
    """When the person may be written to or called; choice ids, none: any time."""

    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flow's flag holds, e.g. misuse_check."""

    name: str


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """A flow reached an end."""

    flow: str
    end: str


Event = (
    FlowStarted
    | Answered
    | TextGiven
    | PlaceGiven
    | MediaGiven
    | CardGiven
    | UrgentAsked
    | DangerNow
    | HumanAsked
    | CoverMode
    | UnsafePhone
    | Stopped
    | Exited
    | LanguageChosen
    | ContactChosen
    | ShareChosen
    | WordChosen
    | CodeGiven
    | WordGiven
    | EraseAsked
    | ReadAsked
    | StrangerAsked
    | HoursChosen
    | Flagged
    | FlowEnded
)


class Say(NamedTuple):
    """One thing to say, in English, with what a renderer needs to say it in another language on any channel.

    A NamedTuple because every step makes one, and it is made in a third of a frozen dataclass's time.
    """

    kind: str
    context: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    labels: str = ""
    keys: tuple[tuple[str, str, str], ...] = ()
    step: str = ""
    version: int = 0
    picked: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One move: the new state, what to say and what happened."""

    state: State
    says: tuple[Say, ...] = ()
    events: tuple[Event, ...] = ()
