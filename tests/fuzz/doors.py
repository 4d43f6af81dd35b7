"""The doors of the providers, knocked at as a provider does: signed, and with one thing wrong in a request that is right."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote, quote_plus

from flask.testing import FlaskClient

from config.files import read_yaml
from tests.fixtures import standin_telegram, standin_twilio
from tests.fixtures.standin_gateway import signed
from tests.fuzz.nasty import JSON
from tests.fuzz.sites import GATEWAY_SECRET, PUBLIC_URL
from tests.torture.hostile import recorded
from tests.unit.triage.samples import CONFIG

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Knock:
    """A request that its provider signed; `said` names what is wrong in it."""

    said: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    kind: str
    method: str = "POST"


def places(data: Any, at: Where = ()) -> Iterator[Where]:
    """Every value in JSON, by the way to it, the whole included."""
    yield at
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*at, key))


def put(data: Any, at: Where, value: object) -> Any:
    """The same with another value there."""
    if not at:
        return value
    if isinstance(data, dict):
        return data | {at[0]: put(data[at[0]], at[1:], value)}
    return [put(item, at[1:], value) if index == at[0] else item for index, item in enumerate(data)]


def updates(values: Sequence[object] = JSON, each: int | None = None) -> Iterator[Knock]:
    """Every recorded update of Telegram with every value of it replaced: by all these values, or by `each` of them in turn."""
    turn = cycle(values)
    for number, update in enumerate(recorded("telegram")):
        for at in places(update):
            for value in islice(turn, each or len(values)):
                yield _update(f"telegram {number} {'.'.join(map(str, at))}={value!r:.40}", put(update, at, value))


def _update(said: str, update: Any) -> Knock:
    body = json.dumps(update).encode()
    return Knock(said, "/telegram/webhook", body, {"X-Telegram-Bot-Api-Secret-Token": standin_telegram.SECRET}, "application/json")


def messages(values: Sequence[bytes], each: int | None = None) -> Iterator[Knock]:
    """Every field of every recorded SMS, of a status callback, and of its address, with all these values, or `each` of them in turn."""
    turn = cycle(values)
    status = {"MessageSid": ["SM1"], "MessageStatus": ["failed"], "ErrorCode": ["30003"], "To": ["+85512000001"]}
    for path, forms in (("/sms/twilio", recorded("sms")), ("/sms/twilio/status", [status])):
        for number, form in enumerate(forms):
            for name in form:
                for value in islice(turn, each or len(values)):
                    yield _twilio(f"{path} {number} {name}={value[:40]!r}", path, form | {name: [value]})
    for value in values:
        yield _twilio(f"status key={value[:40]!r}", "/sms/twilio/status", status, f"?key={quote(value)}")


def _twilio(said: str, path: str, form: Mapping[str, Sequence[str | bytes]], query: str = "") -> Knock:
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, values in form.items() for value in values)
    # What is no UTF-8 the framework reads as it stands on the wire.
    read = {name: [value if isinstance(value, str) else value.decode("utf-8", "werkzeug.url_quote") for value in values] for name, values in form.items()}
    signature = standin_twilio.signature(f"{PUBLIC_URL}{path}{query}", Fields(read))
    return Knock(said, path + query, body.encode(), {"X-Twilio-Signature": signature}, "application/x-www-form-urlencoded")


class Fields(dict[str, list[str]]):
    """Form fields as Twilio's validator reads them."""

    def getlist(self, name: str) -> list[str]:
        """As Twilio's validator reads them."""
        return self[name]


def gateways(values: Sequence[bytes], odd: Sequence[object] = JSON) -> Iterator[Knock]:
    """Every field that channels.yaml describes for a gateway, in its messages and its reports, with every value."""
    for name, about in read_yaml(CONFIG / "channels.yaml")["gateways"].items():
        for part in ("inbound", "status"):
            if part in about:
                yield from _gateway(name, about[part], "/status" if part == "status" else "", values, odd)


def _gateway(name: str, rule: Mapping[str, Any], end: str, values: Sequence[bytes], odd: Sequence[object]) -> Iterator[Knock]:
    path, right = f"/sms/gateway/{name}{end}", {field: _right(rule, field) for field in rule["fields"]}
    for field in rule["fields"]:
        for value in odd if rule["format"] == "json" else values:
            wrong: Any = value
            yield _signed(f"{path} {field}={value!r:.40}", path, rule, right | {field: wrong})


def _right(rule: Mapping[str, Any], field: str) -> Any:
    known: dict[str, Any] = {"from": "+85512000001", "to": "1", "text": "they lock us in a house", "media": [{"url": "http://x/y", "name": "n"}]}
    return next(iter(rule.get("map", {"": ""}))) if field == "status" else known.get(field, f"{field}-1")


def _signed(said: str, path: str, rule: Mapping[str, Any], fields: Mapping[str, Any]) -> Knock:
    data: Any = {}
    headers, query, body = {}, {}, b""
    if only := rule.get("only"):
        data = _into(data, only["field"].split("."), only["equals"][0])
    for field, value in fields.items():
        kind, _, key = rule["fields"][field].partition(":")
        if key and kind == "header":
            headers[key] = _bytes(value).decode("latin-1")
        elif key and kind == "query":
            query[key] = value
        elif kind == "body":
            body = _bytes(value)
        else:
            data = _into(data, rule["fields"][field].split("."), value)
    if rule["format"] == "json":
        body = json.dumps(data).encode()
    elif rule["format"] == "form":
        body = "&".join(f"{quote_plus(key)}={quote_plus(_bytes(value))}" for key, value in data.items()).encode()
    sign = rule["signature"]
    if sign["kind"] == "token":
        query["token"] = GATEWAY_SECRET
    else:
        stamp = str(int(time.time()))
        headers[sign["timestamp"]] = stamp
        headers[sign["header"]] = sign.get("prefix", "") + signed(GATEWAY_SECRET, sign["signed"], body, stamp, sign["encoding"])
    asked = "&".join(f"{key}={quote_plus(_bytes(value))}" for key, value in query.items())
    kind = {"json": "application/json", "form": "application/x-www-form-urlencoded"}.get(rule["format"], "text/plain")
    return Knock(said, f"{path}?{asked}", body, headers, kind, rule.get("method", "POST"))


def _into(data: Any, way: Sequence[str], value: Any) -> Any:
    if not way:
        return value
    return data | {way[0]: _into(data.get(way[0], {}), way[1:], value)}


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def environ(knock: Knock) -> dict[str, Any]:
    """What the server hands over: headers as bytes read as Latin-1."""
    return {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in knock.headers.items()}


def answer(client: FlaskClient, knock: Knock) -> int:
    """The status that a knock is answered."""
    found = client.open(knock.path, method=knock.method, data=knock.body, content_type=knock.kind, environ_overrides=environ(knock))
    found.close()
    return int(found.status_code)
