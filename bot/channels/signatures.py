"""Who speaks to a gateway's door: a signature over body and time, or a shared token; compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Refused
from bot.channels.request import Request

ALGORITHMS = {"sha256": hashlib.sha256, "sha512": hashlib.sha512, "sha1": hashlib.sha1}


def check(rule: Mapping[str, Any], secret: str, request: Request, now: int) -> None:
    """By a signature rule of channels.yaml, at `now` in milliseconds. Raises Refused."""
    if rule["kind"] == "token":
        given = request.header(rule["header"]) if rule.get("header") else request.query.get(rule["query"], "")
        if not hmac.compare_digest(_bytes(given), secret.encode()):
            raise Refused("wrong token")
        return
    stamp = request.header(rule["timestamp"]) if rule.get("timestamp") else ""
    if rule.get("timestamp"):
        _check_time(stamp, now, int(rule.get("tolerance_seconds", 300)))
    digest = hmac.new(
        secret.encode(), _signed(rule.get("signed", "{body}"), request.body, stamp), ALGORITHMS[rule.get("algorithm", "sha256")]
    )
    encoded = digest.hexdigest() if rule.get("encoding", "hex") == "hex" else base64.b64encode(digest.digest()).decode()
    wanted = rule.get("prefix", "") + encoded
    if not hmac.compare_digest(_bytes(request.header(rule["header"])), wanted.encode()):
        raise Refused("wrong signature")


def _bytes(text: object) -> bytes:
    return str(text or "").encode("utf-8", "replace")


def _check_time(stamp: str, now: int, tolerance: int) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 14):
        raise Refused("no time")
    seconds = int(stamp) / (1000 if len(stamp) > 11 else 1)
    if abs(seconds - now / 1000) > tolerance:
        raise Refused("said at another time")


def _signed(template: str, body: bytes, stamp: str) -> bytes:
    head, tail = template.replace("{timestamp}", stamp).split("{body}", 1)
    return head.encode() + body + tail.encode()
