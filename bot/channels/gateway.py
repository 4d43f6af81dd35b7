"""SMS by any HTTP gateway that channels.yaml describes: signed requests in, one described request out.

The gateway may be a phone with an app, a modem's daemon or an operator's bridge; nothing here knows which.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from bot.channels import http as requests
from bot.channels.base import (
    Attached,
    Inbound,
    Malformed,
    Outgoing,
    Refused,
    RefusedForGood,
    SendError,
    TryLater,
    clean_text,
)
from bot.channels.fetching import Place, broken, download
from bot.channels.request import Request, ident, read_field
from bot.channels.signatures import check

CHANNEL = "sms"
PATH = "/sms/gateway"
TIMEOUT = (5, 15)


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """One gateway: its description, and what only it and we know."""

    name: str
    about: Mapping[str, Any]
    secret: str
    token: str
    public_url: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway says became of a message: our word for it, and its reason."""

    provider_id: str
    status: str
    error: str | None


@dataclass(slots=True)
class Gateway:
    """Verifies, parses and sends as it is described."""

    account: GatewayAccount
    name: str = CHANNEL
    _session: requests.Session = field(default_factory=lambda: requests.Session())

    def verify(self, request: Request, now: int, part: str = "inbound") -> None:
        """Checks who speaks, in constant time, and that it was said now (`now` in milliseconds). Raises Refused."""
        about = self.account.about.get(part)
        if not about or not self.account.secret or request.method != about.get("method", "POST"):
            raise Refused("not described")
        check(about["signature"], self.account.secret, request, now)

    def parse(self, request: Request) -> Inbound | None:
        """The message in a request; None for an event that is no message. Raises Malformed."""
        about = self.account.about["inbound"]
        data = request.data(about["format"])
        only = about.get("only")
        if only and read_field(data, request, only["field"]) not in only["equals"]:
            return None
        found = {name: read_field(data, request, path) for name, path in about["fields"].items() if name != "media"}
        sender, given = str(found.get("from", "")).strip(), str(found.get("id", ""))
        if not sender or len(sender) > 64:
            raise Malformed("no sender")
        # Kannel before 1.4 sends "%I" as it stands.
        nameless = not given or given.startswith("%")
        if nameless:
            given = hashlib.sha256(request.body + repr(sorted(request.query.items())).encode()).hexdigest()
        files = _files(about.get("media"), read_field(data, request, about["fields"]["media"]) if "media" in about["fields"] else None)
        media = tuple(item.kind for item in files)
        extra = {"to": str(found.get("to", ""))[:64]} | ({"nameless": True} if nameless else {})
        return Inbound(
            CHANNEL, sender, ident(self.account.name, given), clean_text(found.get("text", "")), media=media, extra=extra, files=files
        )

    def report(self, request: Request) -> Report | None:
        """What became of a message; None where the gateway says nothing that we know. Raises Malformed."""
        about = self.account.about["status"]
        data = request.data(about["format"])
        found = {name: str(read_field(data, request, path) or "") for name, path in about["fields"].items()}
        status = about.get("map", {}).get(found.get("status", ""))
        if not found.get("id") or status is None:
            return None
        error = clean_text(found.get("error", ""))[:80]
        return Report(found["id"][:128], status, error if status in ("failed", "undelivered") and error else None)

    def answer(self, text: str) -> tuple[str, str]:
        """Body and content type of the answer to an inbound request."""
        rule = self.account.about["inbound"].get("answer") or {"type": "text/plain", "body": ""}
        return str(rule.get("body", "")).replace("{text}", text), str(rule.get("type", "text/plain"))

    @property
    def answers_inline(self) -> bool:
        """True where the reply rides in the answer to the request."""
        return "{text}" in str((self.account.about["inbound"].get("answer") or {}).get("body", ""))

    @property
    def max_request(self) -> int | None:
        """Bytes of one request where files may come along in it; None for the usual."""
        return 30_000_000 if (self.account.about["inbound"].get("media") or {}).get("data") else None

    @property
    def max_length(self) -> int:
        """Characters that one request may carry."""
        return int(self.account.about["outbound"].get("max_length", 1600))

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one text; the gateway's id, or our key where it names none. Raises RefusedForGood, TryLater, MayBeSent."""
        about = self.account.about["outbound"]
        values = self._values(to, message)
        try:
            answer = self._session.request(timeout=TIMEOUT, allow_redirects=False, **_call(about, values))
        except requests.ConnectTimeout as error:
            raise TryLater("no connection") from error
        except requests.RequestException as error:
            raise broken(error) from error
        return _outcome(about, answer) or message.key

    def find_sent(self, to: str, message: Outgoing, after_ms: int) -> tuple[str, ...] | None:
        """Ids under which the gateway has this message; empty where it surely has not, None where it cannot tell. Raises TryLater."""
        about = self.account.about["outbound"]
        if about.get("idempotent"):
            return ()  # the same key again is not a second message
        rule = about.get("lookup")
        if not rule:
            return None
        call = _call({"method": "GET", "url": rule["url"], "headers": rule.get("headers", {})}, self._values(to, message))
        try:
            answer = self._session.request(timeout=TIMEOUT, allow_redirects=False, **call)
        except requests.RequestException as error:
            raise TryLater("cannot look up") from error
        if answer.status_code in rule.get("found", [200]):
            return (message.key,)
        if answer.status_code in rule.get("missing", [404]):
            return ()
        raise TryLater(f"look-up answered {answer.status_code}")

    def fetch(self, source: Mapping[str, Any], limit: int) -> bytes:
        """What was attached, from the gateway's own host alone. Raises SendError, TooLarge."""
        home = urlsplit(str(self.account.about["outbound"]["url"]))
        return download(self._session, str(source.get("url", "")), limit, Place(home.netloc, home.scheme == "http"))

    def _values(self, to: str, message: Outgoing) -> dict[str, str]:
        token = self.account.token
        return {
            "to": to,
            "from": message.line,
            "text": message.text,
            "key": message.key,
            "token": token,
            "token_base64": base64.b64encode(token.encode()).decode(),
            "callback": f"{self.account.public_url}{PATH}/{self.account.name}/status?key={message.key}",
        }


