from __future__ import annotations

import ast
from pathlib import Path

import bot.flows

ALLOWED = {"__future__", "bot", "collections", "dataclasses", "datetime", "json", "re", "types", "typing", "unicodedata", "zlib"}


def test_the_engine_imports_nothing_that_reads_writes_or_waits() -> None:
    files = sorted(Path(bot.flows.__path__[0]).glob("*.py"))
    assert len(files) > 8
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] in ALLOWED and (not name.startswith("bot") or name.startswith("bot.flows")), (
                    f"{path.name}: {name}"
                )
            assert not (isinstance(node, ast.Name) and node.id in ("open", "eval", "exec", "print", "input", "__import__")), (
                f"{path.name}: {node.lineno}"
            )
