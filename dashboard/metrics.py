"""`/metrics` for Prometheus: not there unless a token is set, and 404 to whoever does not know it."""

from __future__ import annotations

import hmac
import resource
import shutil
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.parts import Parts
from triage import measures, schema
from triage.measures import Measure

TEXT = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(parts: Parts) -> Blueprint:
    """/metrics."""
    views = Blueprint("metrics", __name__)

    @views.get("/metrics")
    def show() -> Any:
        token = parts.settings.metrics_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            abort(404)
        return Response(exposition(_all(parts)), content_type=TEXT)

    return views


def exposition(found: Iterator[Measure]) -> bytes:
    """Gauges in Prometheus' text format, each name with the prefix `hotline_`."""
    from prometheus_client import CollectorRegistry, generate_latest  # lazily: only who is scraped pays for it
    from prometheus_client.core import GaugeMetricFamily

    class Collected:
        def collect(self) -> Iterator[Any]:
            for one in found:
                family = GaugeMetricFamily(f"hotline_{one.name}", one.text, labels=one.labels)
                for labels, value in one.series:
                    family.add_metric(labels, value)
                yield family

    registry = CollectorRegistry()
    registry.register(Collected())
    return generate_latest(registry)


def _all(parts: Parts) -> Iterator[Measure]:
    up = False
    try:
        with parts.database.reading() as tx:
            found = measures.read(tx, parts.clock())
        up = schema.current(parts.database) == schema.newest()
        yield from found
    except SQLAlchemyError:
        up = False
    yield Measure("database_ready", "1 where the database answers and has this code's schema", (), (((), float(up)),))
    yield Measure("queue_ready", "1 where Redis answers; without it work is a second slower", (), (((), float(parts.alive())),))
    yield Measure("disk_free_bytes", "Left where HOTLINE_HOME lies", (), (((), float(shutil.disk_usage(_there(parts)).free)),))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    yield Measure("resident_peak_bytes", "Most memory that the answering process has held", ("process",), ((("dashboard",), peak),))


def _there(parts: Parts) -> str:
    return str(parts.settings.home if parts.settings.home.exists() else parts.settings.home.anchor)
