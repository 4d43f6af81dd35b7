"""Alive, and ready: database, disk, queue and config, each by name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from bot.wiring import Front, now_ms
from triage.ready import Readiness


def blueprint(parts: Front) -> Blueprint:
    """/healthz and /readyz."""
    pages = Blueprint("health", __name__)
    readiness = Readiness(parts.database, parts.settings.home, "web")

    @pages.get("/healthz")
    def healthz() -> Any:
        return jsonify(ok=True)

    @pages.get("/readyz")
    def readyz() -> Any:
        now = now_ms()
        # A queue that is away delays by a second and loses nothing; of a bad edit the last good config is live: said, and still ready.
        found = {**readiness.look(now), "queue": parts.bell.answers(), "config": not parts.live.faults}
        return jsonify(found), 200 if readiness.ready(now) else 503

    return pages
