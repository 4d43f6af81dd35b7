"""What may stand in a part of an address."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Map, UnicodeConverter


class Printable(UnicodeConverter):
    """A part of an address without control characters: nothing of ours is called so, and PostgreSQL holds no NUL in a text."""

    def __init__(self, map: Map, *args: Any, **values: Any) -> None:
        super().__init__(map, *args, **values)
        self.regex = r"[^/\x00-\x1f\x7f]" + self.regex.removeprefix("[^/]")


def refuse_control_characters(app: Flask) -> None:
    """From here on, an address with a control character is an address that is not there (404). Before any route is added."""
    app.url_map.converters["default"] = app.url_map.converters["string"] = Printable
