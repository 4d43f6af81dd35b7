"""The pages around the desk: the way in, and health."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect

from dashboard.parts import Parts
from triage.ready import Readiness


def blueprint(parts: Parts) -> Blueprint:
    """/, /healthz, /readyz."""
    views = Blueprint("pages", __name__)
    readiness = Readiness(parts.database, parts.settings.home, "dashboard")

    @views.get("/")
    def root() -> Any:
        return redirect("/queue")

    @views.get("/healthz")
    def healthz() -> Any:
        return jsonify(ok=True)

    @views.get("/readyz")
    def readyz() -> Any:
        now = parts.clock()
        found = {**readiness.look(now), "config": not parts.live.faults}
        return jsonify(found), 200 if readiness.ready(now) else 503

    return views
