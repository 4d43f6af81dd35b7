"""`requests`, loaded when something is first sent: ten megabytes and 150 ms that the public process does not need.

    from bot.channels import http as requests
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import ConnectionError, ConnectTimeout, RequestException, Response, Session, exceptions, post

    __all__ = ["ConnectTimeout", "ConnectionError", "RequestException", "Response", "Session", "exceptions", "post"]


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    import requests

    return getattr(requests, name)
