"""Both sites in this process, on one database, whose every write is undone: each request meets the same state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from bot import visit
from bot.app import create_app
from bot.channels.gateway import Gateway, GatewayAccount
from bot.conversation import Conversation
from bot.wiring import Front, front, now_ms
from config import settings as settings_module
from config.files import read_yaml
from config.live import Fixed
from config.settings import Settings
from dashboard import wiring
from dashboard.app import create_app as create_desk
from dashboard.parts import Parts
from tests.fixtures import standin_telegram, standin_twilio
from tests.fuzz.listening import Ears, listen
from tests.unit.triage.conftest import NOW, PASSWORD, House
from triage import accounts, cases, holders, invitations, sessions
from triage.db import LAST, Database
from triage.scope import Scope
from triage.vault import Opener

GATEWAY_SECRET = "sample-gateway-secret"
METRICS_TOKEN = "sample-metrics-token"
PUBLIC_URL = "http://localhost"
PROVIDERS = {
    "HOTLINE_PUBLIC_URL": PUBLIC_URL,
    "HOTLINE_METRICS_TOKEN": METRICS_TOKEN,
    "TWILIO_ACCOUNT_SID": standin_twilio.SID,
    "TWILIO_AUTH_TOKEN": standin_twilio.TOKEN,
    "TWILIO_FROM": standin_twilio.FROM,
    "TELEGRAM_BOT_TOKEN": standin_telegram.TOKEN,
    "TELEGRAM_WEBHOOK_SECRET": standin_telegram.SECRET,
}


class Undone(Database):
    """A database that does everything it is told, up to the commit, and then takes it back."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, rolled back at its end."""
        with self._turn(), self.engine.connect() as connection:
            connection = connection.execution_options(hotline_write=True)
            with connection.begin() as transaction:
                try:
                    yield connection
                    for _, work in sorted(connection.info.get(LAST, {}).items()):
                        work(connection)
                finally:
                    connection.info.pop(LAST, None)
                    transaction.rollback()


@dataclass(frozen=True, slots=True)
class Sites:
    """The two applications, a case of desk `kh` with its receipt code, the cookie of a supervisor who has it, a visit's token, an invitation, and what each site is heard to ask for."""

    web: Flask
    desk: Flask
    ref: str
    code: str
    cookie: str
    csrf: str
    visit: str
    invitation: str
    ears: Mapping[str, Ears]

    @property
    def apps(self) -> dict[str, Flask]:
        """By the name of the site."""
        return {"web": self.web, "desk": self.desk}


def build(house: House) -> Sites:
    """Both sites on a house's database, with every channel and every gateway that config describes."""
    made = house.report(text="they lock us in a house in Phnom Penh")
    cookie, csrf, who = _signed_in(house)
    with house.database.writing() as tx:
        cases.claim(tx, Scope(who, "kh", "supervisor"), made.ref, NOW)
        lead = accounts.by_id(tx, who)
        assert lead is not None
        invited = invitations.invite(tx, lead, "invited@demo.invalid", "responder", NOW)
    undone = Undone(house.database.engine, house.database._lock_path)
    settings = settings_module.read(_environ(house.settings))
    parts = _front(settings, undone)
    known = wiring.read_rules(settings.config, settings.demo)
    desk = create_desk(Parts(settings, undone, house.keys, Fixed(known), lambda name, row: None, lambda: NOW))
    web = create_app(parts)
    ears = {"web": listen(web), "desk": listen(desk)}
    return Sites(web, desk, made.ref, made.code, cookie, csrf, visit.begin(now_ms()), invited, ears)


def _environ(settings: Settings) -> dict[str, str]:
    own = {"HOTLINE_HOME": str(settings.home), "HOTLINE_CONFIG": str(settings.config), "HOTLINE_DATABASE_URL": settings.database_url}
    return own | PROVIDERS


def _front(settings: Settings, database: Database) -> Front:
    found = front(settings)
    found.database.engine.dispose()
    described = read_yaml(settings.config / "channels.yaml")["gateways"]
    gateways = {name: Gateway(GatewayAccount(name, about, GATEWAY_SECRET, "sample", PUBLIC_URL)) for name, about in described.items()}
    parts = replace(found.parts, database=database)
    talking: Any = replace(found.live.now, parts=parts, conversation=Conversation(parts), gateways=gateways)
    return replace(found, database=database, live=Fixed(talking))


def _signed_in(house: House) -> tuple[str, str, int]:
    with house.database.writing() as tx:
        number = accounts.add(tx, "s@demo.invalid", "Sample S", "supervisor", "kh", PASSWORD, NOW)
        holders.admit(tx, "kh", number, NOW, house.keys.opening())
        found = accounts.unlock(tx, "s@demo.invalid", PASSWORD)
        assert found is not None and found.private is not None
        accounts.set_totp(tx, Opener(found.private).sealer, number, "JBSWY3DPEHPK3PXP", 0)
        token = sessions.start(tx, found.responder, NOW, second_factor_done=True, private=found.private)
        session = sessions.find(tx, token, NOW)
    assert session is not None
    return token, session.csrf, number
