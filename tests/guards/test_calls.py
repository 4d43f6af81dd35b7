"""No call runs what somebody wrote: no evaluation, no shell, no pickle, no XML parser, no weak digest, no guessable chance, no open TLS, no debugger."""

from __future__ import annotations

import ast
import re

import pytest

from tests.guards.tree import ROOT, names, sources

FORBIDDEN = re.compile(
    r"eval|exec|os\.(system|popen|exec\w*|spawn\w*)|subprocess\.(getoutput|getstatusoutput)"
    r"|(pickle|marshal|shelve|dill|random|xml|lxml|defusedxml)(\..*)?|yaml\.(load|full_load|unsafe_load)"
    r"|hashlib\.md5|ssl\._create_unverified_context|flask\.render_template_string|jinja2\.Template"
)
ARGUMENTS = {"shell": True, "verify": False, "autoescape": False, "debug": True}
SQL = ("text", "exec_driver_sql")
# SQL that names a table of our own schema, which no parameter can.
TABLES = {"triage/backup.py": 1, "triage/retention.py": 1}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape|\bMarkup\b")


def calls(text: str) -> set[str]:
    """What a source calls or imports of these, and the arguments that open what is shut."""
    found = {name for name, _ in names(text) if FORBIDDEN.fullmatch(name)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            found |= {name for name in imported if FORBIDDEN.fullmatch(name)}
        if isinstance(node, ast.keyword) and node.arg in ARGUMENTS and isinstance(node.value, ast.Constant):
            found |= {node.arg} if node.value.value is ARGUMENTS[node.arg] else set()
    return found


def composed(text: str) -> int:
    """How many statements of SQL are put together from parts."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    called = [(ast.unparse(node.func).rsplit(".", 1)[-1], node.args[0]) for node in found]
    return sum(name in SQL and isinstance(first, ast.JoinedStr | ast.BinOp) for name, first in called)


def test_nothing_that_somebody_wrote_is_run() -> None:
    assert [f"{path}: {name}" for path, text in sources().items() for name in calls(text)] == []


def test_no_sql_is_put_together_but_of_our_own_names_of_tables() -> None:
    assert {path: count for path, text in sources().items() if (count := composed(text))} == TABLES


def test_templates_escape_all_and_one_file_alone_makes_markup() -> None:
    pages = [path for folder in ("bot", "dashboard") for path in (ROOT / folder / "templates").iterdir()]
    assert len(pages) > 20 and [path.name for path in pages if UNESCAPED.search(path.read_text(encoding="utf-8"))] == []
    assert [path for path, text in sources().items() if any(name == "markupsafe.Markup" for name, _ in names(text))] == ["dashboard/shown.py"]


def test_what_redis_holds_is_read_as_json_alone() -> None:
    made = [node for node in ast.walk(ast.parse(sources()["triage/queues.py"])) if isinstance(node, ast.Call)]
    readers = [node for node in made if ast.unparse(node.func) in ("Queue", "SimpleWorker")]
    assert len(readers) >= 3
    assert all("serializer=JSONSerializer" in ast.unparse(node) for node in readers)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("eval('1')", {"eval"}),
        ("from os import system as go\ngo('x')", {"os.system"}),
        ("import subprocess\nsubprocess.run('x', shell=True)", {"shell"}),
        ("import pickle", {"pickle"}),
        ("from xml.etree import ElementTree", {"xml.etree"}),
        ("import hashlib\nhashlib.md5(b'')", {"hashlib.md5"}),
        ("session.get(url, verify=False)", {"verify"}),
        ("app.run(debug=True)", {"debug"}),
        ("import subprocess\nsubprocess.run(['x'])\nsession.get(url, verify=True)\nre.compile('x')", set()),
    ],
)
def test_the_guard_sees_such_a_call(text: str, seen: set[str]) -> None:
    assert calls(text) == seen


def test_the_guard_sees_composed_sql() -> None:
    assert composed("tx.execute(text(f'SELECT {x}'))") == 1 and composed("text('SELECT ' + x)") == 1 and composed("text('SELECT 1')") == 0
