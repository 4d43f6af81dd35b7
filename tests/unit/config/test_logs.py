"""No log line holds what a person wrote, whoever writes it and at whatever level."""

from __future__ import annotations

import logging
import sys

import pytest

from config.logs import ClassOnly, set_up

CANARY = "canary +85512345678 ជួយផង"
LIBRARIES = ("httpx", "urllib3.connectionpool", "telegram.Bot", "twilio.http_client", "rq.worker", "sqlalchemy.engine", "gunicorn.error", "werkzeug", "root")


@pytest.fixture(autouse=True)
def logging_as_it_was():  # type: ignore[no-untyped-def]
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in LIBRARIES}
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_at_debug_with_a_traceback_says_where_and_not_what(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    logger.debug("sent %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception(CANARY, stack_info=True, extra={"body": CANARY})
    text = printed(capsys)
    assert "test_logs" in text and "ValueError" in text
    assert "canary" not in text and "85512345678" not in text and "ជួយ" not in text


def test_our_own_line_has_its_ids_and_the_class_of_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("hotline.triage").error("inbox %(row)d", {"row": 7}, exc_info=True)
    assert printed(capsys).strip() == "ERROR hotline.triage: inbox 7 [ValueError]"


def test_a_record_that_cannot_be_formatted_is_not_shown_in_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("hotline.web").error("%d", CANARY)
    assert "canary" not in printed(capsys)


def test_a_name_that_only_begins_like_ours_is_not_ours() -> None:
    record = logging.LogRecord("hotlinex", logging.ERROR, "x.py", 1, CANARY, (), sys.exc_info())
    assert "canary" not in ClassOnly("%(message)s").format(record)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"row": 7, "error": "ValueError"}, "inbox 7: ValueError"),
        ({"row": CANARY, "error": "ValueError"}, "inbox -: ValueError"),
        ({"row": 7, "error": CANARY}, "inbox 7: -"),
        ({"row": 7, "error": "85512345678"}, "inbox 7: -"),
        ({"row": 7, "error": "a@b.invalid"}, "inbox 7: -"),
        ({"row": 7, "text": CANARY}, "inbox 7: -"),
    ],
)
def test_of_our_own_record_only_known_fields_that_look_like_one_are_shown(fields: dict[str, object], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("hotline.triage").error("inbox %(row)d: %(error)s", fields)
    assert printed(capsys).strip() == f"ERROR hotline.triage: {wanted}"


def test_words_given_by_position_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("hotline.triage").error("heard %s and %d", CANARY, 7)
    assert printed(capsys).strip() == "ERROR hotline.triage: heard - and -"
