"""A request as a gateway made it, without the framework that took it in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.channels.base import Malformed

CHARSET = re.compile(r"charset=\"?([\w.:-]{1,40})", re.IGNORECASE)
# Of the many names that Python knows only those that a gateway of text may mean.
CODECS = {"utf-16be": "utf-16-be", "ucs-2": "utf-16-be", "iso-10646-ucs-2": "utf-16-be", "utf-16": "utf-16", "utf-16le": "utf-16-le"} | {
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
}

MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Request:
    """Method, headers (names in small letters; one that came twice is left out), query and the raw body."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header, empty where it is missing."""
        return self.headers.get(name.lower(), "")

    def data(self, form: str) -> Any:
        """The body as JSON, form fields or text; the query fields. Raises Malformed."""
        if form == "query":
            return dict(self.query)
        text = self._text()
        if form == "text":
            return text
        if form == "form":
            try:
                return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace"))
            except ValueError as error:
                raise Malformed(f"more than {MAX_FIELDS} fields") from error
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error


    def _text(self) -> str:
        """The body in the character set that its type names: Kannel sends what is no Latin as UTF-16BE. Else UTF-8."""
        named = CHARSET.search(self.header("Content-Type"))
        codec = CODECS.get(named[1].lower(), "utf-8") if named else "utf-8"
        return self.body.decode(codec, "replace")


def read_field(data: Any, request: Request, path: str) -> Any:
    """What stands at a path: `header:Name`, `query:name`, `body`, or names joined by dots; None where nothing does."""
    kind, _, name = path.partition(":")
    if kind == "header" and name:
        return request.header(name)
    if kind == "query" and name:
        return request.query.get(name, "")
    if path == "body" and not isinstance(data, dict):
        return data if isinstance(data, str) else ""
    if isinstance(data, dict) and path in data:
        return _plain(data[path])
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return _plain(data)


def ident(gateway: str, given: str) -> str:
    """A gateway's id as an external id: short, and apart from those of every other gateway."""
    short = given if len(given) <= 64 and given.isascii() else hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()
    return f"{gateway}:{short}"


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    return str(value) if isinstance(value, int | float) else value
