"""The pages around the desk: the way in, and health."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect
from sqlalchemy.exc import SQLAlchemyError

from dashboard.parts import Parts
from triage import schema


def blueprint(parts: Parts) -> Blueprint:
    """/, /healthz, /readyz."""
    views = Blueprint("pages", __name__)

    @views.get("/")
    def root() -> Any:
        return redirect("/queue")

    @views.get("/healthz")
    def healthz() -> Any:
        return jsonify(ok=True)

    @views.get("/readyz")
    def readyz() -> Any:
        try:
            database = schema.current(parts.database) == schema.newest()
        except SQLAlchemyError:
            database = False
        return jsonify(database=database, config=True), 200 if database else 503

    return views