def _files(rule: Mapping[str, Any] | None, found: Any) -> tuple[Attached, ...]:
    if not rule or not isinstance(found, list):
        return ()
    return tuple(_file(rule, item) for item in found[:10] if isinstance(item, dict))


def _file(rule: Mapping[str, Any], item: Mapping[str, Any]) -> Attached:
    """One file: its bytes where they came along, else where it lies."""
    kind, name = str(item.get(rule.get("type", "type")) or "file")[:80], clean_text(item.get(rule.get("name", "name"), ""))[:120]
    data = item.get(rule["data"]) if rule.get("data") else None
    if isinstance(data, str) and data:
        try:
            return Attached(kind, name=name, data=base64.b64decode(data, validate=True))
        except ValueError:
            return Attached(kind, name=name, data=b"")
    return Attached(kind, {"url": str(item.get(rule.get("url", "url"), ""))[:2000]}, name)


def _call(about: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The request as it is described, with every placeholder filled."""
    call: dict[str, Any] = {
        "method": about.get("method", "POST"),
        "url": _fill(about["url"], {name: quote(value, safe="") for name, value in values.items()}),
        "headers": {name: _fill(value, values).encode("utf-8") for name, value in (about.get("headers") or {}).items()},
    }
    if about.get("query"):
        call["params"] = _fill(about["query"], values)
    if about.get("body") is not None:
        body = _fill(about["body"], values)
        if about.get("format") == "json":
            call["data"] = json.dumps(body, ensure_ascii=True)
            call["headers"].setdefault("Content-Type", b"application/json")
        else:
            call["data"] = body
    return call


def _fill(template: Any, values: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        return re.sub(r"\{([a-z_0-9]+)\}", lambda match: values.get(match[1], match[0]), template)
    if isinstance(template, Mapping):
        return {key: _fill(value, values) for key, value in template.items()}
    return [_fill(value, values) for value in template] if isinstance(template, list) else template


def _outcome(about: Mapping[str, Any], answer: requests.Response) -> str:
    """The gateway's id of what it took (empty where it names none). Raises what went wrong."""
    rule = about.get("success") or {}
    status, text = answer.status_code, answer.text[:4000]
    if status in rule.get("status", range(200, 300)):
        data = _json(text)
        said = _at(data, rule["field"]) if rule.get("field") else None
        if (not rule.get("body") or re.search(rule["body"], text)) and (
            not rule.get("field") or _word(said) in rule.get("equals", ["true"])
        ):
            return _word(_at(data, about["id"]))[:128] if about.get("id") else ""
        raise RefusedForGood("the gateway said no")
    raise _meaning(about, answer)


def _meaning(about: Mapping[str, Any], answer: requests.Response) -> SendError:
    status = answer.status_code
    if status in about.get("permanent_status", [400, 410, 422]):
        return RefusedForGood(f"gateway {status}")
    if status == 429 or status >= 500:
        after = answer.headers.get("Retry-After", "")
        return TryLater(f"gateway {status}", float(after) if after.isdigit() else None)
    return TryLater(f"gateway {status}: check its settings")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(data, list):
            data = data[int(name)] if name.isdigit() and int(name) < len(data) else None
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return data


def _word(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
