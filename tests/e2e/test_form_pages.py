"""The form in a real browser: for everybody, on any phone, leaving nothing behind."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Error, Page, Response

from bot.pages import EXIT
from tests.channels.test_files import jpeg
from tests.fixtures.browser import LOOKS, findings, press
from tests.fixtures.hotline import Hotline
from tests.system import FONTS

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("shared_hotline", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True)]
Open = Callable[..., Page]
WORDS = {
    "en": "They keep our papers",
    "km": "ជួយផង គេចាក់សោខ្ញុំ",
    "lo": "ຊ່ວຍແດ່ ເຂົາຂັງຂ້ອຍໄວ້",
    "my": "ကယ်ပါ ပိတ်လှောင်ထားတယ်",
    "th": "ช่วยด้วย เขาขังฉันไว้",
    "vi": "Cứu em, họ nhốt em lại",
    "zh": "救命，我们被关起来了",
    "zh-Hant": "救命，我們被關起來了",
}
SCRIPTS = {"km": "1780", "lo": "0e81", "my": "1000", "th": "0e01", "zh": "4e2d", "zh-Hant": "4e2d"}
HEAVY = 30_000
LINE = "+85512000999"
# Answers that lead past every kind of question.
CHOSEN = ("KH", "yes_how", "call_me", "ransom_asked", "my_embassy", "no")


class Log:
    """What a browser asked for and got."""

    def __init__(self, page: Page) -> None:
        self.got: list[Response] = []
        page.on("response", lambda one: self.got.append(one))

    def weight(self) -> int:
        """Bytes of all that came since it was last asked, headers included."""
        sizes = [one.request.sizes() for one in self.got if one.url.startswith("http")]
        self.got.clear()
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def answer(page: Page, text: str) -> str:
    """Answers the question of a page as one may, and sends it; what kind of question it was, empty where there is none."""
    kind = "end"
    if page.locator(".told").count():
        kind = "review"
    elif page.locator("fieldset").count():
        kind = str(page.locator("fieldset input").first.get_attribute("type"))
        ids = page.locator("fieldset input").evaluate_all("all => all.map(one => one.value)")
        page.check(f"fieldset input[value='{next((one for one in CHOSEN if one in ids), ids[0])}']")
    elif page.locator("select").count():
        kind = "select"
        page.select_option("#choice", index=1)
    elif page.locator("details.files[open]").count():
        kind = "media"
        page.set_input_files("input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    elif page.locator("button[value=back]").count():
        kind = "line" if page.locator("input#text").count() else "textarea"
        page.fill("#text", LINE if page.locator("input#text").count() else text)
    if kind != "end":
        press(page, "button.main")
    return kind


def kinds(page: Page, text: str) -> Iterator[str]:
    """Each page of a talk, before it is answered."""
    for _ in range(40):
        yield "page"
        if answer(page, text) == "end":
            return
    raise AssertionError("the talk has no end")


def kind_of(page: Page) -> str:
    """What kind of page this is, without answering it."""
    for kind, selector in (("review", ".told"), ("select", "select"), ("media", "details.files[open]"), ("line", "input#text")):
        if page.locator(selector).count():
            return kind
    boxes = page.locator("fieldset input")
    return str(boxes.first.get_attribute("type")) if boxes.count() else "textarea" if page.locator("button[value=back]").count() else "end"


def test_every_kind_of_page_has_no_finding_and_the_browser_keeps_nothing(shared_hotline: Hotline, open_page: Open) -> None:
    page = open_page(phone=True)
    log, seen, found = Log(page), {"front"}, []
    page.goto(f"{shared_hotline.web}/?lang=en")
    found += findings(page, LOOKS)
    press(page, "button[value=help_other]")
    weights = []
    for _ in kinds(page, WORDS["en"]):
        weights.append(log.weight())
        if (kind := kind_of(page)) not in seen:
            seen.add(kind)
            found += findings(page)
        assert page.locator("input:not([type=hidden],[type=radio],[type=checkbox],[type=file]):not([autocomplete=off])").count() == 0
        assert page.locator("form:not([autocomplete=off]), textarea:not([autocomplete=off]), select:not([autocomplete=off])").count() == 0
    assert found == [] and max(weights) < HEAVY
    assert seen == {"front", "radio", "checkbox", "select", "textarea", "line", "media", "review", "end"}
    code = page.inner_text(".receipt")
    for path in ("/return", "/nothing", "/report/x/y"):
        page.goto(f"{shared_hotline.web}{path}?lang=en")
        assert findings(page) == []
    page.goto(f"{shared_hotline.web}/return?lang=en")
    page.fill("#code", "1234 5678")
    press(page, "button.main")
    assert findings(page) == [] and page.input_value("#code") == "1234 5678"
    page.fill("#code", code)
    page.fill("#word", LINE)  # the walk has chosen it as its own word
    press(page, "button.main")
    page.set_input_files("input[type=file]", {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    press(page, "button[value=add]")
    assert findings(page) == [] and "We have noted it" in page.inner_text("main")
    # What another person who opens this browser would find.
    assert page.context.cookies() == [] and {one.headers["cache-control"] for one in log.got} == {"no-store"}
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
        (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert kept == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("lang", WORDS)
def test_each_language_reads_well_on_a_narrow_screen(shared_hotline: Hotline, open_page: Open, lang: str) -> None:
    page = open_page(phone=True, dark=lang in ("lo", "th", "zh"))
    log = Log(page)
    page.goto(f"{shared_hotline.web}/?lang={lang}")
    dark_desktop = [((1280, 860), "dark"), ((320, 640), "light")]
    assert findings(page, dark_desktop) == [] and page.get_attribute("html", "lang") == lang
    assert log.weight() < HEAVY
    if lang in SCRIPTS:
        assert drawn_by(page, "main") >= 0.6 * len(page.inner_text("main").replace(" ", "")) * (0.4 if lang in ("km", "my") else 1)
    page.fill("#text", WORDS[lang])
    press(page, "button.main")
    assert findings(page, dark_desktop[1:]) == [] and log.weight() < HEAVY
    assert "{" not in page.inner_text("main")
    press(page, "button[value=review]")
    for width in (320, 640):  # the smallest of phones; a desktop at 200 %
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def drawn_by(page: Page, selector: str) -> int:
    """How many glyphs of an element come from a font that has the page's script; the rest are empty boxes or Latin."""
    lang = str(page.get_attribute("html", "lang"))
    listed = subprocess.run(["fc-list", f":charset={SCRIPTS[lang]}", "family"], capture_output=True, text=True, check=True).stdout
    families = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    assert SCRIPTS[lang] in FONTS
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    total = 0
    nodes = session.send("DOM.querySelectorAll", {"nodeId": node, "selector": "*"})["nodeIds"]
    for one in nodes:
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": one})["fonts"]
        total += sum(int(font["glyphCount"]) for font in fonts if font["familyName"] in families)
    return total


