"""Every ring has a queue and a job, every queue a worker, and every name that is imported late is there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.jobs import handlers
from bot.wiring import workshop
from config import settings as settings_module
from tests.guards.tree import ROOT, sources, strings
from triage import keys
from triage.queues import QUEUES, RINGS, make_worker

LATE = re.compile(r"(?:bot|triage|dashboard|config)(?:\.\w+)*:\w+")


def rung(text: str) -> Iterator[str]:
    """Each name that a source rings, where it is written out: `ring("x", …)` or a pair ("x", row) in a list of rings."""
    for node in ast.walk(ast.parse(text)):
        called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if called == "ring" and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def test_every_ring_has_a_queue_and_every_queue_a_ring() -> None:
    assert set(RINGS.values()) == set(QUEUES)


def test_every_queue_has_a_worker(redis_address: str) -> None:
    worker = make_worker(redis_address, {}, "sample")
    assert tuple(queue.name for queue in worker.queues) == QUEUES


def test_every_ring_has_a_job_and_every_job_a_ring(tmp_path: Path) -> None:
    settings = settings_module.read({"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": str(ROOT / "config")})
    keys.make_keys(settings)
    shop = workshop(settings)
    assert set(handlers(shop)) == set(RINGS)
    shop.database.engine.dispose()


def test_only_known_names_are_rung() -> None:
    found = {name for text in sources().values() for name in rung(text)}
    assert found and found <= set(RINGS)


def test_every_name_that_is_imported_late_is_there() -> None:
    found = {string for text in sources().values() for string in strings(text) if LATE.fullmatch(string)}
    assert len(found) >= 10
    for name in sorted(found):
        module, attribute = name.split(":")
        assert callable(getattr(importlib.import_module(module), attribute)), name


def test_every_process_of_the_procfile_is_a_command() -> None:
    from bot.cli import COMMANDS

    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.split(": hotline ")[1].split()[0] not in COMMANDS] == []


@pytest.mark.parametrize(
    ("text", "names"), [("bell.ring('triage', 1)", ["triage"]), ("self.parts.bell.ring('lost', row)", ["lost"]), ("string('x')", [])]
)
def test_the_guard_sees_a_ring(text: str, names: list[str]) -> None:
    assert list(rung(text)) == names
