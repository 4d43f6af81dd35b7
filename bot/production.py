"""What keeps production from starting: anything that is only good enough for a demo."""

from __future__ import annotations

from datetime import UTC, datetime

from config.desks import read_services
from config.settings import Settings
from triage import accounts
from triage.db import Database


def faults(settings: Settings, database: Database, now: int) -> list[str]:
    """Every fault at once, each with its mend; empty in demo."""
    if settings.demo:
        return []
    found = []
    if (settings.home / "keys" / "opening.key").exists():
        found.append("demo keys: start with an empty HOTLINE_HOME and give the opening key by HOTLINE_OPENING_KEY_FILE")
    with database.reading() as tx:
        demo = [who.email for who in accounts.everyone(tx) if who.email.endswith("@demo.invalid") and not who.disabled]
    if demo:
        found.append(f"demo log-ins: disable {', '.join(demo)} with `hotline user disable`")
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    services = read_services(settings.config, demo=False)
    unsure = [service.id for service in services.all if service.evidence == "V" and not services.may_show(service, today)]
    if unsure:
        found.append(f"unverified numbers: call each and set verified_on in services.yaml, or remove it: {', '.join(unsure)}")
    return found
