"""The server's own log keeps nothing of a caller."""

from __future__ import annotations

import pytest
from gunicorn.config import Config

from config.serve import QuietLog


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
