"""channels.yaml: the hotline's own numbers, what may be spent, and how each HTTP gateway speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.files import read_yaml
from config.gateways import gateway_faults

FILE = "channels.yaml"
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
CHANNELS = ("sms", "whatsapp")
DIRECTIONS = ("two-way", "in", "out")
TWILIO = "twilio"
Fault = tuple[tuple[str | int, ...], str]


class ChannelsError(ValueError):
    """channels.yaml is wrong; the message names every fault with its place in the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of ours. `id` is its name in channels.yaml, or `adapter:number` where it stands there not."""

    id: str
    number: str
    adapter: str
    channel: str = "sms"
    country: str | None = None
    languages: tuple[str, ...] = ()
    direction: str = "two-way"
    max_length: int | None = None
    also: tuple[str, ...] = ()
    replies_leave_by: str | None = None

    @property
    def hears(self) -> bool:
        """True where people can write to it."""
        return self.direction != "out"


@dataclass(frozen=True, slots=True)
class Caps:
    """What may leave in a day, and how echoes are known. None: no cap. Money in the currency of `prices`."""

    per_number: int | None = None
    per_day: int | None = None
    per_country: Mapping[str, int] | None = None
    budget: float | None = None
    prices: Mapping[str, float] | None = None
    price_elsewhere: float = 0.0
    echo_minutes: int = 10
    echo_shortest: int = 12

    def price(self, country: str) -> float:
        """Of one segment to this country."""
        return float((self.prices or {}).get(country, self.price_elsewhere))

    def of_country(self, country: str) -> int | None:
        """Messages to this country in a day."""
        caps = self.per_country or {}
        return caps.get(country, caps.get("default"))


@dataclass(frozen=True, slots=True)
class Channels:
    """All of channels.yaml. `gateways` holds the enabled ones, as they are described."""

    lines: tuple[Line, ...] = ()
    gateways: Mapping[str, Mapping[str, Any]] | None = None
    caps: Caps = Caps()
    one_way: Mapping[str, Sequence[str]] = field(default_factory=dict)  # adapter → countries where its SMS cannot be answered

    def line(self, line_id: str) -> Line | None:
        """The line of an id; one of the form `adapter:number` needs no entry."""
        found = next((line for line in self.lines if line.id == line_id), None)
        adapter, _, number = line_id.partition(":")
        return found or (Line(line_id, number, adapter) if adapter and ":" in line_id else None)

    def heard_by(self, adapter: str, number: str, channel: str = "sms") -> Line:
        """The line that a message came in by: by number, by another name of it, or the adapter's only one."""
        own = [line for line in self.lines if line.adapter == adapter and line.channel == channel]
        for line in own:
            if number and number in (line.number, *line.also):
                return line
        hearing = [line for line in own if line.hears]
        if len(hearing) == 1:
            return hearing[0]
        return Line(f"{adapter}:{number}", number, adapter, channel)

    def answers_for(self, line: Line) -> Line:
        """The line that a reply leaves by: its own, unless another answers for it."""
        other = self.line(line.replies_leave_by) if line.replies_leave_by else None
        return other or line

    def is_ours(self, number: str) -> bool:
        """True for one of our own numbers: a message from it is an echo."""
        return any(line.number == number for line in self.lines)

    def can_answer(self, country: str, adapter: str) -> bool:
        """False where people in this country cannot write back to a number of this adapter."""
        return country not in self.one_way.get(adapter, ())


def read_channels(folder: Path) -> Channels:
    """channels.yaml of the folder; without the file nothing but Twilio and Telegram. Raises ChannelsError."""
    path, sms = folder / FILE, _sms(folder)
    if not path.exists():
        return Channels(one_way=sms.get("one_way") or {})
    raw = read_yaml(path)
    found = list(faults(raw))
    if found:
        raise ChannelsError("; ".join(f"{FILE}: {'.'.join(map(str, where))}: {what}" for where, what in found))
    gateways = {name: given for name, given in (raw.get("gateways") or {}).items() if given.get("enabled")}
    prices = (sms.get("prices") or {}).get("per_segment") or {}
    return Channels(tuple(_line(given) for given in raw.get("lines") or ()), gateways, _caps(raw, prices), sms.get("one_way") or {})


def _sms(folder: Path) -> Mapping[str, Any]:
    path = folder / "sms.yaml"
    found = read_yaml(path) if path.exists() else {}
    return found if isinstance(found, dict) else {}


