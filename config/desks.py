"""Desks, routing rules, targets and telephone numbers, as frozen values read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from config.apart import ApartWords, read_apart
from config.files import read_yaml
from config.hours import Hours, read_hours
from config.mergers import Merger, read_mergers
from config.refusals import RefusalWords, read_refusals


@dataclass(frozen=True, slots=True)
class Desk:
    """A focal point's queue. `share` is the answer of the person that allows telling this desk; `passes_to` who is next."""

    id: str
    name: str
    office: str
    country: str | None
    languages: tuple[str, ...]
    run_by: str
    civil_alternate: str
    share: str = "helper_organisation"
    hours: Hours = Hours()
    passes_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One line of routing.yaml; an empty condition holds always."""

    id: str
    desk: str
    why: str
    country: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    subdivision: tuple[str, ...] = ()
    at_sea: bool | None = None
    outside: bool | None = None
    no_authorities: bool | None = None
    implicated: bool | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """What no rule overrides: `when` a fact holds, what `never` names gets nothing."""

    id: str
    when: str
    never: str
    why: str


@dataclass(frozen=True, slots=True)
class BorderPair:
    """Two subdivisions with a crossing between them."""

    a: str
    b: str
    name: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """What holds in a country before an authority is told."""

    supervisor_before_authority: bool = True
    own_bodies: bool = True
    say: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Times and thresholds of escalation, links and floods, as routing.yaml names them."""

    no_answer: Mapping[str, int]
    rounds: int
    ask_place_after: int
    reopen_days: int
    near: float
    words_days: int
    number_days: int
    scene_hours: int
    scene_signs: int
    flood_minutes: int
    flood_messages: int
    flood_copies: int
    flood_web_talks: int = 60


@dataclass(frozen=True, slots=True)
class Routing:
    """The desks by id, the rules in order, the stops, and minutes to the first reaction by level."""

    desks: Mapping[str, Desk]
    rules: tuple[RoutingRule, ...]
    stops: tuple[Stop, ...]
    targets: Mapping[str, int]
    limits: Limits
    sharing: Mapping[str, Sharing]
    border_pairs: tuple[BorderPair, ...] = ()
    refusals: RefusalWords = RefusalWords()
    apart: ApartWords = ApartWords()
    mergers: Mapping[str, Merger] = field(default_factory=dict)

    def stop(self, stop_id: str) -> str:
        """Why a stop stands, in words."""
        return next(stop.why for stop in self.stops if stop.id == stop_id)

    def parts_of(self, subdivision: str | None) -> tuple[str, ...]:
        """The code with what it went into: a rule for the new province also holds in the old ones that are in it now."""
        codes: list[str] = []
        while subdivision is not None and subdivision not in codes:
            codes.append(subdivision)
            subdivision = self.mergers[subdivision].into if subdivision in self.mergers else None
        return tuple(codes)


@dataclass(frozen=True, slots=True)
class Service:
    """A telephone number with how sure it is; of a whole country, or of one subdivision with a telephone network of its own."""

    id: str
    country: str
    subdivision: str | None
    name: str
    number: str
    authority: str
    use: tuple[str, ...]
    languages: tuple[str, ...]
    tells_police: bool | None
    evidence: str
    verified_on: date | None


Where = tuple[str | None, str | None]  # country and subdivision


