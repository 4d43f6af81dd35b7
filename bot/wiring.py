"""What each process of the bot is made of. Nothing is built on import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.gateway import Gateway, GatewayAccount
from bot.channels.sms import SMS, WHATSAPP, TwilioAccount, TwilioSms
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.channels.webhook import Webhook
from bot.conversation import Conversation
from bot.flows.build import build
from bot.lines import Lines
from bot.parts import Parts
from bot.regions import regions
from config import clock
from config.alerts import AlertPlan, read_alerts
from config.channels import TWILIO, Channels, read_channels
from config.desks import Routing, Services, read_routing, read_services
from config.files import read_yaml
from config.flow_files import read_flows
from config.gazetteer import read_places, read_points, read_roles, read_shapes
from config.settings import Settings
from config.texts import read_texts
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.db import Database, open_database
from triage.keys import sealing_keys, worker_keys
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
    gazetteer = Gazetteer(read_places(places), read_roles(places), read_points(places), lambda: read_shapes(places))
    triage = Triage(read_triage_rules(settings.config), gazetteer)
    return Rules(triage, gazetteer, read_routing(settings.config), read_services(settings.config, settings.demo))


def sms_channel(settings: Settings, name: str = SMS) -> TwilioSms | None:
    """SMS or WhatsApp, where Twilio is set up."""
    if settings.twilio is None:
        return None
    t = settings.twilio
    account = TwilioAccount(t.account_sid, t.auth_token, t.sender, t.messaging_service_sid, t.api_url, settings.public_url)
    return TwilioSms(account, name)


def gateways(settings: Settings, found: Channels) -> Mapping[str, Gateway]:
    """The HTTP gateways that are enabled and have a secret, by name."""
    accounts = {
        name: GatewayAccount(name, about, settings.gateways[name].secret, settings.gateways[name].token, settings.public_url)
        for name, about in (found.gateways or {}).items()
        if name in settings.gateways
    }
    return {name: Gateway(account) for name, account in accounts.items()}


def telegram_channel(settings: Settings) -> TelegramBot | None:
    """Telegram, where a bot is set up."""
    if settings.telegram is None:
        return None
    t = settings.telegram
    return TelegramBot(TelegramAccount(t.token, t.webhook_secret, t.api_url))


def channels(settings: Settings) -> Mapping[str, Any]:
    """The channels that can send, by name."""
    described = read_channels(settings.config)
    sms: dict[str, Any] = dict(gateways(settings, described))
    whatsapp: dict[str, Any] = {}
    if settings.twilio is not None:
        sms[TWILIO], whatsapp[TWILIO] = sms_channel(settings), sms_channel(settings, WHATSAPP)
    found: dict[str, Any] = {"telegram": telegram_channel(settings), "webhook": Webhook()}
    for name, adapters in ((SMS, sms), (WHATSAPP, whatsapp)):
        default = TWILIO if TWILIO in adapters else next(iter(adapters), "")
        found[name] = Lines(name, described, adapters, default) if adapters else None
    return {name: channel for name, channel in found.items() if channel is not None}


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the worker is made of."""

    desk: Desk
    database: Database
    keys: Keyring
    channels: Mapping[str, Any]
    parts: Parts
    alerts: AlertPlan = AlertPlan()


def workshop(settings: Settings) -> Workshop:
    """Everything that triage and delivery need. Raises KeysMissing."""
    database, keys, rules = open_database(settings), worker_keys(settings), read_rules(settings)
    parts = _parts(settings, database, keys, rules)
    alerts = read_alerts(settings.config, settings.duty)
    return Workshop(Desk(database, keys, rules.triage, rules.routing), database, keys, channels(settings), parts, alerts)


def _parts(settings: Settings, database: Database, keys: Keyring, rules: Rules) -> Parts:
    bell, texts = Doorbell(connect(redis_url(settings))), read_texts(settings.config / "texts")
    raw, described = read_flows(settings.config), read_channels(settings.config)
    book = build(raw, texts.translate, regions(rules.gazetteer, raw["blocks"]["languages"]))
    return Parts(database, keys, rules.triage, rules.gazetteer, rules.routing, rules.services, book, texts, bell, described)


@dataclass(frozen=True, slots=True)
class Front:
    """What the public process is made of: it can add reports, never read old ones."""

    settings: Settings
    database: Database
    keys: Keyring
    bell: Doorbell
    sms: TwilioSms | None
    gateways: Mapping[str, Gateway]
    telegram: TelegramBot | None
    parts: Parts
    conversation: Conversation
    web_texts: Mapping[str, str]  # English of the form's own words, by key


def front(settings: Settings) -> Front:
    """Everything that taking in a message needs. Raises KeysMissing."""
    database, keys, rules = open_database(settings), sealing_keys(settings), read_rules(settings)
    web_texts = read_yaml(settings.config / "texts" / "web.yaml")
    parts = _parts(settings, database, keys, rules)
    sms, telegram = sms_channel(settings), telegram_channel(settings)
    hearing = gateways(settings, parts.channels)
    return Front(settings, database, keys, parts.bell, sms, hearing, telegram, parts, Conversation(parts), web_texts)


now_ms = clock.now_ms