def faults(raw: Any) -> Iterator[Fault]:
    """Everything that is wrong: (path of keys, what is wrong and the mend)."""
    if not isinstance(raw, dict):
        yield (), "must be a mapping with lines, caps and gateways"
        return
    known = {"version", "lines", "caps", "ping_pong", "gateways"}
    yield from (((key,), f"unknown key; known are {', '.join(sorted(known))}") for key in raw if key not in known)
    gateways = raw.get("gateways") or {}
    for name, given in gateways.items():
        if not NAME.fullmatch(str(name)) or name == TWILIO:
            yield ("gateways", name), "a gateway's name is small letters, digits and _, and not twilio"
        yield from ((("gateways", name, *where), what) for where, what in gateway_faults(given))
    yield from _line_faults(raw.get("lines") or [], gateways)
    yield from _cap_faults(raw)


def _line_faults(lines: list[Any], gateways: Mapping[str, Any]) -> Iterator[Fault]:
    known = {"id", "channel", "number", "adapter", "country", "languages", "direction", "max_length", "also", "replies_leave_by"}
    ids = [line.get("id") for line in lines if isinstance(line, dict)]
    for at, line in enumerate(lines):
        if not isinstance(line, dict):
            yield ("lines", at), "must be a mapping"
            continue
        yield from ((("lines", at, key), "unknown key") for key in line if key not in known)
        yield from ((("lines", at), f"{key} is missing") for key in ("id", "number", "adapter") if not line.get(key))
        if line.get("id") in ids[:at]:
            yield ("lines", at, "id"), "there are two lines of this id; give one another"
        yield from ((("lines", at, key), what) for key, what in _line_values(line, gateways, ids))


def _line_values(line: Mapping[str, Any], gateways: Mapping[str, Any], ids: list[Any]) -> Iterator[tuple[str, str]]:
    if line.get("adapter") not in (TWILIO, *gateways):
        yield "adapter", f"there is no such adapter; there are {', '.join((TWILIO, *gateways))}"
    if line.get("channel", "sms") not in CHANNELS:
        yield "channel", "this is no channel; write sms or whatsapp"
    if line.get("direction", "two-way") not in DIRECTIONS:
        yield "direction", "this is no direction; write two-way, in or out"
    number = str(line.get("number", ""))
    if re.search("[A-Za-z]", number) and line.get("direction", "two-way") != "out":
        yield "number", "nobody can write to a name of letters; add direction: out"
    if re.search("[A-Za-z]", number) and not re.fullmatch(r"[A-Za-z0-9 ]{1,11}", number):
        yield "number", "a name of letters has at most 11 letters, digits and blanks"
    if line.get("replies_leave_by") and line["replies_leave_by"] not in ids:
        yield "replies_leave_by", f"there is no such line; there are {', '.join(map(str, ids))}"
    if line.get("direction") == "in" and not line.get("replies_leave_by"):
        yield "direction", "a line that only hears cannot answer; name the line that does in replies_leave_by"


def _cap_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    caps = raw.get("caps") or {}
    for key, value in caps.items():
        if key not in ("per_number_per_day", "per_day", "per_country_per_day", "budget_per_day", "price_elsewhere"):
            yield ("caps", key), "unknown key"
        values = value.values() if isinstance(value, dict) else (value,)
        if not all(isinstance(number, int | float) and number >= 0 for number in values):
            yield ("caps", key), "must be a number, 0 or more"


def _line(raw: Mapping[str, Any]) -> Line:
    return Line(
        str(raw["id"]),
        str(raw["number"]),
        str(raw["adapter"]),
        str(raw.get("channel", "sms")),
        raw.get("country"),
        tuple(raw.get("languages") or ()),
        str(raw.get("direction", "two-way")),
        raw.get("max_length"),
        tuple(str(name) for name in raw.get("also") or ()),
        raw.get("replies_leave_by"),
    )


def _caps(raw: Mapping[str, Any], prices: Mapping[str, float]) -> Caps:
    caps, echo = raw.get("caps") or {}, raw.get("ping_pong") or {}
    return Caps(
        caps.get("per_number_per_day"),
        caps.get("per_day"),
        caps.get("per_country_per_day"),
        caps.get("budget_per_day"),
        prices,
        float(caps.get("price_elsewhere", 0)),
        int(echo.get("minutes", 10)),
        int(echo.get("shortest", 12)),
    )
