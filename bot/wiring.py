"""What each process of the bot is made of. Nothing is built on import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

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
from config.live import Current, Fixed, Live
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

T = TypeVar("T")


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
class Bench:
    """What the worker works with, all of it from one config."""

    desk: Desk
    channels: Mapping[str, Any]
    parts: Parts
    alerts: AlertPlan = AlertPlan()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the worker is made of. `live` is swapped whole when the config is edited."""

    live: Current[Bench]
    database: Database
    keys: Keyring

    @property
    def desk(self) -> Desk:
        """What triage works with now."""
        return self.live.now.desk

    @property
    def parts(self) -> Parts:
        """What a conversation is held with now."""
        return self.live.now.parts

    @property
    def channels(self) -> Mapping[str, Any]:
        """The channels that can send now."""
        return self.live.now.channels


def workshop(settings: Settings, watch: bool = False) -> Workshop:
    """Everything that triage and delivery need; with `watch` edits of the config go live. Raises KeysMissing, ConfigBroken."""
    database, keys, bell = open_database(settings), worker_keys(settings), Doorbell(connect(redis_url(settings)))

    def build_bench(folder: Path) -> Bench:
        own = replace(settings, config=folder)
        parts = _parts(own, database, keys, bell)
        alerts = read_alerts(folder, settings.duty)
        desk = Desk(database, keys, parts.triage, parts.routing, alerts)
        return Bench(desk, channels(own), parts, alerts)

    return Workshop(_current(settings, build_bench, watch), database, keys)


def _parts(settings: Settings, database: Database, keys: Keyring, bell: Doorbell) -> Parts:
    rules, texts = read_rules(settings), read_texts(settings.config / "texts")
    raw, described = read_flows(settings.config), read_channels(settings.config)
    book = build(raw, texts.translate, regions(rules.gazetteer, raw["blocks"]["languages"]))
    return Parts(database, keys, rules.triage, rules.gazetteer, rules.routing, rules.services, book, texts, bell, described)


def _current(settings: Settings, make: Callable[[Path], T], watch: bool) -> Current[T]:
    return Live(settings, make).watch() if watch else Fixed(make(settings.config))


@dataclass(frozen=True, slots=True)
class Talking:
    """What is built from the operators' config, all of it from the same one."""

    parts: Parts
    conversation: Conversation
    web_texts: Mapping[str, str]  # English of the form's own words, by key
    gateways: Mapping[str, Gateway]


@dataclass(frozen=True, slots=True)
class Front:
    """What the public process is made of: it can add reports, never read old ones.

    `live` is swapped whole when the config is edited: `conversation` is taken once for one message, which is so handled by one config.
    """

    settings: Settings
    database: Database
    keys: Keyring
    bell: Doorbell
    sms: TwilioSms | None
    telegram: TelegramBot | None
    live: Current[Talking]

    @property
    def parts(self) -> Parts:
        """What a conversation is held with now."""
        return self.live.now.parts

    @property
    def conversation(self) -> Conversation:
        """Takes the next message."""
        return self.live.now.conversation

    @property
    def web_texts(self) -> Mapping[str, str]:
        """English of the form's own words, by key."""
        return self.live.now.web_texts


    @property
    def gateways(self) -> Mapping[str, Gateway]:
        """The HTTP gateways that may knock now."""
        return self.live.now.gateways


def front(settings: Settings, watch: bool = False) -> Front:
    """Everything that taking in a message needs; with `watch` edits of the config go live. Raises KeysMissing, ConfigBroken."""
    database, keys, bell = open_database(settings), sealing_keys(settings), Doorbell(connect(redis_url(settings)))

    def build_talking(folder: Path) -> Talking:
        parts = _parts(replace(settings, config=folder), database, keys, bell)
        web_texts = read_yaml(folder / "texts" / "web.yaml")
        return Talking(parts, Conversation(parts), web_texts, gateways(settings, parts.channels))

    live = _current(settings, build_talking, watch)
    return Front(settings, database, keys, bell, sms_channel(settings), telegram_channel(settings), live)


now_ms = clock.now_ms
