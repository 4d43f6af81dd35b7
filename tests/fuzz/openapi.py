"""The documents of docs/openapi as schemathesis reads them, and the visitors and providers that the sites let in."""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from ruamel.yaml import YAML
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from config.files import read_yaml
from tests.fixtures import standin_telegram, standin_twilio
from tests.fixtures.standin_gateway import signed
from tests.fuzz.doors import Fields
from tests.fuzz.sites import GATEWAY_SECRET, METRICS_TOKEN, PUBLIC_URL, Sites
from tests.unit.triage.samples import CONFIG

FOLDER = Path(__file__).parents[2] / "docs" / "openapi"
METHODS = ("get", "post", "put", "patch", "delete")
# What a page says of an error of the caller is ours to choose; that a schema forbids a value is no reason to refuse what a person sends.
LEFT_OUT = ("negative_data_rejection", "positive_data_acceptance", "missing_required_header", "ignored_auth", "unsupported_method", "use_after_free")


def document(site: str) -> dict[str, Any]:
    """The description of a site, references and all."""
    found: dict[str, Any] = YAML(typ="safe").load((FOLDER / f"{site}.yaml").read_text(encoding="utf-8"))
    return found


def operations(site: str, app: Any) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Every operation of a site, sent to this application."""
    schema = schemathesis.openapi.from_dict(document(site))
    schema.app = app
    schema.location = f"/{site}"
    for found in schema.get_all_operations():
        yield found.ok()


def names(site: str, operation: APIOperation[Any, Any, Any, Any]) -> dict[str, set[str]]:
    """What an operation takes, by place: path, args, form."""
    found: dict[str, set[str]] = {}
    for parameter in operation.iter_parameters():
        place = str(parameter.location.value)
        found.setdefault({"query": "args"}.get(place, place), set()).add(parameter.name)
    raw = document(site)
    body = raw["paths"][operation.path][operation.method].get("requestBody", {}).get("content", {})
    schema = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
    if "$ref" in schema:
        schema = raw["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found["form"] = set(schema.get("properties", {}))
    return found


def as_described(rule: str) -> str:
    """A route as the documents write it."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)


class LetIn:
    """A WSGI application whose every caller is who they should be: a provider that signs, a responder with a session."""

    def __init__(self, app: Flask, sites: Sites) -> None:
        self._app, self._sites, self.is_desk = app, sites, app.name == "dashboard"
        self._gateways = read_yaml(CONFIG / "channels.yaml")["gateways"]

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        for name, value in self._known(environ, body).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return self._app(environ, start)

    def _known(self, environ: Mapping[str, Any], body: bytes) -> dict[str, str]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if path.startswith("/sms/twilio"):
            return {"X-Twilio-Signature": _by_twilio(path + (f"?{query}" if query else ""), body)}
        if path.startswith("/telegram"):
            return {"X-Telegram-Bot-Api-Secret-Token": standin_telegram.SECRET}
        if path.startswith("/sms/gateway/"):
            return self._by_gateway(path, body)
        if path == "/metrics":
            return {"Authorization": f"Bearer {METRICS_TOKEN}"}
        return {"Cookie": f"session={self._sites.cookie}"} if self.is_desk else {}

    def _by_gateway(self, path: str, body: bytes) -> dict[str, str]:
        about = self._gateways.get(path.split("/")[3])
        sign = about and about.get("status" if path.endswith("/status") else "inbound", {}).get("signature", {})
        if not sign or sign["kind"] == "token":
            return {}
        stamp = str(int(time.time()))
        signature = sign.get("prefix", "") + signed(GATEWAY_SECRET, sign["signed"], body, stamp, sign["encoding"])
        return {sign["timestamp"]: stamp, sign["header"]: signature}


def _by_twilio(path: str, body: bytes) -> str:
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, errors="werkzeug.url_quote")
    return standin_twilio.signature(f"{PUBLIC_URL}{path}", Fields(fields))


def try_all(sites: Sites, examples: int, drawn: int) -> dict[str, int]:
    """Every operation with so many valid and invalid requests each; how often each was sent. Raises what schemathesis finds."""
    tried: dict[str, int] = {}
    for site, app in sites.apps.items():
        for operation in operations(site, LetIn(app, sites)):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if mode is GenerationMode.POSITIVE or _has_input(operation):
                    _try(sites, operation, mode, examples, drawn, lambda case, site=site: _count(tried, f"{site} {case.operation.label}"))
    return tried


def _count(tried: dict[str, int], label: str) -> None:
    tried[label] = tried.get(label, 0) + 1


def _has_input(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    return any(True for _ in operation.iter_parameters()) or bool(operation.body)


def _try(sites: Sites, operation: Any, mode: GenerationMode, examples: int, drawn: int, seen: Callable[[Case], None]) -> None:
    @seed(drawn)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), right=st.booleans())
    def send(case: Case, right: bool) -> None:
        seen(case)
        _put_right(sites, case, right)
        case.call_and_validate(excluded_checks=[check for check in _checks() if check.__name__ in LEFT_OUT])

    with contextlib.suppress(Unsatisfiable):  # of a part of a path that takes any text there is no wrong one
        send()


def _put_right(sites: Sites, case: Case, right: bool) -> None:
    """The token of the form, and half of the time a case and a gateway that are there: else nothing behind the door would be tried."""
    if isinstance(case.body, dict) and case.operation.app.is_desk:
        case.body["csrf"] = sites.csrf
    parts: Any = case.path_parameters
    if right and "ref" in (parts or {}):
        parts["ref"] = sites.ref
    if right and "name" in (parts or {}):
        parts["name"] = "operator_bridge"


def _checks() -> list[Any]:
    from schemathesis.checks import CHECKS

    return list(CHECKS.get_all())
