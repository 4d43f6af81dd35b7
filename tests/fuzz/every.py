"""Sends every parameter of every address every nasty value, one at a time, beside parameters that are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from werkzeug.routing import Rule

from dashboard.case import VERBS
from tests.fuzz.listening import PLACES, fresh
from tests.fuzz.sites import METRICS_TOKEN, Sites
from tests.unit.triage.conftest import PASSWORD

# What lets a form be right, so that a view reads on behind it; by the name of its field.
RIGHT = {
    "queue": "th",
    "reason": "because",
    "text": "sample words",
    "urgency": "emergency",
    "outcome": "helped",
    "kind": "tip",
    "lang": "my",
    "place": "KH-12",
    "link": "1",
    "to": "desk:th",
    "basis": "consent",
    "scope": "summary",
    "read_out": "read, and yes",
    "child_view": "asked",
    "referral": "1",
    "answer": "received",
    "who": "police",
    "fact": "child",
    "sign": "debt",
    "email": "a@demo.invalid",
    "password": PASSWORD,
    "role": "responder",
    "name": "others",
    "nonce": "0" * 32,
    "six": "000000",
    "old": "a wrong sample password",
    "new": "a new sample password",
    "talk": "t" * 32,
    "turn": "1",
    "channel": "web",
    "do": "add",
    "MessageSid": "SMsample",
    "MessageStatus": "sent",
    "Authorization": f"Bearer {METRICS_TOKEN}",
    "Accept": "text/html",
}
# What cannot be said right here and left out is the better call: it chooses another way through a view.
LEFT_OUT = {"User-Agent", "ref", "mark", "Range", "Accept-Language", "Accept-Encoding", "Cookie", "If-None-Match", "If-Modified-Since", "If-Range", "nobody", "press", "Origin"}
# Addresses that read nothing but what the site reads of every request; and one more at which that is tried.
AT_ALL = ("/healthz", "/logout", "/queue")
Params = Mapping[tuple[str, str], bytes]


@dataclass
class Found:
    """What came back."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    parameters: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Address:
    """A route with one of its methods; the parts of its path that are chosen from a list are chosen."""

    site: str
    rule: Rule
    method: str
    chosen: Mapping[str, str]

    def path(self, parts: Mapping[str, bytes]) -> str:
        """Its path with these parts."""
        built = ""
        for is_part, text in self.rule._trace:
            built += quote_from_bytes(parts.get(text, b""), safe="") if is_part else text.lstrip("|")
        return built or "/"

    def __str__(self) -> str:
        return f"{self.site} {self.method} {self.rule.rule} {' '.join(self.chosen.values())}".strip()


def addresses(sites: Sites) -> Iterator[Address]:
    """Every route of both sites with each of its methods; the doors of the providers ask for signatures and are tried elsewhere."""
    for site, app in sites.apps.items():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith(("/sms/", "/telegram/")):
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                for verb in VERBS if "verb" in rule.arguments else ("",):
                    yield Address(site, rule, method, {"verb": verb} if verb else {})


class Every:
    """One visitor of both sites: signed in at the desk, or a stranger."""

    def __init__(self, sites: Sites, signed_in: bool) -> None:
        self._sites, self._in = sites, signed_in
        self.found = Found()
        self._of_all: dict[str, set[tuple[str, str]]] = {"web": set(), "desk": set()}
        for address in addresses(sites):
            if address.rule.rule in AT_ALL[:2]:
                self._of_all[address.site] |= set(self.learn(address))

    def run(self, address: Address, values: Callable[[], Iterable[bytes]]) -> None:
        """All parameters of an address, each with the values given for it. Those that its view reads are learnt on the way.

        What every address reads is tried at some.
        """
        names = self.learn(address)
        for where, name in names:
            if address.rule.rule not in AT_ALL and (where, name) in self._of_all[address.site]:
                continue
            self.found.parameters[f"{address} {where}:{name}"] += 1
            for value in values():
                self.send(address, {(where, name): value}, names)

    def learn(self, address: Address) -> list[tuple[str, str]]:
        """Where and by which names the view of an address looks for values."""
        ears, known = self._sites.ears[address.site], dict[str, set[str]]()
        names = [("path", name) for name in sorted(address.rule.arguments)]
        for _ in range(6):
            ears.forget()
            self.send(address, {}, names)
            if not (new := list(fresh(ears, known))):
                break
            names += new
        return names

    def send(self, address: Address, nasty: Params, names: Sequence[tuple[str, str]]) -> int:
        """One request: this parameter with that value, the others as they should be."""
        values = {(where, name): right for where, name in names if (right := self._right(address, where, name)) is not None} | dict(nasty)
        path = address.path({name: value for (where, name), value in values.items() if where == "path"})
        environ, body, query = _request(values)
        if address.method != "POST":
            body = b""
        client = self._sites.apps[address.site].test_client(use_cookies=False)
        kind: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded"} if body else {}
        answer = client.open(
            path, method=address.method, query_string=query.decode(), data=body, environ_overrides=environ, **kind
        )
        self._note(address, nasty, answer.status_code)
        answer.close()
        return answer.status_code

    def _note(self, address: Address, nasty: Params, status: int) -> None:
        found = self.found
        found.calls += 1
        found.statuses[status] += 1
        said = f"{address} {' '.join(f'{where}:{name}={value[:40]!r}({len(value)})' for (where, name), value in nasty.items())}"
        found.answers[said] = status
        if status >= 500:
            found.broken.append(f"{status} {said}")

    def _right(self, address: Address, where: str, name: str) -> bytes | None:
        sites = self._sites
        known = {
            ("path", "ref"): sites.ref,
            ("path", "number"): "1",
            ("path", "filename"): "desk.css",
            ("path", "flow"): "tip",
            ("form", "csrf"): sites.csrf,
            ("form", "v"): sites.visit,
            ("args", "v"): sites.visit,
            ("form", "code"): sites.invitation if address.rule.rule == "/join" else sites.code,
            ("cookies", "session"): sites.cookie if self._in else None,
            **{("path", part): chosen for part, chosen in address.chosen.items()},
        }
        if (where, name) in known:
            said = known[where, name]
        else:
            said = None if name in LEFT_OUT else RIGHT.get(name, "1")
        return said.encode() if said is not None else None


def _request(values: Params) -> tuple[dict[str, Any], bytes, bytes]:
    """Environment, headers, body and query of a request with these values."""
    sorted_in: dict[str, list[tuple[str, bytes]]] = {place: [] for place in PLACES}
    for (where, name), value in values.items():
        if where in sorted_in:
            sorted_in[where].append((name, value))
    environ = {}
    for name, value in sorted_in["headers"]:
        if name != "Cookie":
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value.decode("latin-1")
    if sorted_in["cookies"]:
        environ["HTTP_COOKIE"] = b"; ".join(name.encode() + b"=" + value for name, value in sorted_in["cookies"]).decode("latin-1")
    return environ, _form(sorted_in["form"]), _form(sorted_in["args"])


def _form(pairs: Sequence[tuple[str, bytes]]) -> bytes:
    return b"&".join(name.encode() + b"=" + quote_from_bytes(value, safe="").encode() for name, value in pairs)

