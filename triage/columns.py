"""What a column of text holds: any string, but no character that one of the two databases cannot keep."""

from __future__ import annotations

import re

from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy import Text as AnyText

# PostgreSQL has no NUL in a text, and no database has half a surrogate pair: it is no UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACED = "\ufffd"


class Text(TypeDecorator[str]):
    """Text in which what cannot be stored stands as U+FFFD, in what is written and in what is looked for: such a value finds nothing."""

    impl = AnyText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The value as every database takes it."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return _UNSTORABLE.sub(REPLACED, value)
