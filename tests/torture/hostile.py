"""Hostile values and requests, drawn from a seed: recorded bodies bent out of shape, and everything around them."""

from __future__ import annotations

import contextlib
import json
import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus

PAYLOADS = Path(__file__).parents[1] / "channels" / "payloads"
TEXTS = (
    "", " ", "0", "00", "000", "88", "99", "1", "STOP", "หยุด", "ឈប់", "停止", "YES", "x" * 5000, "ក" * 3000, "👨‍👩‍👧‍👦" * 300, "\x00", "a\x00b", "\u202eabc",
    "\ud800", "\udfff\ud800", "\uffff", "\u200b" * 50, "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%n", "' OR 1=1--", "=HYPERLINK(\"x\")", "@SUM(1)",
    "../../etc/passwd", "file:///etc/passwd", "http://169.254.169.254/", "\x1b[31mred", "[x](javascript:1)", "12345678901234567890", "１２３４", "៣៤៥", "-1", "1e309",
    "9" * 400, "NaN", "null", "true", "\r\nX-Injected: 1", "\u1000\u1031\u1037", "ka\u0301" * 200, "+85512000001", "+1", "BANK", "9" * 30, "v3:country:KH", "v3:\x00:KH",
    "hotline", "kh", "regional", "../..", "en-US-x-" + "y" * 300,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    -(2**70),
    1.5,
    [],
    {},
    [[]],
    {"": ""},
    ["x"] * 50,
    {"id": {}},
    "",
    "x",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get")
KINDS = (
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain; charset=utf-7", "text/xml",
    "application/x-www-form-urlencoded; charset=utf-16", "application/json; charset=klingon", "", "/", "x" * 300, "multipart/mixed; boundary=\"", "application/octet-stream",
)  # fmt: skip
HEADERS = (
    ("Host", "evil.example"), ("Host", ""), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-For", "1, 2, ::1, \x80"), ("X-Forwarded-Proto", "gopher"), ("Forwarded", "for=\"_x\""),
    ("Accept-Language", "km," * 800), ("Accept-Language", "\xff;q=nan"), ("Accept", "application/json"), ("Accept", ";;;,"), ("Cookie", "session=\xff; before="), ("Cookie", "=" * 500),
    ("Content-Encoding", "gzip"), ("Transfer-Encoding", "identity"), ("Range", "bytes=9-1"), ("If-Modified-Since", "never"), ("If-None-Match", "\"" * 9),
    ("Authorization", "Basic \xff"), ("Authorization", "Bearer " + "x" * 999), ("X-Twilio-Signature", "x"), ("X-Telegram-Bot-Api-Secret-Token", "x"), ("Origin", "null"),
    ("Origin", "http://[::1"), ("Origin", "http://evil.example"), ("Referer", "\x80"), ("X-HTTP-Method-Override", "DELETE"), ("Upgrade", "h2c"), ("User-Agent", "x" * 4000),
)  # fmt: skip
FIELDS = (
    "talk", "turn", "text", "choice", "field", "do", "flow", "lang", "code", "word", "csrf", "email", "password", "again", "old", "new", "reason", "desk", "queue", "role",
    "level", "outcome", "note", "id", "since", "key", "MessageSid", "MessageStatus", "ErrorCode", "version", "page", "q",
)  # fmt: skip


