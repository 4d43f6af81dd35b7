"""Every answer of the public site, whatever it is, tells the browser the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.app import create_app
from bot.chat import throwaway
from bot.pages import EXIT, EXITS
from config import settings as settings_module

PATHS = ("/", "/report", "/report/help_self", "/return", "/exit", "/nowhere", "/healthz", "/readyz", "/sms/twilio", "/telegram/webhook", "/sms/gateway/none")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(Path("config").absolute())})) as parts:
        yield create_app(parts).test_client()


@pytest.mark.parametrize("method", ["GET", "POST", "TRACE"])
@pytest.mark.parametrize("path", PATHS)
def test_each_answer_forbids_frames_sniffing_referrers_and_foreign_content(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method, headers={"Origin": "https://evil.example"})
    policy = {rule.strip().partition(" ")[::2] for rule in answer.headers["Content-Security-Policy"].split(";")}
    assert {("default-src", "'none'"), ("frame-ancestors", "'none'"), ("base-uri", "'none'")} <= policy
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    assert not [name for name in answer.headers.keys() if name.lower().startswith("access-control-")]
    kind = answer.headers.get("Content-Type", "")
    assert not answer.data or kind == "application/json" or (kind.startswith("text/") and "charset=utf-8" in kind)
    assert method != "TRACE" or answer.status_code in (404, 405)


@pytest.mark.parametrize("lang", ["en", "zh", "km", "https://evil.example", ""])
def test_the_way_out_leads_to_two_sites_and_no_other(client: FlaskClient, lang: str) -> None:
    for path in (f"/exit?lang={lang}", f"/exit?lang={lang}&next=https://evil.example&v=//evil.example"):
        answer = client.get(path, headers={"Accept-Language": "https://evil.example"})
        assert answer.status_code == 303 and answer.headers["Location"] in {EXIT, *EXITS.values()}
