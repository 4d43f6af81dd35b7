"""Where a person is in a conversation: choice ids, never what somebody wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

# Marks in `answers` for what was given but is not remembered here.
SKIPPED, TEXT, PIN = "", "text", "pin"


class State(NamedTuple):
    """The engine's memory of one talk.

    A NamedTuple because it is its own JSON: state in and out costs less than the step itself.
    `answers` maps the answer's name to choice ids joined by commas; `trail` are the steps that 00 walks back over;
    `version` counts moves; `misses` counts unclear answers to the open question; `picked` and `page` belong to an open list;
    `small` is True where lists come four at a time (SMS); `calls` are the steps, `flow/step`, from which the present flow was called;
    `listed` marks the options that were numbered last: where an edit has changed them since, a digit answers none of them.
    """

    flow: str = ""
    step: str = "menu"
    lang: str = "en"
    version: int = 0
    answers: Mapping[str, str] = {}
    trail: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    misses: int = 0
    picked: tuple[str, ...] = ()
    page: int = 0
    end: str = ""
    small: bool = False
    calls: tuple[str, ...] = ()
    listed: int = 0

    @property
    def talking(self) -> bool:
        """True while a question of a flow is open."""
        return self.flow != "" and self.end == ""

    @property
    def cover(self) -> bool:
        """True where the phone may be read by others."""
        return "cover" in self.flags

    def dumps(self) -> str:
        """As JSON text."""
        return _encode(self)

    @staticmethod
    def loads(text: str) -> State:
        """From what `dumps` gave. Raises ValueError."""
        try:
            values, end_at = _decode(text)
            if end_at != len(text):
                raise ValueError("not a state")
            # A talk that began before flows could call flows has twelve values, one from before lists were marked thirteen.
            flow, step, lang, version, answers, trail, flags, misses, picked, page, end, small, *more = values
            calls, listed = more[0] if more else (), more[1] if len(more) > 1 else 0
            where = (flow, step, lang, version, answers, tuple(trail), tuple(flags))
            return State(*where, misses, tuple(picked), page, end, small, tuple(calls), listed)
        except (TypeError, ValueError) as error:
            raise ValueError("not a state") from error


_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
