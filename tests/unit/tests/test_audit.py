"""The audit never passes silently: what was not asked is not good."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.audit import audit, sbom

FINE = {"name": "fine", "version": "1", "vulns": []}
HOLED = {"name": "holed", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "odd", "skip_reason": "not found"}


def said(text: str, code: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; print({text!r}); sys.exit({code})")


@pytest.mark.parametrize(
    ("packages", "code", "word"),
    [([FINE], 0, "1 packages checked"), ([FINE, HOLED], 1, "holed 1: X-1"), ([FINE, SKIPPED], 3, "not checked: odd"), ([SKIPPED], 3, "none of 1 "), ([], 3, "0 packages")],
)
def test_it_passes_only_where_every_package_was_checked(packages: list[object], code: int, word: str) -> None:
    found, lines = audit(said(json.dumps({"dependencies": packages}), 1 if code == 1 else 0))
    assert found == code and any(word in line for line in lines)


@pytest.mark.parametrize("command", [said("no JSON", 1), said("", 0), ("no-such-program-here",)])
def test_a_service_that_gives_no_answer_is_said_and_fails(command: tuple[str, ...]) -> None:
    code, lines = audit(command)
    assert code == 3 and lines[0].startswith("not checked: ")


def test_the_bill_of_materials_names_every_locked_package(tmp_path: Path) -> None:
    assert sbom(tmp_path / "sbom.json") > 60
    found = json.loads((tmp_path / "sbom.json").read_text())
    assert found["bomFormat"] == "CycloneDX" and {"flask", "PyNaCl".lower()} <= {one["name"].lower() for one in found["components"]}
    assert all(one.get("hashes") or one.get("externalReferences") for one in found["components"] if one["name"].lower() == "flask")
