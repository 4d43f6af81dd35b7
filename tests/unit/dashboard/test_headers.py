"""Every answer of the desk, whatever it is, tells the browser the same rules."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.unit.dashboard.test_desk import app, clock, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)
from triage import sessions

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
PATHS = ("/", "/login", "/queue", "/account", "/queue/live?mark=-1", "/nowhere", "/static/desk.js", "/healthz", "/readyz", "/metrics")


def test_each_answer_forbids_frames_sniffing_referrers_and_foreign_content(app: Flask, house: House) -> None:  # noqa: F811
    case = house.report()
    client = sign_in(app)
    for path in (*PATHS, f"/cases/{case.ref}"):
        headers = client.get(path).headers
        policy = {rule.strip().partition(" ")[::2] for rule in headers["Content-Security-Policy"].split(";")}
        assert {("default-src", "'none'"), ("frame-ancestors", "'none'"), ("base-uri", "'none'")} <= policy, path
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer"), path
        assert (headers["Cross-Origin-Opener-Policy"], headers["Cross-Origin-Resource-Policy"]) == ("same-origin", "same-origin"), path


def test_no_answer_lets_another_origin_read_it(app: Flask, house: House) -> None:  # noqa: F811
    client = sign_in(app)
    for path in PATHS:
        headers = client.get(path, headers={"Origin": "https://evil.example"}).headers
        assert [name for name in headers.keys() if name.lower().startswith("access-control-")] == [], path


def test_each_answer_says_what_it_is_and_in_which_letters(app: Flask, house: House) -> None:  # noqa: F811
    client = sign_in(app)
    for path in PATHS:
        answer = client.get(path)
        kind = answer.headers.get("Content-Type", "")
        assert not answer.data or kind == "application/json" or (kind.startswith("text/") and "charset=utf-8" in kind), path


def test_who_leaves_leaves_nothing_in_the_browser_and_every_page_has_the_way_out(app: Flask, house: House) -> None:  # noqa: F811
    case = house.report()
    client = sign_in(app)
    pages = [client.get(path).text for path in ("/queue", "/account", f"/cases/{case.ref}")]
    assert all('action="/logout"' in page for page in pages)
    token = pages[0].split('name="csrf" value="')[1].split('"')[0]
    answer = client.post("/logout", data={"csrf": token})
    assert answer.headers["Clear-Site-Data"] == '"cache"' and answer.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("session") is None


def test_a_password_is_hidden_and_can_be_pasted(app: Flask, house: House) -> None:  # noqa: F811
    client = sign_in(app)
    for page in (app.test_client().get("/login").text, client.get("/account").text):
        fields = [tag for tag in page.split("<input ")[1:] if 'name="password"' in tag.split(">")[0] or 'name="new"' in tag.split(">")[0]]
        assert fields and all('type="password"' in tag and "onpaste" not in tag and 'autocomplete="off"' not in tag.split(">")[0] for tag in fields)


@pytest.mark.parametrize("path", ["/static/", "/static", "/static/../app.py", "/static/%2e%2e/app.py", "/.git/config", "/static/.git/HEAD"])
def test_no_folder_is_listed(app: Flask, path: str) -> None:  # noqa: F811
    assert app.test_client().get(path).status_code in (302, 404) and b"def create_app" not in app.test_client().get(path).data


def test_the_script_stores_nothing_but_whether_sound_is_on(app: Flask, house: House) -> None:  # noqa: F811
    script = app.test_client().get("/static/desk.js").text
    assert set(re.findall(r"sessionStorage\.setItem\((.+?)\)", script)) == {'"sound", "on"'}
    assert not re.search(r"localStorage|indexedDB|document\.cookie|caches\.|serviceWorker", script)


def test_a_page_is_forgotten_by_the_browser_when_its_session_is_over(app: Flask, house: House) -> None:  # noqa: F811
    found = re.search(r"IDLE = (\d+) \* (\d+)", app.test_client().get("/static/desk.js").text)
    assert found is not None and int(found[1]) * int(found[2]) == sessions.IDLE_MS
