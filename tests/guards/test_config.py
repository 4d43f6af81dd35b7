"""The shipped config has no fault, and editors know the shape of each of its files.

A key that is new in a file is written into its schema, `config/schemas/`; `hotline check` reads the same schemas.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from bot.checking.shapes import SCHEMAS, schema_of
from bot.checking.whole import check_folder
from tests.guards.tree import ROOT

CONFIG = ROOT / "config"
FILES = sorted(str(path.relative_to(CONFIG)) for path in CONFIG.rglob("*.yaml"))


def test_the_shipped_config_has_no_fault() -> None:
    found = check_folder(CONFIG, date(2026, 11, 24)).of("error", "gap")
    assert found == (), "\n".join(map(str, found))


@pytest.mark.parametrize("file", FILES)
def test_a_file_names_its_schema_for_editors(file: str) -> None:
    first = (CONFIG / file).read_text(encoding="utf-8").splitlines()[0]
    name = schema_of(file)
    assert name is not None, f"{file} has no schema in config/schemas/"
    assert first == f"# yaml-language-server: $schema={'../' * file.count('/')}schemas/{name}.json"


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_one_and_says_what_it_is_for(path: object) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    Draft202012Validator.check_schema(schema)
    assert schema["title"] and schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_schema_is_used() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {schema_of(file) for file in FILES}
