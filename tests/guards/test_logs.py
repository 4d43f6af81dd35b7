"""A log line is a constant sentence with fields of the allow-list; nothing else reaches a log."""

from __future__ import annotations

import ast

from config.logs import FREE, NUMBERS, WORDS
from tests.guards.tree import sources

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def faults(tree: ast.AST) -> list[int]:
    """The lines of calls that log something else."""
    found = []
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id in ("log", "logger", "logging")):
            continue
        template, *rest = call.args
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str)) or len(rest) > 1 or call.keywords:
            found.append(call.lineno)
        elif rest and not _fields(rest[0]):
            found.append(call.lineno)
    return found


def _fields(given: ast.expr) -> bool:
    return isinstance(given, ast.Dict) and all(
        isinstance(key, ast.Constant) and key.value in (*NUMBERS, *WORDS, *FREE) for key in given.keys
    )


def test_every_log_line_is_a_constant_sentence_with_known_fields() -> None:
    assert {str(path): lines for path, text in sources().items() if (lines := faults(ast.parse(text)))} == {}


def test_the_guard_sees_what_it_must() -> None:
    bad = ('log.error(f"{x}")', 'log.error("%s", x)', 'log.error("%(text)s", {"text": x})', 'log.error(x)', 'log.error("x", exc_info=True)')
    assert all(faults(ast.parse(line)) for line in bad)
    assert not faults(ast.parse('log.error("inbox %(row)d", {"row": x})'))
