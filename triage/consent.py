"""May this recipient be told, on this ground? Every stop is asked at the moment of sending, not only on the screen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.desks import Routing, Service, Services
from triage.routing import CaseFacts, barred_by

BASES = ("consent", "third_party", "life_override", "child_override")
SCOPES = ("no_contact", "summary", "whole")
SELF = ("help_self", "info", "other")  # where nobody says for whom, the careful one
SHARE = {"gov_police": "police", "gov_social": "social_ministry", "gov_labour": "social_ministry", "gov_mfa": "my_embassy"}
SHARE |= {"ngo": "helper_organisation", "io": "un_or_iom", "health": "doctor", "child_helpline": "helper_organisation"}
# Bodies without a number of their own in services.yaml; a responder looks their number up.
BODIES = {"un_or_iom": ("UNHCR or IOM", "io")}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody outside of the desk. `key`: desk:<id>, service:<id>, embassy:<country> or body:<id>; `share` the answer that allows it."""

    key: str
    name: str
    authority: bool
    share: str
    country: str | None = None
    tells_police: bool | None = None
    number: str | None = None
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the case when a referral is sent. `share` is what the person chose; `child` may be an adult's "no"."""

    facts: CaseFacts
    share: tuple[str, ...] = ()
    child: bool = False
    nationality: str | None = None
    fear_own_state: str | None = None
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why not: the id of the stop or rule, and the reason in words."""

    id: str
    why: str


def recipients(routing: Routing, services: Services, today: Any, country: str | None, queue: str) -> tuple[Recipient, ...]:
    """Whom a case could be told to: other desks, embassies of the six, numbers of the country that may be shown, UNHCR or IOM."""
    desks = tuple(_desk(routing, desk) for desk in routing.desks if desk != queue)
    lines = {s.country: s for s in services.all if s.authority == "gov_mfa" and services.may_show(s, today)}
    states = tuple(desk.country for desk in routing.desks.values() if desk.country)
    embassies = tuple(_embassy(routing, state, lines.get(state)) for state in states)
    here = tuple(_service(s) for s in services.all if s.country == country and s.authority != "gov_mfa" and services.may_show(s, today))
    bodies = tuple(Recipient(f"body:{key}", name, False, key) for key, (name, _) in BODIES.items())
    return (*desks, *embassies, *here, *bodies)


def recipient_names(routing: Routing, services: Services, keys: Iterable[str]) -> tuple[str, ...]:
    """The names of recipients by their keys, also of those that may no longer be shown; a key that nobody knows any more as it is."""
    named = {f"desk:{desk}": _desk(routing, desk).name for desk in routing.desks}
    named |= {f"embassy:{desk.country}": _embassy(routing, desk.country, None).name for desk in routing.desks.values() if desk.country}
    named |= {f"service:{service.id}": service.name for service in services.all}
    named |= {f"body:{key}": name for key, (name, _) in BODIES.items()}
    return tuple(named.get(key, key.partition(":")[2]) for key in keys)


def blocked(routing: Routing, asked: Asked, to: Recipient, basis: str, scope: str) -> Blocked | None:
    """The first stop that forbids it; None where it may be sent. `no_contact` tells nobody, and so is never forbidden."""
    if scope == "no_contact":
        return None
    return (
        _never(routing, asked, to, basis, scope)
        or _implicated(routing, asked, to)
        or _own_state(routing, asked, to)
        or _ground(routing, asked, to, basis, scope)
    )


def needs_supervisor(routing: Routing, asked: Asked, to: Recipient, basis: str) -> bool:
    """True where a supervisor must press send."""
    rule = routing.sharing.get(asked.facts.country or "")
    before = to.authority and (rule is None or rule.supervisor_before_authority or asked.child)
    own = to.authority and rule is not None and not rule.own_bodies and to.country == asked.facts.country
    return before or own or basis in ("life_override", "child_override")


def needs_two(basis: str) -> bool:
    """True where two responders must agree."""
    return basis == "life_override"


def _never(routing: Routing, asked: Asked, to: Recipient, basis: str, scope: str) -> Blocked | None:
    """S1: an adult's own word is absolute. S2: a third party's protects who reported, and blocks no help."""
    if not asked.facts.no_authorities or not (to.authority or to.tells_police is not False and to.desk is None):
        return None
    if asked.facts.kind in SELF and not (asked.child and basis == "child_override" and scope == "summary"):
        return Blocked("S1", routing.stop("S1"))
    if asked.facts.kind not in SELF and (scope != "summary" or basis not in ("life_override", "child_override")):
        return Blocked("S2", routing.stop("S2"))
    return None


def _implicated(routing: Routing, asked: Asked, to: Recipient) -> Blocked | None:
    said = set(asked.facts.implicated)
    if to.desk is not None:
        stop = next((stop for stop in barred_by(routing, to.desk, asked.facts) if stop == "S3"), None)
        return Blocked(stop, routing.stop(stop)) if stop else None
    officials = to.authority and bool({"police", "officials"} & said) and to.country in (None, asked.facts.country)
    if officials or to.key in said or (to.key.startswith("embassy:") and "embassy" in said):
        return Blocked("S3", routing.stop("S3"))
    return None


def _own_state(routing: Routing, asked: Asked, to: Recipient) -> Blocked | None:
    """S4: no embassy and no desk of a state that the person fears, or that is not known to be theirs."""
    state = to.key.startswith("embassy:") or (to.authority and to.desk is not None and to.country != asked.facts.country)
    if not state:
        return None
    own = asked.nationality in (None, "", to.country)
    afraid = asked.fear_own_state in ("yes", "not_sure")
    stateless = asked.nationality in ("none", "unknown")
    if (own and afraid) or (stateless and to.key.startswith("embassy:")):
        return Blocked("S4", routing.stop("S4"))
    return None


def _ground(routing: Routing, asked: Asked, to: Recipient, basis: str, scope: str) -> Blocked | None:
    if basis in ("consent", "third_party"):
        if not set(asked.share) - {"nobody_yet", "never_police_or_government"}:
            return Blocked("S6", routing.stop("S6"))
        if to.share not in asked.share:
            return Blocked("consent", f"the person did not choose {to.share.replace('_', ' ')}")
        return None
    if scope != "summary":
        return Blocked("least data", "without the person's yes only a summary is told")
    if basis == "life_override" and (asked.facts.level != "emergency" or not {"life_at_risk", "cannot_be_asked"} <= set(asked.statements)):
        return Blocked("life", "only for an emergency, a life at risk, and a person who cannot be asked")
    if basis == "child_override" and not asked.child:
        return Blocked("child", "only where a child is harmed")
    return None


def _desk(routing: Routing, desk_id: str) -> Recipient:
    desk = routing.desks[desk_id]
    return Recipient(f"desk:{desk_id}", f"{desk.name} desk", desk.run_by == "government", desk.share, desk.country, None, None, desk_id)


def _embassy(routing: Routing, country: str, line: Service | None) -> Recipient:
    name = next(desk.name for desk in routing.desks.values() if desk.country == country)
    return Recipient(f"embassy:{country}", f"Embassy of {name}", True, "my_embassy", country, None, line.number if line else None)


def _service(service: Service) -> Recipient:
    authority = service.authority.startswith("gov_")
    return Recipient(
        f"service:{service.id}",
        service.name,
        authority,
        SHARE.get(service.authority, "helper_organisation"),
        service.country,
        service.tells_police,
        service.number,
    )


def asked_of(facts: CaseFacts, opened: Mapping[str, Any], child: bool, statements: tuple[str, ...] = (), withdrawn: bool = False) -> Asked:
    """From a case's row and what was opened of its answers; what was chosen counts no more where it was taken back."""
    answers = opened.get("answers")
    known: Mapping[str, Any] = answers if isinstance(answers, Mapping) else {}
    share = () if withdrawn else known.get("share") or ()
    chosen = (share,) if isinstance(share, str) else tuple(str(item) for item in share)
    nation = str(known["nationality"]) if known.get("nationality") else None
    fear = str(known["fear_own_state"]) if known.get("fear_own_state") else None
    return Asked(facts, chosen, child or known.get("age_band") == "under_18", nation, fear, statements)