class Services:
    """The numbers that may be shown today."""

    def __init__(self, services: tuple[Service, ...], verify_every_days: int, demo: bool) -> None:
        self.all = services
        self._apart = {service.subdivision for service in services if service.subdivision}
        self._days = verify_every_days
        self._demo = demo

    def number(self, place: Where, use: str, lang: str | None, today: date) -> str | None:
        """A number for this place, need and language, a civil body first; None where no verified one is known."""
        fits = [s for s in self.all if self._serves(s, place) and use in s.use and self.may_show(s, today)]
        fits.sort(key=lambda s: (lang not in s.languages, s.authority != "ngo", s.tells_police is True))
        return fits[0].number if fits else None

    def of(self, place: Where, today: date) -> tuple[Service, ...]:
        """All numbers of a place that may be shown, those that need no police first."""
        fits = [s for s in self.all if self._serves(s, place) and self.may_show(s, today)]
        return tuple(sorted(fits, key=lambda s: (s.tells_police is True, s.authority.startswith("gov_"), s.id)))

    def _serves(self, service: Service, place: Where) -> bool:
        # Where a subdivision has numbers of its own (Hong Kong, Macau), those of the country do not answer there.
        country, subdivision = place
        return service.country == country and service.subdivision == (subdivision if subdivision in self._apart else None)

    def may_show(self, service: Service, today: date) -> bool:
        """True for a number read in its named source and, in production, called within the last 90 days."""
        if service.evidence != "V":
            return False
        return self._demo or (service.verified_on is not None and (today - service.verified_on).days <= self._days)


LISTS = ("country", "level", "kind", "lang", "subdivision")
FLAGS = ("at_sea", "outside", "no_authorities", "implicated")


def read_routing(folder: Path) -> Routing:
    """focal_points.yaml and routing.yaml."""
    desks = {key: _desk(key, raw) for key, raw in read_yaml(folder / "focal_points.yaml")["desks"].items()}
    raw = read_yaml(folder / "routing.yaml")
    rules = tuple(RoutingRule(r["id"], r["desk"], r["why"], **_conditions(r)) for r in raw["rules"])
    stops = tuple(Stop(s["id"], s["when"], s["never"], s["why"]) for s in raw["stops"])
    sharing = {country: Sharing(**values) for country, values in raw["sharing"].items()}
    pairs = tuple(BorderPair(p["a"], p["b"], p["name"]) for p in raw["border_pairs"])
    words = read_refusals(folder), read_apart(folder), read_mergers(folder)
    return Routing(desks, rules, stops, dict(raw["targets"]), _limits(raw), sharing, pairs, *words)


def _conditions(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(raw.get(name, ())) for name in LISTS} | {name: raw.get(name) for name in FLAGS}


def _limits(raw: Mapping[str, Any]) -> Limits:
    event, apart = raw["same_event"], raw["apart"]
    return Limits(
        no_answer=dict(raw["escalation"]["no_answer"]),
        rounds=raw["escalation"]["rounds"],
        ask_place_after=raw["ask_place"]["after_minutes"],
        reopen_days=raw["same_person"]["reopen_days"],
        near=event["near"],
        words_days=event["words_days"],
        number_days=event["number_days"],
        scene_hours=event["scene_hours"],
        scene_signs=event["scene_signs"],
        flood_minutes=apart["window_minutes"],
        flood_messages=apart["messages_of_one_sender"],
        flood_copies=apart["copies_of_one_text"],
        flood_web_talks=apart.get("web_talks", 60),
    )


def _desk(key: str, raw: Mapping[str, Any]) -> Desk:
    return Desk(
        key,
        raw["name"],
        raw["office"],
        raw["country"],
        tuple(raw["languages"]),
        raw["run_by"],
        raw["civil_alternate"],
        raw.get("share", "helper_organisation"),
        read_hours(raw.get("time_zone", "+00:00"), raw.get("hours", "always"), raw.get("holidays", [])),
        tuple(raw.get("passes_to", ())),
    )


def read_services(folder: Path, demo: bool) -> Services:
    """services.yaml."""
    raw = read_yaml(folder / "services.yaml")
    return Services(tuple(_service(s) for s in raw["services"]), raw["verify_every_days"], demo)


def _service(raw: Mapping[str, Any]) -> Service:
    return Service(
        raw["id"],
        raw["country"],
        raw.get("subdivision"),
        raw["name"],
        raw["number"],
        raw["authority"],
        tuple(raw["use"]),
        tuple(raw["languages"]),
        raw["tells_police"],
        raw["evidence"],
        raw["verified_on"],
    )
