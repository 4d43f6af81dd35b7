"""From outside, on a running desk: whatever is another desk's is not there, on every route and method, word for word and in the same time."""

from __future__ import annotations

import itertools
import json
import re
import secrets
import statistics
import time
from dataclasses import dataclass

import pytest
import requests

from dashboard.case import VERBS
from tests.channels.test_files import jpeg
from tests.fixtures.hotline import Hotline, wait_for
from tests.torture.fuzz import addresses

pytestmark = pytest.mark.slow
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PASSWORD = "lantern otter tuesday gravel"
ROUNDS = 220
# Said anew at each answer, whoever asks.
ANEW = re.compile(r'name="csrf" value="[^"]*"|\d\d [A-Z][a-z]{2} \d\d:\d\d')
FIELDS = {"text": "x", "queue": "th", "to": "desk:th", "urgency": "low", "level": "low", "reason": "x", "outcome": "helped", "place": "TH-10", "lang": "th",
          "kind": "tip", "why": "test", "scope": "whole", "basis": "consent", "read_out": "x", "role": "operator", "name": "x", "password": PASSWORD}  # fmt: skip


@dataclass
class Ids:
    """What fills the holes of a route."""

    ref: str
    number: int


def member(hotline: Hotline, role: str) -> requests.Session:
    """Somebody of the Thai desk with this role, signed in."""
    return hotline.member(f"{role}-{secrets.token_hex(3)}@demo.invalid", role, "th")


def token_of(hotline: Hotline, session: requests.Session) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', session.get(f"{hotline.desk}/account", timeout=10).text)
    assert found is not None
    return found[1]


def paths(rule: str, ids: Ids) -> list[str]:
    """Every address that a route makes of these ids."""
    holes = {"ref": [ids.ref], "verb": [*VERBS, "nonsense"], "number": [str(ids.number)], "filename": [f"{ids.ref}.css"]}
    parts = re.split(r"<(?:[^:>]*:)?(\w+)>", rule)
    filled = [holes[name] for name in parts[1::2]]
    return ["".join(itertools.chain.from_iterable(zip(parts[::2], (*chosen, "")))) for chosen in itertools.product(*filled)]


def told(answer: requests.Response, ids: Ids) -> tuple[object, ...]:
    """All that an answer says, but for the ids that were asked for and what is new in every answer."""
    text = ANEW.sub("", answer.text.replace(ids.ref, "REF"))
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in ("date", "content-length")}
    place = headers.pop("Location", "").replace(ids.ref, "REF")
    return answer.status_code, place, text, tuple(sorted(headers.items()))


@pytest.fixture
def foreign(shared_hotline: Hotline) -> Ids:
    """A case of the Cambodian desk with a picture; the number is one of a file, and there is a responder and an invitation by it too."""
    words = f"ជួយផង គេចាក់សោខ្ញុំ នៅប៉ោយប៉ែត {secrets.token_hex(4)}"
    talk = re.search(r'name="talk" value="([^"]+)"', requests.get(f"{shared_hotline.web}/report?lang=km", timeout=10).text)
    assert talk is not None
    form = {"lang": "km", "talk": talk[1], "turn": "0", "text": words}
    assert requests.post(f"{shared_hotline.web}/report", data=form, files={"file": ("a.jpg", jpeg(), "image/jpeg")}, timeout=30).ok
    ref, session = shared_hotline.case_with(words)["ref"], shared_hotline.login("kh")
    wait_for(lambda: "/preview" in session.get(f"{shared_hotline.desk}/cases/{ref}", timeout=10).text, 30)
    found = re.search(r"/files/(\d+)/preview", session.get(f"{shared_hotline.desk}/cases/{ref}", timeout=10).text)
    assert found is not None
    return Ids(ref, int(found[1]))


def test_what_is_another_desks_is_not_there_on_any_route_by_any_method(shared_hotline: Hotline, foreign: Ids) -> None:
    nowhere = Ids("AAAA-AAAA", 2_147_483_000)
    rules = [rule for rule in addresses(shared_hotline)["desk"] if "<" in rule and not rule.startswith("/static")]
    assert len(rules) >= 8
    whole = {case["ref"]: case for case in shared_hotline.cases()}[foreign.ref]
    history = shared_hotline.login("kh").get(f"{shared_hotline.desk}/cases/{foreign.ref}", timeout=10).text.count("<time")
    tried, differing = 0, []
    for role in ("responder", "supervisor", "operator"):
        session = member(shared_hotline, role)
        data = FIELDS | {"csrf": token_of(shared_hotline, session)}
        for rule in rules:
            colleagues = rule.startswith("/colleagues")
            there = Ids(foreign.ref, kh_responder(shared_hotline)) if colleagues else foreign
            for one, other in zip(paths(rule, there), paths(rule, nowhere), strict=True):
                for method in METHODS:
                    sent = data if method not in ("GET", "HEAD", "OPTIONS") else None
                    answers = [session.request(method, shared_hotline.desk + path, data=sent, timeout=20, allow_redirects=False) for path in (one, other)]
                    tried += 1
                    if told(answers[0], there) != told(answers[1], nowhere) or (answers[0].status_code not in (404, 405) and method != "OPTIONS"):
                        differing.append((role, method, one, answers[0].status_code, answers[1].status_code))
        for query in ("/queue?ref={}", "/queue?state=open&ref={}", "/queue/live?mark=0&ref={}"):
            answers = [session.get(shared_hotline.desk + query.format(ref), timeout=20, allow_redirects=False) for ref in (foreign.ref, nowhere.ref)]
            tried += 1
            if told(answers[0], foreign) != told(answers[1], nowhere):
                differing.append((role, "GET", query, *[answer.status_code for answer in answers]))
        for state in ("open", "new", "mine", "claimed", "closed", "shared", "apart"):
            for form in (f"/queue?state={state}&queue=kh", f"/queue/live?mark=0&state={state}"):
                tried += 1
                if foreign.ref in session.get(shared_hotline.desk + form, timeout=20).text:
                    differing.append((role, "GET", form, 200, 200))
    assert differing == []
    assert tried > 3 * len(VERBS) * len(METHODS)
    # And nothing was done to it.
    assert {case["ref"]: case for case in shared_hotline.cases()}[foreign.ref] == whole
    assert shared_hotline.login("kh").get(f"{shared_hotline.desk}/cases/{foreign.ref}", timeout=10).text.count("<time") == history
    assert "kh@demo.invalid" in shared_hotline.run("user", "list").stdout


def kh_responder(hotline: Hotline) -> int:
    """The number of somebody of the Cambodian desk: the order in which demo log-ins were made gives it."""
    queues = [item["queue"] for item in json.loads((hotline.home / "demo-logins.json").read_text())]
    return queues.index("kh") + 1


def test_not_yours_takes_as_long_as_not_there(shared_hotline: Hotline, foreign: Ids) -> None:
    session = member(shared_hotline, "responder")
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * ROUNDS):
        yours = number % 2 == 0
        # A fresh name each time for what is not there: no cache could tell.
        ref = foreign.ref if yours else "-".join("".join(secrets.choice("ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(4)) for _ in range(2))
        began = time.perf_counter()
        assert session.get(f"{shared_hotline.desk}/cases/{ref}", timeout=20).status_code == 404
        spent[yours].append(time.perf_counter() - began)
    ratio = statistics.median(spent[True]) / statistics.median(spent[False])
    assert 0.75 < ratio < 1.33, f"{ratio:.2f}"
