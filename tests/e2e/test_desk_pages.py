"""Every page of the desk in a real browser: no finding, small and large, light and dark, and nothing wider than the screen."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.channels.test_files import jpeg
from tests.e2e.test_road import sign_in
from tests.fixtures.browser import LOOKS, findings, press
from tests.fixtures.hotline import Hotline, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("shared_hotline", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True)]
Open = Callable[..., Page]


def looked_at(page: Page) -> list[str]:
    """What is wrong with a page as it stands, each fold of it open, in all four looks."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = findings(page, LOOKS)
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{page.url} is {wide} wide on {width}"] if wide > width else []
    return found


def test_no_page_of_the_desk_has_a_finding(shared_hotline: Hotline, open_page: Open) -> None:
    words = f"ជួយផង គេចាក់សោខ្ញុំ នៅប៉ោយប៉ែត {secrets.token_hex(4)}"
    person = open_page(phone=True)
    person.goto(f"{shared_hotline.web}/?lang=km")
    person.fill("#text", words)
    person.click("details.files summary")
    person.set_input_files("input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    press(person, "button.main")
    ref = shared_hotline.case_with(words)["ref"]
    session = shared_hotline.login("kh")
    wait_for(lambda: "/preview" in session.get(f"{shared_hotline.desk}/cases/{ref}", timeout=10).text, 20)
    assert shared_hotline.act(session, ref, "refer", to="desk:th", scope="no_contact", basis="consent", read_out="Said no.").ok
    at_risk = {"basis": "life_override", "life_at_risk": "1", "cannot_be_asked": "1", "read_out": "Locked in, no answer."}
    assert shared_hotline.act(session, ref, "refer", to="desk:regional", scope="summary", **at_risk).ok

    page = open_page()
    page.goto(f"{shared_hotline.desk}/login")
    found = {"login": looked_at(page)}
    page.goto(f"{shared_hotline.desk}/join")
    found["join"] = looked_at(page)
    sign_in(page, shared_hotline, "kh")
    for name, path in {
        "queue": "/queue",
        "closed": "/queue?state=closed",
        "no such case": "/queue?ref=AAAA-AAAA",
        "case": f"/cases/{ref}",
        "not there": "/cases/AAAA-AAAA",
        "account": "/account",
        "colleagues": "/colleagues",
        "simulator": "/simulator",
    }.items():
        page.goto(f"{shared_hotline.desk}{path}")
        found[name] = looked_at(page)
    page.fill("#text", words)
    press(page, ".write button")
    found["simulated"] = looked_at(page)
    page.goto(f"{shared_hotline.desk}/cases/{ref}")
    page.fill("#reply", "x" * 300)
    page.set_viewport_size({"width": 360, "height": 740})
    press(page, "form.reply button")
    found["answered"] = looked_at(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert page.locator(".said.out").count() == 1
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{shared_hotline.desk}/queue")
    assert page.evaluate("document.querySelector('header').offsetHeight") < 110, "the head leaves room for cases"


def test_cases_in_every_script_and_in_every_state_have_no_finding(shared_hotline: Hotline, open_page: Open) -> None:
    """Long words without blanks, marks above and below, two directions of reading; closed, shared, linked, set apart, silent."""
    told = {
        "my": "ကယ်ပါ ကျွန်မတို့ကို ပွိုင်ပက်မှာ အခန်းထဲပိတ်ပြီး ရိုက်နေတယ် စာပြန်မပို့ပါနဲ့ ဖုန်းစစ်တယ်",
        "km": "ជួយផងគេចាក់សោខ្ញុំទុកក្នុងបន្ទប់ហើយវាយរាល់ថ្ងៃនៅប៉ោយប៉ែតមិនឲ្យចេញទៅណាទេ",
        "lo": "ຊ່ວຍແດ່ເຂົາຂັງພວກເຮົາໄວ້ຢູ່ປອຍເປດຕີທຸກມື້",
        "th": "ช่วยด้วยค่ะเขาขังพวกเราไว้ในห้องที่ปอยเปตตีเพื่อนจนเลือดออก",
        "zh-Hant": "救命我們被關在波貝園區有人被打到昏迷",
        "vi": "cứu em với, em đang bị nhốt và bị đánh ở Poipet",
        "en": "<b>help</b> us in Poipet \u202ethey hit us " + "x" * 120,
    }
    session, refs, mark = shared_hotline.login("kh"), {}, secrets.token_hex(3)
    for number, (lang, text) in enumerate(told.items()):
        sender = f"+85512{secrets.randbelow(10**6):06}{number}"
        words = f"{text} {mark}"
        shared_hotline.sms(words, sender)
        shared_hotline.sms(f"{text} {mark} 2", sender)
        refs[lang] = shared_hotline.case_with(words)["ref"]
        shared_hotline.act(session, refs[lang], "claim")
    assert shared_hotline.act(session, refs["km"], "note", text=told["km"]).ok
    assert shared_hotline.act(session, refs["vi"], "close", outcome="helped", reason="ជួយរួចហើយ").ok
    at_risk = {"basis": "life_override", "life_at_risk": "1", "cannot_be_asked": "1", "read_out": "Locked in, no answer."}
    assert shared_hotline.act(session, refs["th"], "refer", to="desk:regional", scope="summary", **at_risk).ok
    page = open_page()
    sign_in(page, shared_hotline, "kh")
    found = {}
    for lang, ref in refs.items():
        page.goto(f"{shared_hotline.desk}/cases/{ref}")
        assert mark in page.inner_text("main")
        found[lang] = looked_at(page)
    for name in ("queue", "queue?state=closed", "queue?state=apart"):
        page.goto(f"{shared_hotline.desk}/{name}")
        found[name] = looked_at(page)
    guest = open_page()
    sign_in(guest, shared_hotline, "regional")
    guest.goto(f"{shared_hotline.desk}/cases/{refs['th']}")
    found["guest"] = looked_at(guest)
    assert {name: faults for name, faults in found.items() if faults} == {}
