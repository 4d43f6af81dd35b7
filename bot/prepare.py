"""Set-up: keys, schema and, in demo, a log-in for each desk. May run any number of times."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path

from sqlalchemy.exc import OperationalError

from config.clock import now_ms
from config.desks import read_routing
from config.files import read_text, write_text
from config.settings import Settings
from triage import accounts, holders, keys, schema, upgrade
from triage.db import Database, open_database
from triage.vault import Opener

LOGINS = "demo-logins.json"


class NoDatabase(RuntimeError):
    """The database cannot be reached; the message is its own."""


def prepare(settings: Settings) -> list[str]:
    """Makes what is missing in HOTLINE_HOME; says what it did."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = []
    if keys.make_keys(settings):
        said.append(f"made keys in {settings.home / 'keys'}")
    database = open_database(settings)
    _migrate(database)
    with database.writing() as tx:
        holders.publish(tx, keys.public_halves(settings), now_ms())
    if settings.demo:
        said += _demo_logins(settings, database)
    said += _upgraded(settings, database)
    database.engine.dispose()
    return said


def _migrate(database: Database, seconds: float = 60.0) -> None:
    """To the newest schema; waits for a server that is starting or recovering. Raises NoDatabase."""
    until = time.monotonic() + seconds
    while True:
        try:
            return schema.migrate(database)
        except OperationalError as error:
            if database.is_sqlite or time.monotonic() > until:
                raise NoDatabase(str(error.orig).strip().splitlines()[-1]) from error
            time.sleep(0.5)


def _demo_logins(settings: Settings, database: Database) -> list[str]:
    path = settings.home / LOGINS
    known = {item["queue"]: item for item in _logins(path)}
    try:
        now, opener = now_ms(), keys.opening_keys(settings).opening()
    except keys.KeysMissing:
        # A backup was put back here: who had an account signs in as before.
        return ["the recovery key is not here: log-ins stay as they were"]
    for desk in read_routing(settings.config).desks.values():
        email = f"{desk.id}@demo.invalid"
        with database.writing() as tx:
            there = accounts.by_email(tx, email)
            if there and desk.id in known:
                continue
            item = {"email": email, "password": "-".join(secrets.token_hex(3) for _ in range(3))}
            item |= {"queue": desk.id, "role": "supervisor", "name": f"Demo {desk.name}"}
            if there:
                accounts.set_password(tx, there.id, item["password"], now, opener=opener)
            else:
                accounts.add(tx, email, item["name"], item["role"], desk.id, item["password"], now, opener)
            known[desk.id] = item
    if list(known.values()) != _logins(path):
        write_text(path, json.dumps(list(known.values()), indent=1) + "\n", 0o600)
        return [f"made demo log-ins in {path}"]
    return []


def _upgraded(settings: Settings, database: Database) -> list[str]:
    """Cases from before each had its own key get theirs, where the key that opens them is here; else an operator is told."""
    with database.reading() as tx:
        count = upgrade.waiting(tx)
    if not count:
        return []
    try:
        opener = Opener(*keys.recovery_keys(settings))
    except keys.KeysMissing:
        return [f"{count} cases are from before each had its own key: run `hotline keys upgrade` with the recovery key"]
    upgrade.run(database, read_routing(settings.config), opener, keys.sealing_keys(settings).sealer, now_ms())
    return [f"gave {count} cases their own key"]


def _logins(path: Path) -> list[dict[str, str]]:
    return list(json.loads(read_text(path))) if path.exists() else []


def greeting(settings: Settings) -> list[str]:
    """What a newcomer needs to know: addresses, log-ins, how to try each channel."""
    desk = f"http://{settings.host}:{settings.dashboard_port}"
    lines = [f"report: {settings.public_url}/    desk: {desk}/queue"]
    if settings.demo:
        lines += [f"log-in {item['queue']:<9} {item['email']:<24} {item['password']}" for item in _logins(settings.home / LOGINS)]
    lines.append(_sms_line(settings))
    lines.append(_telegram_line(settings))
    lines.append("talk with the bot here: hotline chat --lang km     see cases: hotline cases --json")
    return lines


def _sms_line(settings: Settings) -> str:
    if settings.twilio is None:
        return "SMS is off: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM. Without an account: hotline chat --channel sms"
    return f"SMS by Twilio: webhook {settings.public_url}/sms/twilio"


def _telegram_line(settings: Settings) -> str:
    if settings.telegram is None:
        return "Telegram is off: set TELEGRAM_BOT_TOKEN. Without an account: hotline chat --channel telegram"
    if not settings.telegram.webhook_secret:
        return "Telegram by long polling (no TELEGRAM_WEBHOOK_SECRET, so no webhook)"
    return f"Telegram: webhook {settings.public_url}/telegram/webhook"
