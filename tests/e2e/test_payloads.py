"""Five hundred hostile texts in messages, names and file names: nothing of them runs or is asked for where responders look. In a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import Page

from tests.e2e.payloads import payloads
from tests.e2e.test_road import sign_in
from tests.fixtures.browser import press
from tests.fixtures.hotline import Hotline, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(170),
    pytest.mark.parametrize("hotline", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True),
]
Open = Callable[..., Page]
WORDS = "they lock us in a room in Phnom Penh and beat us"
TOLD = 420  # in what people write; the others in names
COUNTS = "window.ran = []; window.hit = n => { window.ran.push(n); }; window.alert = window.hit;"
# What a payload made of the page: its own elements, or something of it where a browser acts on it.
MADE = """() => [...document.querySelectorAll('*')].flatMap(one => [...one.attributes]
    .filter(a => !['value', 'placeholder', 'aria-label'].includes(a.name) && /hit\\(|evil\\.invalid/.test(a.value)).map(a => one.tagName + ' ' + a.name + '=' + a.value))
    .concat([...document.querySelectorAll('script, style')].filter(one => /hit\\(|evil\\.invalid/.test(one.textContent)).map(one => one.tagName))
    .concat([...document.querySelectorAll('.said .text *')].filter(one => one.tagName !== 'MARK').map(one => one.outerHTML))
    .concat([...document.querySelectorAll('iframe, object, embed, base, math, video')].map(one => one.outerHTML))
    .concat(window.ran.map(n => 'ran ' + n))"""


def _report(hotline: Hotline, texts: Sequence[str], name: str) -> None:
    """A report by the form: hostile texts among words that the desk marks, and a file with a hostile name and content."""
    page = requests.get(f"{hotline.web}/?lang=en", timeout=10).text
    fields = dict(re.findall(r'name="(v|talk|turn|field|code|lang)" value="([^"]*)"', page))
    words = " ".join(f"{'' if at % 10 else WORDS} {text}" for at, text in enumerate(texts))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="hit(0)"><script>hit(0)</script></svg>'
    answer = requests.post(f"{hotline.web}/report", data=fields | {"text": words}, files={"file": (name, svg, "image/svg+xml")}, timeout=20)
    assert answer.status_code == 200 and "receipt" in answer.text


def _telegram(hotline: Hotline, at: int, name: str, other: str) -> None:
    """The same in names: of a person, of a contact, and of a file."""
    who = {"id": 7_790_000 + at // 16, "is_bot": False, "first_name": name, "last_name": other, "username": name}
    assert hotline.update(chat=who["id"], text=f"{WORDS} {name}", **{"from": who}).ok
    assert hotline.update(chat=who["id"], contact={"phone_number": "+85512000000", "first_name": name, "last_name": other, "vcard": other}).ok
    hotline.telegram.files[f"/file/bot1:sample/doc{at}"] = f"<html><body>{name}".encode()
    document = {"file_id": f"doc{at}", "file_unique_id": f"u{at}", "file_name": name, "mime_type": "text/html", "file_size": 20}
    assert hotline.update(chat=who["id"], document=document, caption=other).ok


def _look(page: Page, url: str, paper: bool) -> None:
    """As a responder does: reads, opens every fold, moves over it, prints."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for one in page.locator(".said .text, .told, h1").all()[:3]:
        one.hover(timeout=3000, force=True)
    page.emulate_media(media="print")
    if paper:
        page.pdf()
    page.emulate_media(media="screen")


def _colleague(hotline: Hotline, name: str, ref: str) -> None:
    """Somebody with a hostile name, who takes a case in hand: the list of the desk shows who has it."""
    assert hotline.act(hotline.member("hostile@demo.invalid", "supervisor", "kh", name), ref, "claim").ok


def test_nothing_of_five_hundred_payloads_runs_or_is_asked_for(hotline: Hotline, open_page: Open) -> None:
    every = payloads()
    assert len(set(every)) == 500
    told, names = every[:TOLD], every[TOLD:]
    with ThreadPoolExecutor(4) as many:
        list(many.map(lambda at: _report(hotline, told[at : at + 60], f"{names[at // 60]}.svg"), range(0, TOLD, 60)))
    for at in range(TOLD // 60, len(names) - 1, 2):
        _telegram(hotline, at, names[at], names[at + 1])
    wait_for(lambda: all(case["routed_at"] for case in hotline.cases()), 40)
    found = [case for case in hotline.cases() if case["queue"] == "kh"]
    kept = "\n".join(text for case in hotline.cases() for text in case["texts"])
    assert [text for text in told if text not in kept] == [], "what was not kept was not tried"
    raw = hotline.run("cases", "--texts").stdout + hotline.run("cases").stdout
    assert "\x1b" not in raw and "\x9b" not in raw, "a terminal is told what to do"
    session, hostile = hotline.login("kh"), found[0]["ref"]
    for text in every[40:44]:
        assert hotline.act(session, hostile, "note", text=text).ok and hotline.act(session, hostile, "reply", text=text).ok
    for case in found[1:4]:
        assert hotline.act(session, case["ref"], "urgency", urgency="low", reason=names[0]).ok
        assert hotline.act(session, case["ref"], "apart", reason=names[1]).ok
    assert hotline.act(session, found[4]["ref"], "close", outcome="advice_given", reason=names[2]).ok
    _colleague(hotline, names[3], found[5]["ref"])
    pages = [f"/cases/{case['ref']}" for case in found] + ["/queue", "/queue?state=apart", "/queue?state=closed", "/colleagues", "/account"]
    pages += [f"/queue?{requests.compat.urlencode({'ref': text, 'state': text})}" for text in every[:42:8]]  # type: ignore[attr-defined]
    # By a browser that heeds no Content-Security-Policy, since words must be mere words by themselves; some pages also as they are.
    for lax, looked in ((True, pages), (False, pages[:3])):
        page = open_page(lax=lax)
        page.add_init_script(COUNTS)
        sign_in(page, hotline, "kh")
        made = {}
        for path in looked:
            _look(page, f"{hotline.desk}{path}", paper=path in pages[:2])
            made[path] = page.evaluate(MADE)
        assert {path: faults for path, faults in made.items() if faults} == {}
        page.goto(f"{hotline.desk}/queue")
        _report(hotline, every[:20], f"{lax}.svg")  # the list renews itself
        page.wait_for_timeout(2500)
        assert page.evaluate(MADE) == []
        page.goto(f"{hotline.desk}/cases/{found[4]['ref']}")
        assert page.evaluate(MADE) == []
        page.goto(f"{hotline.desk}/simulator")
        page.fill("#text", " ".join(every[:42]))
        press(page, ".write button")
        assert page.evaluate(MADE) == []
