"""The public process: webhooks, the web form, health. It holds the sealing key only."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bot import form, health, pages, uploads, webhooks
from bot.wiring import Front, front
from config import settings as settings_module
from config.addresses import refuse_control_characters
from config.logs import set_up
from config.serve import behind, named

log = logging.getLogger("hotline.web")
MAX_BODY = 256 * 1024
# A page is whole in itself: one answer over a slow line, and no part of it that a browser would keep.
INLINE = {"style-src": "web.css", "script-src": "exit.js"}
POLICY = "default-src 'none'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def build() -> Flask:
    """The application of this process, by its settings."""
    set_up()
    return create_app(front(settings_module.read(), watch=True))


def create_app(parts: Front) -> Flask:
    """The public application made of `parts`."""
    app = Flask("bot", template_folder="templates", static_folder=None)
    app.request_class = uploads.PublicRequest
    refuse_control_characters(app)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=200, TRAP_BAD_REQUEST_ERRORS=False)
    app.register_blueprint(webhooks.blueprint(parts))
    app.register_blueprint(form.blueprint(parts))
    app.register_blueprint(health.blueprint(parts))
    headers = HEADERS | {"Content-Security-Policy": _policy(app)}
    app.after_request(lambda response: _add_headers(response, headers))
    app.teardown_request(uploads.done)
    settings = parts.settings
    app.wsgi_app = named(behind(app.wsgi_app, settings.proxies), settings.knows(settings.public_url))  # type: ignore[method-assign]
    app.register_error_handler(SQLAlchemyError, lambda error: _not_stored(parts, error))
    app.register_error_handler(OSError, lambda error: _not_stored(parts, error))
    app.register_error_handler(Exception, lambda error: _failed(parts, error))
    return app


def _policy(app: Flask) -> str:
    """Only the style and the script of our own pages count, known by what they are."""
    found = [POLICY]
    for rule, name in INLINE.items():
        digest = hashlib.sha256(app.jinja_env.get_template(name).render().encode()).digest()
        found.append(f"{rule} 'sha256-{base64.b64encode(digest).decode()}'")
    return "; ".join(found)


def _add_headers(response: Response, headers: Mapping[str, str]) -> Response:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


def _not_stored(parts: Front, error: Exception) -> Any:
    # What cannot be stored is not acknowledged: providers come again, a browser is told to.
    log.error("not stored: %(error)s", {"error": type(error).__name__})
    return pages.error_page(parts, 503), 503, {"Retry-After": "5"}


def _failed(parts: Front, error: Exception) -> Any:
    if isinstance(error, HTTPException):
        code = error.code or 500
        return pages.error_page(parts, code), code, {"Allow": ", ".join(getattr(error, "valid_methods", None) or ())} if code == 405 else {}
    log.error("failed: %(error)s", {"error": type(error).__name__})
    # 503 and not 500: a provider that is told so delivers again, and the message is not lost.
    return pages.error_page(parts, 503), 503, {"Retry-After": "5"}
