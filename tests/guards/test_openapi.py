"""docs/openapi describes every route of both sites with each of its methods, every parameter that the code reads, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from dashboard.case import VERBS
from dashboard.policy import POLICY
from tests.guards.tree import ROOT, sources

METHODS = ("get", "post", "put", "patch", "delete")
ROUTE = ("get", "post", "route")
READERS = ("form", "args", "files")
# Read as they are described by config/channels.yaml, or one by one from Twilio's form.
ELSEWHERE = {"name", "values"}


def document(site: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "docs" / "openapi" / f"{site}.yaml").read_text(encoding="utf-8"))
    return found


def described(site: str) -> set[tuple[str, str]]:
    return {(path, method) for path, item in document(site)["paths"].items() for method in item if method in METHODS}


def routes(package: str) -> Iterator[tuple[str, str]]:
    """(path, method) of each route that the views of a package declare, as the document writes them."""
    for path, text in sources(package).items():
        prefix = next(iter(re.findall(r'Blueprint\([^)]*url_prefix="([^"]+)"', text)), "")
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROUTE and node.args):
                continue
            rule = _text(node.args[0])
            if rule is None or not rule.startswith("/") or not isinstance(node.func.value, ast.Name):
                continue
            methods = ("get", "post") if node.func.attr == "route" else (node.func.attr,)
            yield from ((re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", prefix + rule), method) for method in methods)


def _text(node: ast.expr) -> str | None:
    """The constant, or an f-string in which the gateways' path is the only name."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "/sms/gateway" for part in node.values)
    return None


def read_names(package: str) -> set[str]:
    """Names of fields that the code of a package takes out of a form or an address."""
    found: set[str] = set()
    for text in sources(package).values():
        found |= set(re.findall(r"""(?:\bform|\bargs|\bfiles)(?:\.get(?:list)?\(|\[)"(\w+)""", text))
        found |= set(re.findall(r"""\b_field\("(\w+)"\)""", text))
    return found


def named(site: str) -> set[str]:
    """Every property and parameter that a document names."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update(node.get("properties") or {})
            found.update([node["name"]] if isinstance(node.get("name"), str) and "in" in node else [])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document(site))
    return found


@pytest.mark.parametrize(("site", "package"), [("web", "bot"), ("desk", "dashboard")])
def test_every_route_is_described_and_no_other(site: str, package: str) -> None:
    found = set(routes(package)) | ({("/static/{filename}", "get")} if site == "desk" else set())
    assert found == described(site)
    assert len(found) > 15


@pytest.mark.parametrize(("site", "package"), [("web", "bot"), ("desk", "dashboard")])
def test_every_field_that_a_view_reads_is_described(site: str, package: str) -> None:
    found = read_names(package)
    assert len(found) > 12 and found - named(site) == set()


def test_every_verb_of_a_case_is_described() -> None:
    verb = document("desk")["paths"]["/cases/{ref}/{verb}"]["parameters"][1]
    assert verb["name"] == "verb" and set(verb["schema"]["enum"]) == set(VERBS)


def test_the_guard_sees_as_many_routes_as_the_desk_decides_about() -> None:
    assert len(POLICY) == len(described("desk"))
