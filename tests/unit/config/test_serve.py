"""The server's own log keeps nothing of a caller."""

from __future__ import annotations

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from config.serve import QuietLog, behind


def test_a_refused_request_and_a_failed_one_leave_no_address_path_or_words(capfd: pytest.CaptureFixture[str]) -> None:
    log = QuietLog(Config())
    log.warning("Invalid request from ip=192.0.2.7: Invalid HTTP Header: 'SAMPLE'")
    try:
        raise ValueError("sample words")
    except ValueError:
        log.exception("Error handling request %s", "/return?code=sample")
    log.warning("Worker with pid %s was terminated", 7)
    said = capfd.readouterr().err
    assert "no HTTP was refused" in said and "failed: ValueError" in said and "pid 7" in said
    assert not any(word in said for word in ("192.0.2.7", "sample", "SAMPLE"))


@pytest.mark.parametrize(("proxies", "address"), [(0, "192.0.2.1"), (1, "192.0.2.3"), (2, "192.0.2.2")])
def test_a_callers_address_is_what_the_proxies_say_and_never_what_the_caller_says(proxies: int, address: str) -> None:
    seen: dict[str, str] = {}
    app = behind(lambda environ, start: seen.update(environ) or [b""], proxies)
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "192.0.2.66, 192.0.2.2, 192.0.2.3", "HTTP_HOST": "hotline.example.org"}
    app(environ | {"HTTP_X_FORWARDED_HOST": "evil.example.org", "HTTP_X_FORWARDED_PROTO": "ftp", "wsgi.url_scheme": "http"}, lambda *_: None)
    assert (seen["REMOTE_ADDR"], seen["HTTP_HOST"], seen["wsgi.url_scheme"]) == (address, "hotline.example.org", "http")


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Content-Length: +5",
    ],
)
def test_a_message_with_two_ideas_of_its_length_is_refused(lines: str) -> None:
    raw = f"POST /report HTTP/1.1\r\nHost: x\r\n{lines}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n".encode()
    with pytest.raises(ParseException):
        next(RequestParser(Config(), [raw], ("192.0.2.1", 1)))
