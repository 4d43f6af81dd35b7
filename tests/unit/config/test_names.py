"""The names under which a site may be asked: those that were configured, this machine's in demo, and no other."""

from __future__ import annotations

import pytest

from config import settings as settings_module
from config.names import host_name
from config.serve import OPTIONS, named
from config.settings import SettingsError

PRODUCTION = {
    "HOTLINE_ENV": "production",
    "HOTLINE_PUBLIC_URL": "https://hotline.example.org",
    "HOTLINE_DESK_URL": "https://desk.example.org:8443",
    "HOTLINE_HOSTS": "192.0.2.7, gateway.lan",
}
LOCAL = ("127.0.0.1:8000", "localhost", "[::1]:8000", "LOCALHOST.")
FOREIGN = ("", "evil.example", "evil.example:8000", "hotline.example.org.evil.example", "127.0.0.1@evil.example", "127.0.0.1,evil.example", "localhost/x", "a b", "é", "[::1", "0.0.0.0")  # fmt: skip


@pytest.mark.parametrize(
    ("environ", "site", "names"),
    [
        ({}, "public_url", LOCAL),
        ({}, "desk_url", LOCAL),
        ({"HOTLINE_HOST": "192.0.2.9"}, "desk_url", (*LOCAL, "192.0.2.9:8001")),
        (PRODUCTION, "public_url", ("hotline.example.org", "HOTLINE.example.org:443", "192.0.2.7:8000", "gateway.lan")),
        (PRODUCTION, "desk_url", ("desk.example.org", "desk.example.org:8443", "gateway.lan", "192.0.2.7:8000")),
        (PRODUCTION | {"HOTLINE_DESK_URL": ""}, "desk_url", (*LOCAL, "gateway.lan", "192.0.2.7:8000")),
    ],
)
def test_only_these_names_reach_a_site(environ: dict[str, str], site: str, names: tuple[str, ...]) -> None:
    settings = settings_module.read(environ)
    knows = settings.knows(getattr(settings, site))
    everything = {*FOREIGN, *LOCAL, "hotline.example.org", "HOTLINE.example.org:443", "desk.example.org", "desk.example.org:8443", "192.0.2.7:8000", "gateway.lan", "192.0.2.9:8001"}  # fmt: skip
    assert {name for name in everything if knows(name)} == set(names)


@pytest.mark.parametrize(("wrong", "words"), [({"HOTLINE_HOSTS": "a,b/c"}, "HOTLINE_HOSTS"), ({"HOTLINE_DESK_URL": "http://desk.example.org"}, "HOTLINE_DESK_URL")])  # fmt: skip
def test_a_name_that_is_none_and_a_desk_without_https_are_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings_module.read(PRODUCTION | wrong)


def test_who_asks_by_another_name_reaches_nothing_but_health_and_figures() -> None:
    asked: list[str] = []
    app = named(lambda environ, start: asked.append(environ["PATH_INFO"]) or [b""], lambda host: host_name(host) == "ours.example")
    said: list[str] = []
    for host, path in (("evil.example", "/login"), ("evil.example", "/readyz"), ("ours.example:80", "/login"), ("evil.example", "/readyz/x")):
        body = b"".join(app({"HTTP_HOST": host, "PATH_INFO": path}, lambda status, headers: said.append(status)))
        assert b"evil" not in body
    assert asked == ["/readyz", "/login"] and said == ["421 Misdirected Request"] * 2


def test_no_header_tells_the_server_its_scheme_or_where_it_lies() -> None:
    # gunicorn believes X-Forwarded-Proto and SCRIPT_NAME of whoever calls from this machine, and so of a proxy's callers.
    assert not any(OPTIONS[name] for name in ("forwarded_allow_ips", "secure_scheme_headers", "forwarder_headers"))
