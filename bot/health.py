"""Alive, and ready: database, queue and config, each by name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.wiring import Front
from triage import schema


def blueprint(parts: Front) -> Blueprint:
    """/healthz and /readyz."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def healthz() -> Any:
        return jsonify(ok=True)

    @pages.get("/readyz")
    def readyz() -> Any:
        found = {"database": _database(parts), "queue": _queue(parts), "config": True}
        # A queue that is away delays by a second and loses nothing: said, and still ready.
        return jsonify(found), 200 if found["database"] else 503

    return pages


def _database(parts: Front) -> bool:
    try:
        with parts.database.reading() as tx:
            tx.execute(text("SELECT 1"))
        return schema.current(parts.database) == schema.newest()
    except SQLAlchemyError:
        return False


def _queue(parts: Front) -> bool:
    return parts.bell.answers()
