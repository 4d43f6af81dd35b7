"""What keeps production from starting: anything that is only good enough for a demo."""

from __future__ import annotations

from datetime import UTC, datetime

from config.desks import read_services
from config.settings import Settings
from triage import accounts
from triage.db import Database, UnsafePostgres


def faults(settings: Settings, database: Database, now: int) -> list[str]:
    """Every fault at once, each with its mend; empty in demo."""
    if settings.demo:
        return []
    try:
        found = _of_database(database)
    except UnsafePostgres as error:
        return [f"database: {error}"]
    if (settings.home / "keys" / "opening.key").exists():
        found.insert(0, "demo keys: start with an empty HOTLINE_HOME and give the opening key by HOTLINE_OPENING_KEY_FILE")
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    services = read_services(settings.config, demo=False)
    unsure = [service.id for service in services.all if service.evidence == "V" and not services.may_show(service, today)]
    if unsure:
        found.append(f"unverified numbers: call each and set verified_on in services.yaml, or remove it: {', '.join(unsure)}")
    return found


def _of_database(database: Database) -> list[str]:
    with database.reading() as tx:
        demo = [who.email for who in accounts.everyone(tx) if who.email.endswith("@demo.invalid") and not who.disabled]
    return [f"demo log-ins: disable {', '.join(demo)} with `hotline user disable`"] if demo else []
