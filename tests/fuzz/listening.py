"""Which parameters an address reads, learnt from what it asks its request for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict

PLACES = ("args", "form", "cookies", "headers")
# What every application of the framework reads of any request, and no view of ours.
FRAMEWORK = {"Content-Type", "Content-Length", "Host", "Content-Encoding", "Content-Md5"}


class Ears:
    """Names that were asked for, by place."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = defaultdict(set)

    def forget(self) -> None:
        """Begins anew."""
        self.heard = defaultdict(set)


class _Heard(ImmutableMultiDict[str, Any]):
    """Values as a request has them, which tell their ears what is looked for."""

    names: set[str]

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:
        """As it does, and tells."""
        self.names.add(key)
        return super().get(key, default, type)

    def getlist(self, key: str, type: Any = None) -> Any:
        """As it does, and tells."""
        self.names.add(key)
        return super().getlist(key, type)


class _HeardHeaders(EnvironHeaders):
    names: set[str]

    def __getitem__(self, key: Any) -> str:
        self.names.add(str(key).title())
        return super().__getitem__(key)

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        """As it does, and tells."""
        self.names.add(key.title())
        return super().get(key, *rest, **more)

    def getlist(self, key: str, *rest: Any, **more: Any) -> Any:
        """As it does, and tells."""
        self.names.add(key.title())
        return super().getlist(key, *rest, **more)


def listen(app: Flask) -> Ears:
    """From here on the application's requests tell what they are asked for."""
    ears = Ears()
    base: Any = app.request_class

    def heard(place: str, values: Any) -> _Heard:
        found = _Heard(values)
        found.names = ears.heard[place]
        return found

    class Request(base):  # type: ignore[misc]
        """The application's own, with ears."""

        def __init__(self, environ: Any, *rest: Any, **more: Any) -> None:
            super().__init__(environ, *rest, **more)
            self.headers = _HeardHeaders(environ)
            self.headers.names = ears.heard["headers"]

        @property
        def args(self) -> Any:
            return heard("args", base.args.__get__(self))

        @property
        def form(self) -> Any:
            self._load_form_data()
            return heard("form", self.__dict__["form"])

        @property
        def cookies(self) -> Any:
            return heard("cookies", base.cookies.__get__(self))

    app.request_class = Request
    return ears


def fresh(ears: Ears, known: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Names that were asked for and are not known yet, which then are."""
    for place in PLACES:
        found = ears.heard[place] - known.setdefault(place, set()) - (FRAMEWORK if place == "headers" else set())
        known[place] |= found
        yield from ((place, name) for name in sorted(found))
