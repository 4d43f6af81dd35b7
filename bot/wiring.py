"""What each process of the bot is made of. Nothing is built on import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.sms import TwilioAccount, TwilioSms
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.conversation import Conversation
from bot.flows.build import build
from bot.parts import Parts
from bot.regions import regions
from config import clock
from config.desks import Routing, Services, read_routing, read_services
from config.files import read_yaml
from config.flow_files import read_flows
from config.gazetteer import read_places, read_points, read_roles
from config.settings import Settings
from config.texts import read_texts
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.db import Database, open_database
from triage.keys import opening_keys, sealing_keys
from triage.places import Gazetteer
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.vault import Keyring
from triage.work import Desk


@dataclass(frozen=True, slots=True)
class Rules:
    """All that triage decides by."""

    triage: Triage
    gazetteer: Gazetteer
    routing: Routing
    services: Services


def read_rules(settings: Settings) -> Rules:
    """The operators' rules, read from HOTLINE_CONFIG."""
    places = settings.config / "places"
    gazetteer = Gazetteer(read_places(places), read_roles(places), read_points(places))
    triage = Triage(read_triage_rules(settings.config), gazetteer)
    return Rules(triage, gazetteer, read_routing(settings.config), read_services(settings.config, settings.demo))


def sms_channel(settings: Settings) -> TwilioSms | None:
    """SMS, where Twilio is set up."""
    if settings.twilio is None:
        return None
    t = settings.twilio
    return TwilioSms(TwilioAccount(t.account_sid, t.auth_token, t.sender, t.messaging_service_sid, t.api_url, settings.public_url))


def telegram_channel(settings: Settings) -> TelegramBot | None:
    """Telegram, where a bot is set up."""
    if settings.telegram is None:
        return None
    t = settings.telegram
    return TelegramBot(TelegramAccount(t.token, t.webhook_secret, t.api_url))


def channels(settings: Settings) -> Mapping[str, Any]:
    """The channels that can send, by name."""
    found = {"sms": sms_channel(settings), "telegram": telegram_channel(settings)}
    return {name: channel for name, channel in found.items() if channel is not None}


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the worker is made of."""

    desk: Desk
    database: Database
    keys: Keyring
    channels: Mapping[str, Any]


def workshop(settings: Settings) -> Workshop:
    """Everything that triage and delivery need. Raises KeysMissing."""
    database, keys, rules = open_database(settings), opening_keys(settings), read_rules(settings)
    return Workshop(Desk(database, keys, rules.triage, rules.routing), database, keys, channels(settings))


@dataclass(frozen=True, slots=True)
class Front:
    """What the public process is made of: it can add reports, never read old ones."""

    settings: Settings
    database: Database
    keys: Keyring
    bell: Doorbell
    sms: TwilioSms | None
    telegram: TelegramBot | None
    parts: Parts
    conversation: Conversation
    web_texts: Mapping[str, str]  # English of the form's own words, by key


def front(settings: Settings) -> Front:
    """Everything that taking in a message needs. Raises KeysMissing."""
    database, keys, rules = open_database(settings), sealing_keys(settings), read_rules(settings)
    bell, texts = Doorbell(connect(redis_url(settings))), read_texts(settings.config / "texts")
    web_texts = read_yaml(settings.config / "texts" / "web.yaml")
    raw = read_flows(settings.config)
    book = build(raw, texts.translate, regions(rules.gazetteer, raw["blocks"]["languages"]))
    parts = Parts(database, keys, rules.triage, rules.gazetteer, rules.routing, rules.services, book, texts, bell)
    return Front(settings, database, keys, bell, sms_channel(settings), telegram_channel(settings), parts, Conversation(parts), web_texts)


now_ms = clock.now_ms
