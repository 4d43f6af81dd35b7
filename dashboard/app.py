"""The responders' desk: its own application, port, session and secrets."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from config.addresses import refuse_control_characters
from config.serve import behind, named
from dashboard import account, case, colleagues, files, login, metrics, pages, policy, queue, shown, simulator
from dashboard.guard import install, note_refused
from dashboard.parts import Parts
from triage.values import NotYours

log = logging.getLogger("hotline.dashboard")
MAX_BODY = 64 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
WORDS = {
    400: "That could not be read.",
    403: "This page is too old. Go back, reload it and try again.",
    404: "There is no such page or case.",
    405: "That is not possible here.",
    413: "That was too long.",
    429: "Too many tries. Please wait some minutes.",
}


def create_app(parts: Parts) -> Flask:
    """The desk made of `parts`. Raises NoPolicy where a route has no permission."""
    app = Flask("dashboard", template_folder="templates", static_folder="static")
    refuse_control_characters(app)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=60)
    shown.install(app, parts)
    install(app, parts)
    for module in (pages, login, account, colleagues, queue, case, metrics, files, simulator):
        app.register_blueprint(module.blueprint(parts))
    app.after_request(_add_headers)
    settings = parts.settings
    app.wsgi_app = named(behind(app.wsgi_app, settings.proxies), settings.knows(settings.desk_url))  # type: ignore[method-assign]
    app.register_error_handler(NotYours, _not_yours)
    app.register_error_handler(HTTPException, lambda error: _error(error.code or 500))
    app.register_error_handler(SQLAlchemyError, _unavailable)
    app.register_error_handler(Exception, _unavailable)
    policy.check(app)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _not_yours(_: Exception) -> Any:
    note_refused("not theirs, or not there")
    return _error(404)


def _unavailable(error: Exception) -> Any:
    log.error("%(name)s: %(error)s", {"name": request.endpoint, "error": type(error).__name__})
    return _error(503)


def _error(code: int) -> Any:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=code), code
    return render_template("error.html", text=WORDS.get(code, "Something is out of order. Nothing was changed. Please try again.")), code
