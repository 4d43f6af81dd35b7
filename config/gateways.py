"""What is wrong with the description of an HTTP gateway, each fault by its path of keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

SIGNATURES = {
    "hmac": {"kind", "header", "algorithm", "encoding", "prefix", "signed", "timestamp", "tolerance_seconds"},
    "token": {"kind", "header", "query"},
}
ALGORITHMS = ("sha256", "sha512", "sha1")
FORMATS = ("json", "form", "text", "query")
PLACEHOLDERS = {"to", "from", "text", "key", "token", "token_base64", "callback"}
STATUSES = ("queued", "sent", "delivered", "failed", "undelivered")
KEYS = {
    "inbound": {"method", "format", "signature", "only", "fields", "media", "answer"},
    "outbound": {
        "url",
        "method",
        "headers",
        "format",
        "body",
        "query",
        "success",
        "id",
        "max_length",
        "idempotent",
        "lookup",
        "permanent_status",
    },
    "status": {"method", "format", "signature", "fields", "map"},
}
Where = tuple[str | int, ...]
Fault = tuple[Where, str]


def gateway_faults(given: Any) -> Iterator[Fault]:
    """Everything that keeps this gateway from working."""
    if not isinstance(given, dict):
        yield (), "must be a mapping with inbound and outbound"
        return
    yield from (((key,), "unknown key") for key in given if key not in ("enabled", *KEYS))
    for part in ("inbound", "outbound"):
        if not isinstance(given.get(part), dict):
            yield (), f"{part} is missing"
    for part, known in KEYS.items():
        section = given.get(part)
        if isinstance(section, dict):
            yield from (((part, key), "unknown key") for key in section if key not in known)
            yield from (((part, *where), what) for where, what in (_outbound if part == "outbound" else _hearing)(section, part))


def _hearing(section: Mapping[str, Any], part: str) -> Iterator[Fault]:
    if section.get("format") not in FORMATS:
        yield ("format",), f"must be one of {', '.join(FORMATS)}"
    if section.get("method", "POST") not in ("GET", "POST"):
        yield ("method",), "GET or POST"
    yield from ((("signature", *where), what) for where, what in _signature(section.get("signature")))
    wanted = ("id", "from", "text") if part == "inbound" else ("id", "status")
    fields = section.get("fields") or {}
    yield from ((("fields",), f"{name} is missing") for name in wanted if not fields.get(name))
    for word in (section.get("map") or {}).values():
        if word not in STATUSES:
            yield ("map",), f"{word}: must be one of {', '.join(STATUSES)}"


def _signature(given: Any) -> Iterator[Fault]:
    kind = given.get("kind") if isinstance(given, dict) else None
    if kind not in SIGNATURES:
        yield (), "a signature of kind hmac or token is needed: nobody else may put reports in"
        return
    yield from (((key,), "unknown key") for key in given if key not in SIGNATURES[kind])
    if kind == "token":
        if not (given.get("header") or given.get("query")):
            yield (), "header or query names where the token comes"
        return
    if not given.get("header"):
        yield ("header",), "is missing"
    if given.get("algorithm", "sha256") not in ALGORITHMS:
        yield ("algorithm",), f"must be one of {', '.join(ALGORITHMS)}"
    if given.get("encoding", "hex") not in ("hex", "base64"):
        yield ("encoding",), "hex or base64"
    signed = given.get("signed", "{body}")
    if "{body}" not in signed:
        yield ("signed",), "must hold {body}"
    if ("{timestamp}" in signed) != bool(given.get("timestamp")):
        yield ("timestamp",), "name the header of the time, and sign it as {timestamp}"


def _outbound(section: Mapping[str, Any], _part: str) -> Iterator[Fault]:
    parts = urlsplit(str(section.get("url", "")))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        yield ("url",), "must be an http or https address"
    if section.get("method", "POST") not in ("GET", "POST", "PUT"):
        yield ("method",), "GET, POST or PUT"
    if section.get("method", "POST") != "GET" and section.get("format") not in ("json", "form"):
        yield ("format",), "json or form"
    text = repr((section.get("url"), section.get("headers"), section.get("body"), section.get("query")))
    unknown = set(re.findall(r"\{([a-z_0-9]+)\}", text)) - PLACEHOLDERS
    if unknown:
        yield (), f"unknown placeholder {', '.join(sorted(unknown))}; known are {', '.join(sorted(PLACEHOLDERS))}"
    for name in ("{to}", "{text}"):
        if name not in text:
            yield (), f"{name} is sent nowhere"
    rule = section.get("success") or {}
    if rule.get("body"):
        try:
            re.compile(rule["body"])
        except re.error as error:
            yield ("success", "body"), f"no regular expression: {error}"
