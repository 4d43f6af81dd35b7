"""The names under which a site may be asked. A name that a caller makes up reaches nothing, and no link is ever built from one."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{1,5})?")


def host_name(text: str) -> str:
    """The name in `name:port`, in small letters; empty where it is none."""
    found = HOST.fullmatch(text.lower())
    return found[1] if found else ""


def each(text: str) -> frozenset[str]:
    """The names in a list by commas; an empty one among them where something is no name."""
    return frozenset(map(host_name, text.replace(",", " ").split()))


def known(url: str, listens: str, more: frozenset[str], demo: bool) -> Callable[[str], bool]:
    """Whether a Host header names the site with this public address: by its own name or one of `more`.

    In demo, and where the site was given no address, also by this machine's.
    """
    found = more | {host_name(urlsplit(url).netloc)} if url else more
    if demo or not url:
        found = found | LOCAL | {host_name(listens)}
    return lambda host: host_name(host) in found - {""}
