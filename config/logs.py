"""Logs: ids, states and the class of an error. No library may add the words or numbers of a person."""

from __future__ import annotations

import logging
import sys

# Libraries that log what they send, receive or run.
TALKATIVE = ("httpx", "httpcore", "urllib3", "rq", "sqlalchemy", "alembic", "requests", "asyncio", "gunicorn")
# Libraries that quote what they could not read, at their gravest level.
QUOTING = ("telegram", "twilio")


# Whose words are shown: our own, which hold ids, states and counts.
OURS = "hotline"


class ClassOnly(logging.Formatter):
    """Formats a record without the text of its exception, which may quote a person.

    Of a library's record only its logger and its line of code are shown, whatever level somebody sets: what it would
    say may hold an address, a number or a message.
    """

    def formatException(self, ei: object) -> str:  # noqa: N802 (logging's own name)
        return ""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        if record.name.partition(".")[0] != OURS:
            where = (record.module, record.lineno)
            record = logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, "%s:%d", where, None)
        text = super().format(record)
        return f"{text} [{type(error).__name__}]" if error else text


def set_up() -> None:
    """One handler to stderr; other people's loggers speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ClassOnly("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.raiseExceptions = False  # a record that cannot be formatted is not printed in its parts
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in QUOTING:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