def leave(page: Page, act: Callable[[], object]) -> None:
    """Leaves by an act; the other site need not be there for that."""
    with page.expect_request(lambda asked: asked.url == EXIT):
        act()
    page.wait_for_function("!document.querySelector('#exit')")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_after_the_quick_exit_nothing_comes_back(shared_hotline: Hotline, open_page: Open, scripts: bool) -> None:
    page = open_page(phone=True, scripts=scripts, leads_away=True)
    secret = f"a secret of mine, {scripts}"
    page.goto(f"{shared_hotline.web}/?lang=en")
    press(page, "a[href^='/return']")
    page.go_back()
    page.fill("#text", secret)
    press(page, "button.main")
    code = page.inner_text(".receipt")
    press(page, "button[value=review]")
    leave(page, lambda: page.click("#exit"))
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    for entry in history:
        assert entry["title"] in ("", "Message to the team", "www.google.com") and secret not in entry["url"] and code not in entry["url"]
    for step in (page.go_back, page.go_back, page.go_back, page.go_forward, page.go_forward):
        try:
            step(wait_until="load", timeout=3000)
        except Error:
            pass  # the browser's own page: it will not send a form once more
        page.wait_for_function("document.readyState === 'complete'")
        shown = page.content()
        assert secret not in shown and code not in shown and "Message to the team" not in shown, page.url


def test_the_whole_road_by_keyboard_alone(shared_hotline: Hotline, open_page: Open) -> None:
    page = open_page(leads_away=True)
    page.goto(f"{shared_hotline.web}/?lang=en")

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", selector
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    tab_to(".skip")
    tab_to("#exit")
    tab_to("textarea")
    page.keyboard.type("They keep our papers in Poipet and we may not leave")
    tab_to("summary")
    tab_to("button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt")
    tab_to("input[type=radio]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    before = page.inner_text("h1")
    tab_to("button.main")
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)
    tab_to("button[value=back]")
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('h1').innerText === before", arg=before)
    leave(page, lambda: [page.keyboard.press("Escape") for _ in range(3)])


def test_a_file_that_is_too_large_is_said_before_it_is_sent_and_after(shared_hotline: Hotline, open_page: Open, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as out:
        out.truncate(20_000_001)
    words = f"ช่วยด้วย เขาขังฉันไว้ {secrets.token_hex(4)}"
    for scripts in (True, False):
        page = open_page(phone=True, scripts=scripts)
        page.goto(f"{shared_hotline.web}/?lang=th")
        page.fill("#text", words)
        page.click("details.files summary")
        page.set_input_files("input[type=file]", large)
        if scripts:
            assert "ไฟล์นี้ใหญ่เกินไป" in page.inner_text("details.files [role=alert]")
            continue
        press(page, "button.main")
        assert "ไฟล์นี้ใหญ่เกินไป" in page.inner_text(".said") and page.locator(".receipt").count() == 1
    assert shared_hotline.case_with(words)["messages"] == 1


def test_a_text_browser_reads_it_in_order(shared_hotline: Hotline) -> None:
    def dump(html: str) -> str:
        words = ["w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80"]
        return " ".join(subprocess.run(words, input=html, capture_output=True, text=True, check=True).stdout.split())

    def in_order(text: str, *parts: str) -> None:
        at = [text.find(part) for part in parts]
        assert -1 not in at and at == sorted(at), dict(zip(parts, at, strict=True))

    first = requests.get(f"{shared_hotline.web}/", params={"lang": "en"}, timeout=10).text
    in_order(dump(first), "Leave this page", "English", "Message to the team", "Tell us", "Write here", "20 MB at most", "Send", "I need help", "I was here before", "If this phone")
    _, page = shared_hotline.web_report("They keep our papers in Poipet. Text browser.")
    in_order(dump(page), "Leave this page", "We have your message", "Your code:", "Keep it or learn it", "?", "( )", "Next", "Talk to a person", "Language")
    assert "too large" not in dump(first)  # what only a script shows is not there without one
    assert "function" not in dump(page) and "font:" not in dump(page)
