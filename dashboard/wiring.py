"""Builds the desk from its settings. Nothing is built on import."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from config import settings as settings_module
from config.clock import now_ms
from config.desks import read_routing, read_services
from config.gazetteer import read_places, read_roles
from config.live import Live
from config.logs import set_up
from config.triage_rules import read_fact_rules
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from triage.db import open_database
from triage.judge import Judge
from triage.keys import sealing_keys
from triage.places import Gazetteer
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.urgency import Urgency


def build() -> Flask:
    """The desk of this process. Raises SettingsError, KeysMissing, DemoKeys, ConfigBroken."""
    set_up()
    settings = settings_module.read()
    bell = Doorbell(connect(redis_url(settings)))
    database, keys = open_database(settings), sealing_keys(settings)

    def read(folder: Path) -> Rules:
        return read_rules(folder, settings.demo)

    return create_app(Parts(settings, database, keys, Live(settings, read).watch(), bell.ring, now_ms, bell.answers))


def read_rules(folder: Path, demo: bool) -> Rules:
    """What the desk uses of a config folder."""
    places = folder / "places"
    gazetteer = Gazetteer(read_places(places), read_roles(places))
    rules = read_fact_rules(folder)
    return Rules(read_routing(folder), gazetteer, read_services(folder, demo), folder, Urgency(rules, Judge(rules)))
