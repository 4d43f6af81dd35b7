"""Builds the desk from its settings. Nothing is built on import."""

from __future__ import annotations

from flask import Flask

from config import settings as settings_module
from config.clock import now_ms
from config.desks import read_routing, read_services
from config.gazetteer import read_places, read_roles
from config.logs import set_up
from dashboard.app import create_app
from dashboard.parts import Parts
from triage.db import open_database
from triage.keys import sealing_keys
from triage.places import Gazetteer
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url


def build() -> Flask:
    """The desk of this process. Raises SettingsError, KeysMissing, DemoKeys."""
    set_up()
    settings = settings_module.read()
    places = settings.config / "places"
    bell = Doorbell(connect(redis_url(settings)))
    gazetteer = Gazetteer(read_places(places), read_roles(places))
    database, keys, routing = open_database(settings), sealing_keys(settings), read_routing(settings.config)
    services = read_services(settings.config, settings.demo)
    return create_app(Parts(settings, database, keys, routing, gazetteer, bell.ring, now_ms, bell.answers, services))
