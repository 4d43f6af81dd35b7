"""Draws hostile requests for every address of both sites, known from their own URL maps, and sends them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from flask import Flask

from bot.app import create_app
from bot.wiring import front
from config import settings as settings_module
from config.live import Fixed
from dashboard.app import create_app as create_desk
from dashboard.parts import Parts, Rules
from tests.fixtures import standin_telegram, standin_twilio
from tests.fixtures.hotline import Hotline
from tests.torture import hostile
from tests.torture.hostile import Hostile
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url

OWN = "they lock us in a house in Phnom Penh before the storm"


@dataclass
class Findings:
    """What came back: statuses by site and address, and the requests that broke something."""

    seed: int
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def addresses(hotline: Hotline) -> dict[str, dict[str, list[str]]]:
    """Every address of the public site and of the desk, with its converters in angle brackets, and its methods."""
    settings = settings_module.read(hotline.environ)
    parts = front(settings)
    bell = Doorbell(connect(redis_url(settings)))
    desk = Parts(settings, parts.database, parts.keys, Fixed(Rules(parts.parts.routing, parts.parts.gazetteer)), bell.ring, lambda: 0, bell.answers)
    return {"web": _rules(create_app(parts)), "desk": _rules(create_desk(desk))}


def _rules(app: Flask) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update(rule.methods or ())
    return {rule: sorted(methods - {"HEAD", "OPTIONS"}) for rule, methods in sorted(found.items())}


class Fuzzer:
    """Sends to a running hotline; the same seed draws the same requests."""

    def __init__(self, hotline: Hotline, seed: int) -> None:
        self._hotline, self._rng = hotline, random.Random(seed)
        self._rules = addresses(hotline)
        self._sms, self._updates = hostile.recorded("sms"), hostile.recorded("telegram")
        # One case, whatever else the hotline holds: else the same seed would draw other requests.
        hotline.sms(OWN, sender="+85512000990")
        self._ref = str(hotline.case_with(OWN, seconds=20)["ref"])
        self._cookie, self._csrf = self._sign_in()
        self.findings = Findings(seed)

    def run(self, count: int) -> Findings:
        """Sends so many; a status of 500 and more, or no answer at all, is a finding."""
        for number in range(count):
            site, rule, request = self._draw()
            port = int((self._hotline.web if site == "web" else self._hotline.desk).rpartition(":")[2])
            status = request.send(port)
            self.findings.sent += 1
            self.findings.statuses[status] += 1
            self.findings.addresses[f"{site} {rule}"] += 1
            if status >= 500 or status == 0:
                shown = f"{request.method} {request.target[:200]!r} {request.headers!r} {request.body[:300]!r} ({len(request.body)}, {request.length})"
                self.findings.broken.append(f"{site} {rule} answers {status}: {shown}; again: {self._again(number)}")
            if number % 100 == 99:
                self._cookie, self._csrf = self._sign_in()
        return self.findings

    def _again(self, number: int) -> str:
        """The command that sends the same requests up to this one."""
        database = "postgres" if self._hotline.environ.get("HOTLINE_DATABASE_URL") else "sqlite"
        return f"make torture TORTURE='--just fuzz --fuzz {number + 1} --seed {self.findings.seed} --on {database}'"

    def _sign_in(self) -> tuple[str, str]:
        session = self._hotline.login("kh")
        page = session.get(f"{self._hotline.desk}/cases/{self._ref}", timeout=20).text
        found = parse_csrf(page)
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies), found

    def _draw(self) -> tuple[str, str, Hostile]:
        rng = self._rng
        site = "web" if rng.random() < 0.6 else "desk"
        rule = rng.choice(list(self._rules[site]))
        if site == "web" and rng.random() < 0.5:
            rule = rng.choice(("/sms/twilio", "/telegram/webhook", "/report", "/return", "/sms/twilio/status"))
        method = rng.choice(self._rules[site][rule] if rng.random() < 0.9 else hostile.METHODS)
        request = Hostile(method, self._target(rule))
        self._fill(site, rule, request)
        if rng.random() < 0.35:
            request.headers += [rng.choice(hostile.HEADERS) for _ in range(rng.choice((1, 1, 2, 70)))]
        if rng.random() < 0.02:
            request.body = b"x" * rng.choice((70_000, 300_000))
        if rng.random() < 0.02:
            request.length = rng.choice((0, len(request.body) + 9))
        return site, rule, request

    def _target(self, rule: str) -> bytes:
        rng, found = self._rng, ""
        for part in rule.split("/")[1:]:
            if part.startswith("<"):
                part = quote(
                    rng.choice((self._ref, "claim", "reply", "close", "transfer", hostile.text(rng)))[:300].encode(
                        "utf-8", "replace"
                    )
                )
            found += "/" + part
        if rng.random() < 0.06:
            found += rng.choice(("/", "//", "/..", "%00", "%ff", ";x", "%2e%2e/", "\\", "#", "%"))
        if rng.random() < 0.25:
            found += "?" + hostile.form_bytes(hostile.some_fields(rng)).decode()
        return found.encode()[:1900]

    def _fill(self, site: str, rule: str, request: Hostile) -> None:
        rng = self._rng
        if site == "desk":
            known = [("csrf", self._csrf)] if not rule.endswith("logout") and "account" not in rule else []
            request.body, kind = hostile.form_bytes(hostile.some_fields(rng, known)), "application/x-www-form-urlencoded"
            if rng.random() < 0.8:
                request.headers.append(("Cookie", self._cookie))
        elif rule.startswith("/telegram"):
            request.body, kind = hostile.json_bytes(rng, hostile.bent(rng, rng.choice(self._updates))), "application/json"
            if rng.random() < 0.9:
                request.headers.append(("X-Telegram-Bot-Api-Secret-Token", standin_telegram.SECRET))
        elif rule.startswith("/sms"):
            kind = self._fill_sms(request)
        else:
            request.body, kind = hostile.form_bytes(hostile.some_fields(rng, [("talk", "t" * 32)])), "application/x-www-form-urlencoded"
        if rng.random() < 0.1:
            kind, request.body = hostile.multipart(rng)
        request.headers.append(("Content-Type", rng.choice(hostile.KINDS) if rng.random() < 0.1 else kind))

    def _fill_sms(self, request: Hostile) -> str:
        rng = self._rng
        fields = hostile.bent(rng, rng.choice(self._sms))
        request.body = hostile.form_bytes(fields)
        if rng.random() < 0.9:
            seen = parse_qs(request.body.decode(), keep_blank_values=True, errors="replace")
            url = self._hotline.web + request.target.decode("latin-1")
            request.headers.append(("X-Twilio-Signature", standin_twilio.signature(url, Fields(seen))))
        return "application/x-www-form-urlencoded"


class Fields(dict[str, list[str]]):
    """Form fields as Twilio's validator reads them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def parse_csrf(page: str) -> str:
    """The form token of a page."""
    head, _, rest = page.partition('name="csrf" value="')
    return rest.partition('"')[0]


def honest(hotline: Hotline, number: int) -> Iterator[bool]:
    """After all that, an honest message on each channel is taken and becomes a case."""
    text = f"they lock us in a house in Vientiane after {number}"
    yield hotline.sms(text + " sms", sender=f"+85512000{number % 1000:03d}").status_code == 200
    yield hotline.update(chat=7_900_000 + number, update_id=2_000_000 + number, text=text + " telegram").status_code == 200
    yield bool(hotline.web_report(text + " web")[0])
    shown = [said for case in hotline.cases() for said in case["texts"]]
    yield all(shown.count(f"{text} {channel}") == 1 for channel in ("sms", "telegram", "web"))
