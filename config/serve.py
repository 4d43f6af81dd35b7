"""gunicorn, with our settings: threads for slow phones, quiet logs that hold no address and no content."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

OPTIONS: dict[str, Any] = {
    "worker_class": "gthread",
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
    "worker_tmp_dir": None,
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
        return getattr(importlib.import_module(module), attribute)()


def serve(target: str, host: str, port: int, workers: int, threads: int) -> None:
    """Runs the WSGI application that `target` (`module:function`) makes, in each of `workers` processes."""
    _Server(target, OPTIONS | {"bind": f"{host}:{port}", "workers": workers, "threads": threads}).run()