@dataclass
class Hostile:
    """One request, byte for byte."""

    method: str
    target: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    length: int | None = None

    def wire(self, host: str) -> bytes:
        """As it goes over the line; the connection is closed after it."""
        names = {name.lower() for name, _ in self.headers}
        head = [] if "host" in names else [("Host", host)]
        head += [*self.headers, ("Connection", "close")]
        if self.body or self.length is not None or self.method == "POST":
            head.append(("Content-Length", str(len(self.body) if self.length is None else self.length)))
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target)]
        lines += [f"{name}: {value}".encode("latin-1", "replace") for name, value in head]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body

    def send(self, port: int) -> int:
        """The status of the answer; 0 where the server closed the line without one."""
        wire = self.wire(f"127.0.0.1:{port}")
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            answer = b""
            # A server may refuse before it has read all: then its answer waits although sending failed.
            with contextlib.suppress(OSError):
                line.sendall(wire)
                if self.length is not None and self.length > len(self.body):
                    line.shutdown(socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while len(answer) < 15 and (part := line.recv(4096)):
                    answer += part
        return int(answer[9:12]) if answer[:5] == b"HTTP/" else 0


def recorded(prefix: str) -> list[Any]:
    """The bodies that a provider really sends: fields of a form, or JSON."""
    bodies = [json.loads(path.read_text(encoding="utf-8"))["body"] for path in sorted(PAYLOADS.glob(f"{prefix}-*.json"))]
    return [parse_qs(body, keep_blank_values=True) if isinstance(body, str) else body for body in bodies]


def value(rng: random.Random) -> Any:
    """Any value."""
    return rng.choice(ODD) if rng.random() < 0.4 else text(rng)


def text(rng: random.Random) -> str:
    """A hostile text, sometimes two joined."""
    found = rng.choice(TEXTS)
    return found + rng.choice(TEXTS) if rng.random() < 0.2 else found


def bent(rng: random.Random, data: Any, depth: int = 0) -> Any:
    """The same data with something wrong in it, somewhere."""
    if rng.random() < 0.08 + 0.04 * depth:
        return value(rng)
    if isinstance(data, dict) and data:
        found, name = dict(data), rng.choice(list(data))
        match rng.randrange(6):
            case 0:
                del found[name]
            case 1:
                found[rng.choice(list(data))] = found[name]
            case 2:
                found[text(rng)[:200]] = value(rng)
            case _:
                found[name] = bent(rng, found[name], depth + 1)
        return found
    if isinstance(data, list) and data:
        at = rng.randrange(len(data))
        return rng.choice((data * 30, [*data[:at], bent(rng, data[at], depth + 1), *data[at + 1 :]]))
    return value(rng)


def form_bytes(fields: Any) -> bytes:
    """A form on the wire; lone surrogates go as the bytes they would be."""
    pairs = []
    for name, values in fields.items() if isinstance(fields, dict) else [("Body", [fields])]:
        for item in values if isinstance(values, list) else [values]:
            pairs.append(f"{_quoted(name)}={_quoted(item)}")
    return "&".join(pairs).encode()


def _quoted(item: object) -> str:
    return quote_plus(str(item).encode("utf-8", "surrogatepass"))


def json_bytes(rng: random.Random, data: Any) -> bytes:
    """JSON on the wire, mostly whole."""
    whole = json.dumps(data, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    match rng.randrange(12):
        case 0:
            return whole[: rng.randrange(len(whole) + 1)]
        case 1:
            return b"[" * rng.randrange(1, 60_000)
        case 2:
            return whole.decode("utf-8", "replace").encode("utf-16")
        case 3:
            return b'{"a":' * rng.randrange(1, 20_000) + whole
        case 4:
            return whole + rng.randbytes(20)
        case _:
            return whole


def some_fields(rng: random.Random, known: Sequence[tuple[str, str]] = ()) -> dict[str, list[str]]:
    """Fields that some page of ours knows, with values that none expects."""
    found = {rng.choice(FIELDS): [text(rng) for _ in range(rng.choice((1, 1, 1, 2)))] for _ in range(rng.randrange(6))}
    return found | {name: [given] for name, given in known if rng.random() < 0.8}


def multipart(rng: random.Random) -> tuple[str, bytes]:
    """A form in parts, with files nobody asked for, broken at times; its content type and body."""
    parts = []
    for _ in range(rng.choice((0, 1, 3, 250))):
        name = rng.choice(FIELDS)
        file = f'; filename="{rng.choice(("../../x", "a.svg", "", "x" * 300))}"' if rng.random() < 0.3 else ""
        parts.append(
            b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            % (name.encode(), file.encode(), text(rng).encode("utf-8", "replace"))
        )
    whole = b"".join(parts) + b"--x--\r\n"
    return "multipart/form-data; boundary=x", whole[: rng.randrange(len(whole))] if rng.random() < 0.4 else whole
