"""Desks, routing rules, targets and telephone numbers, as frozen values read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from config.files import read_yaml


@dataclass(frozen=True, slots=True)
class Desk:
    """A focal point's queue."""

    id: str
    name: str
    office: str
    country: str | None
    languages: tuple[str, ...]
    run_by: str
    civil_alternate: str


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


@dataclass(frozen=True, slots=True)
class Stop:
    """What no rule overrides: `when` a fact holds, desks run by `never` get nothing."""

    id: str
    when: str
    never: str
    why: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The desks by id, the rules in order, the stops, and minutes to the first reaction by level."""

    desks: Mapping[str, Desk]
    rules: tuple[RoutingRule, ...]
    stops: tuple[Stop, ...]
    targets: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Service:
    """A telephone number with how sure it is."""

    id: str
    country: str
    name: str
    number: str
    authority: str
    use: tuple[str, ...]
    languages: tuple[str, ...]
    tells_police: bool | None
    evidence: str
    verified_on: date | None


class Services:
    """The numbers that may be shown today."""

    def __init__(self, services: tuple[Service, ...], verify_every_days: int, demo: bool) -> None:
        self.all = services
        self._days = verify_every_days
        self._demo = demo

    def number(self, country: str | None, use: str, lang: str | None, today: date) -> str | None:
        """A number for this place, need and language, a civil body first; None where no verified one is known."""
        fits = [s for s in self.all if s.country == country and use in s.use and self.may_show(s, today)]
        fits.sort(key=lambda s: (lang not in s.languages, s.authority != "ngo", s.tells_police is True))
        return fits[0].number if fits else None

    def may_show(self, service: Service, today: date) -> bool:
        """True for a number read in its named source and, in production, called within the last 90 days."""
        if service.evidence != "V":
            return False
        return self._demo or (service.verified_on is not None and (today - service.verified_on).days <= self._days)


def read_routing(folder: Path) -> Routing:
    """focal_points.yaml and routing.yaml."""
    desks = {key: _desk(key, raw) for key, raw in read_yaml(folder / "focal_points.yaml")["desks"].items()}
    raw = read_yaml(folder / "routing.yaml")
    rules = tuple(
        RoutingRule(r["id"], r["desk"], r["why"], *(tuple(r.get(key, ())) for key in ("country", "level", "kind", "lang")))
        for r in raw["rules"]
    )
    stops = tuple(Stop(s["id"], s["when"], s["never"], s["why"]) for s in raw["stops"])
    return Routing(desks, rules, stops, dict(raw["targets"]))


def _desk(key: str, raw: Mapping[str, Any]) -> Desk:
    return Desk(key, raw["name"], raw["office"], raw["country"], tuple(raw["languages"]), raw["run_by"], raw["civil_alternate"])


def read_services(folder: Path, demo: bool) -> Services:
    """services.yaml."""
    raw = read_yaml(folder / "services.yaml")
    return Services(tuple(_service(s) for s in raw["services"]), raw["verify_every_days"], demo)


def _service(raw: Mapping[str, Any]) -> Service:
    return Service(
        raw["id"],
        raw["country"],
        raw["name"],
        raw["number"],
        raw["authority"],
        tuple(raw["use"]),
        tuple(raw["languages"]),
        raw["tells_police"],
        raw["evidence"],
        raw["verified_on"],
    )
