"""Logs: ids, states and the class of an error. No library may add the words or numbers of a person."""

from __future__ import annotations

import logging
import re
import resource
import sys
from collections.abc import Mapping

# Libraries that log what they send, receive or run.
TALKATIVE = ("httpx", "httpcore", "urllib3", "rq", "sqlalchemy", "alembic", "requests", "asyncio", "gunicorn")
# Libraries that quote what they could not read, at their gravest level.
QUOTING = ("telegram", "twilio")

# Whose words are shown: our own. A record is a constant sentence with fields of these names, and nothing else of it is shown.
OURS = "hotline"
NUMBERS = ("row", "count")
WORDS = ("error", "job", "name", "reason")  # a class, a name in our code or config, a reason that an adapter gives
FREE = ("fault",)  # a line of `hotline check`: it quotes the operators' config, where no person speaks
PLAIN = re.compile(r"(?!.*\d{6})[ -~]{1,80}", re.ASCII)
NOT_SHOWN = "-"
FIELD = re.compile(r"%(?:\((\w+)\))?[a-z]")


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
        else:
            record.msg, record.args = _sentence(record.msg, record.args), ()
        text = super().format(record)
        return f"{text} [{type(error).__name__}]" if error else text


def _sentence(template: object, fields: object) -> str:
    """The template with the fields that may be shown; a field that is not known, or does not look like one, is a dash."""
    known = {name: _shown(name, value) for name, value in fields.items()} if isinstance(fields, Mapping) else {}
    return FIELD.sub(lambda found: known.get(found[1], NOT_SHOWN), str(template))


def _shown(name: str, value: object) -> str:
    if name in NUMBERS:
        return str(value) if isinstance(value, int) else NOT_SHOWN
    if name in WORDS and isinstance(value, str) and PLAIN.fullmatch(value) and "@" not in value and "+" not in value:
        return value
    return str(value) if name in FREE else NOT_SHOWN


def set_up() -> None:
    """One handler to stderr; other people's loggers speak from WARNING on. No process leaves a core dump: it would hold what no log may."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
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
