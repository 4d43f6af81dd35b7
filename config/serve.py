"""gunicorn, with our settings: threads for slow phones, quiet logs that hold no address and no content."""

from __future__ import annotations

import ctypes
import errno
import gc
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from werkzeug.middleware.proxy_fix import ProxyFix

from config.patience import PatientWorker


class QuietLog(Logger):  # type: ignore[misc]
    """gunicorn's log without what it says of a caller: address, path and whatever a traceback quotes."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_forget_caller)


def _forget_caller(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[0] is not None:
        record.msg, record.args = f"failed: {record.exc_info[0].__name__}", ()
        record.exc_info = record.exc_text = None
    elif "equest" in str(record.msg):
        record.msg, record.args = "a request that is no HTTP was refused", ()
    return True


M_ARENA_MAX = -8  # mallopt(3)
OPTIONS: dict[str, Any] = {
    "worker_class": PatientWorker,
    "timeout": 60,
    "graceful_timeout": 8,
    "keepalive": 5,
    "backlog": 1024,
    "limit_request_line": 2048,
    "limit_request_fields": 60,
    "limit_request_field_size": 8190,
    # No access log: it would keep who came when.
    "accesslog": None,
    "loglevel": "warning",
    "logger_class": QuietLog,
    "worker_tmp_dir": None,
    # No header of a caller tells the scheme or where the application lies, whoever stands between.
    "forwarded_allow_ips": "",
    "secure_scheme_headers": {},
    "forwarder_headers": "",
}


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, target: str, options: dict[str, Any]) -> None:
        self._target = target
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if value is not None or name == "accesslog":
                self.cfg.set(name, value)

    def load(self) -> Any:
        import importlib

        module, attribute = self._target.split(":")
        made = getattr(importlib.import_module(module), attribute)()
        # Word lists and places are shared by all workers, as long as nobody writes beside them: not the collector either.
        gc.collect()
        gc.freeze()
        return made


def serve(
    target: str, host: str, port: int, workers: int, threads: int, fd: int | None = None, after_fork: Callable[[], None] | None = None
) -> None:
    """Runs the WSGI application that `target` (`module:function`) makes, once, and shares it with `workers` processes.

    Each of them calls `after_fork` first. With `fd` it serves a socket that its parent listens on, and leaves it open at its end.
    """
    bind = f"{host}:{port}" if fd is None else f"fd://{fd}"
    _one_arena()
    hook = {"post_fork": lambda server, worker: after_fork()} if after_fork else {}
    _Server(target, OPTIONS | hook | {"bind": bind, "workers": workers, "threads": threads, "preload_app": True}).run()


def _one_arena() -> None:
    """One place for freed memory: each thread hoards its own by default, some 40 MiB a worker. The interpreter's lock makes it free."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's; others have one arena anyway
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)


# Looked at by machines that know an address and no name, and without a link: alive, ready, figures.
UNNAMED = ("/healthz", "/readyz", "/metrics")
STRANGE = (b"This address is not known here.\n", (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"),
           ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")))  # fmt: skip


def behind(app: Any, proxies: int) -> Any:
    """The WSGI application as it sees callers through so many proxies: their address is what the outermost of those wrote, nothing else."""
    return ProxyFix(app, x_for=proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0) if proxies else app


def named(app: Any, known: Callable[[str], bool]) -> Any:
    """The WSGI application for who asks it by a name of ours; others get 421 (RFC 9110, 15.5.20) and reach nothing of it."""

    def guarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if known(environ.get("HTTP_HOST", "")) or environ.get("PATH_INFO") in UNNAMED:
            return app(environ, start)  # type: ignore[no-any-return]
        text, headers = STRANGE
        start("421 Misdirected Request", [*headers, ("Content-Length", str(len(text)))])
        return [text]

    return guarded


def listen(host: str, port: int, seconds: float = 10.0) -> socket.socket:
    """A socket that outlives the processes that serve it: while one restarts, callers wait instead of being refused.

    An earlier run may take `seconds` to let go of the port. Raises OSError that names the port.
    """
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    until = time.monotonic() + seconds
    while True:
        found = socket.socket(family, kind, proto)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(OPTIONS["backlog"])
            return found
        except OSError as error:
            found.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise OSError(error.errno, f"{host}:{port}: {os.strerror(error.errno or 0)}") from error
            time.sleep(0.2)
