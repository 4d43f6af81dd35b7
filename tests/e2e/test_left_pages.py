"""A page of the desk that was left, or lost its connection, shows nothing any more when its session must be over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.test_road import sign_in
from tests.fixtures.hotline import Hotline

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("shared_hotline", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True)]


@pytest.mark.parametrize("path", ["/queue", "/account"])
def test_it_is_emptied_after_a_quarter_of_an_hour_and_not_before(shared_hotline: Hotline, open_page: Callable[..., Page], path: str) -> None:
    page = open_page()
    page.clock.install()
    sign_in(page, shared_hotline, "kh")
    page.goto(f"{shared_hotline.desk}{path}")
    page.context.set_offline(True)
    page.clock.fast_forward("14:00")
    assert page.locator("header").count() == 1
    page.clock.fast_forward("01:30")
    page.wait_for_function("document.body.textContent.includes('Reload it')")
    assert page.locator("header, main, form, table").count() == 0 and page.title() == "Desk"


def test_a_page_that_hears_from_the_desk_stays(shared_hotline: Hotline, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.clock.install()
    sign_in(page, shared_hotline, "kh")
    page.goto(f"{shared_hotline.desk}/queue")
    for _ in range(4):
        with page.expect_response("**/queue/live?*"):
            page.clock.fast_forward("05:00")
        page.wait_for_timeout(100)
    page.clock.fast_forward("00:20")
    assert page.locator("header").count() == 1
