"""From outside, in a real browser: a colleague is invited, joins on a phone, is let in and withdrawn; the account's pages have no finding."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page

from tests.e2e.test_desk_pages import looked_at
from tests.e2e.test_road import sign_in
from tests.fixtures.browser import press
from tests.fixtures.hotline import Hotline

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("shared_hotline", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True)]
Open = Callable[..., Page]
OWN = "lantern otter tuesday gravel"


def enter(page: Page, hotline: Hotline, email: str, code: str) -> None:
    page.goto(f"{hotline.desk}/login")
    page.fill("#email", email)
    page.fill("#password", OWN)
    press(page, "button.main")
    page.fill("#code", code)
    press(page, "button.main")


def choose(page: Page) -> str:
    """Name, password and second factor of one's own; the secret of the latter."""
    secret = page.inner_text("p.quiet code")
    page.fill("#name", "Sample ສົມພອນ")
    page.check("[data-show]")
    assert page.get_attribute("#password", "type") == "text"
    page.fill("#password", OWN)
    page.fill("#six", pyotp.TOTP(secret).now())
    press(page, "button.main")
    return secret


def test_a_colleague_joins_by_a_link_and_is_withdrawn(shared_hotline: Hotline, open_page: Open) -> None:
    email, desk = f"{secrets.token_hex(4)}@demo.invalid", shared_hotline.desk
    text = f"they keep our passports in a factory in Vientiane {secrets.token_hex(4)}"
    shared_hotline.sms(text, sender="+85620000717")
    ref = shared_hotline.case_with(text)["ref"]
    lead, new = open_page(), open_page(phone=True, dark=True)
    sign_in(lead, shared_hotline, "la")
    lead.goto(f"{desk}/colleagues")
    lead.fill("#email", email)
    lead.fill("#password", shared_hotline.log_in("la")["password"])
    press(lead, "#invite button.main")
    link, found = lead.input_value("#link"), {"invited": looked_at(lead)}
    # The code comes behind the #: it fills the field and is in no address that the server or the history of the browser sees.
    sent: list[str] = []
    new.on("request", lambda asked: sent.append(asked.url))
    new.goto(link)
    assert new.url == f"{desk}/join" and new.input_value("#code") == link.split("#")[1] and not [url for url in sent if link.split("#")[1] in url]
    press(new, "button.main")
    found["joining"] = looked_at(new)
    secret = choose(new)
    found["joined"] = looked_at(new)
    lead.goto(f"{desk}/colleagues")
    press(lead, ".people button.main")
    # By keyboard alone: the fold opens, the button in it is pressed.
    lead.focus(".people details summary")
    lead.keyboard.press("Enter")
    lead.keyboard.press("Tab")
    assert lead.evaluate("document.activeElement.textContent") == "Withdraw Sample ສົມພອນ"
    # The code that set it up is used: the account is entered by the next one.
    enter(new, shared_hotline, email, pyotp.TOTP(secret).at(time.time() + 30))
    new.goto(f"{desk}/cases/{ref}")
    assert text in new.inner_text(".talk")
    new.goto(f"{desk}/account")
    new.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    new.fill("#password-codes", OWN)
    press(new, "text=Make ten new codes")
    found["codes"] = looked_at(new)
    assert new.locator("#fresh-codes code").count() == 10
    with lead.expect_navigation():
        lead.keyboard.press("Enter")
    found["withdrawn"] = looked_at(lead)
    assert "The desk has a new key" in lead.inner_text("[role=status]")
    new.goto(f"{desk}/cases/{ref}")
    assert new.url.endswith("/login")
    lead.goto(f"{desk}/cases/{ref}")
    assert text in lead.inner_text(".talk")
    assert {name: faults for name, faults in found.items() if faults} == {}
