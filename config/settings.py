"""The environment, read once into a frozen object. Nothing else of ours reads `os.environ`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config import names


class SettingsError(ValueError):
    """The settings do not allow a start; the message names every one of them at once."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One setting: its environment name, default, meaning, and whether it must never be printed."""

    name: str
    default: str
    text: str
    secret: bool = False


SPECS: tuple[Spec, ...] = (
    Spec("HOTLINE_HOME", "var/", "where everything embedded lives: keys, database, Redis socket"),
    Spec("HOTLINE_CONFIG", "config/", "what operators tune: flows, texts, places, rules"),
    Spec("HOTLINE_DATABASE_URL", "", "empty: SQLite in HOTLINE_HOME; postgresql://… for more than one machine", secret=True),
    Spec("HOTLINE_REDIS_URL", "", "empty: an embedded Redis in HOTLINE_HOME; else that server", secret=True),
    Spec("HOTLINE_HOST", "127.0.0.1", "address that both web servers listen on"),
    Spec("HOTLINE_PORT", "8000", "port of the public process"),
    Spec("HOTLINE_DASHBOARD_PORT", "8001", "port of the responders' desk"),
    Spec("HOTLINE_PUBLIC_URL", "http://127.0.0.1:8000", "public address of `web`; the one that Twilio signs"),
    Spec("HOTLINE_DESK_URL", "", "public address of the desk; links to it are made of this, never of what a caller sends"),
    Spec("HOTLINE_HOSTS", "", "further names under which both sites may be asked, by commas"),
    Spec("HOTLINE_PROXIES", "0", "reverse proxies before both web servers, whose word on a caller's address is taken"),
    Spec("HOTLINE_ENV", "demo", "demo or production"),
    Spec(
        "HOTLINE_OPENING_KEY",
        "",
        "production: the opening (private) key, 64 hexadecimal digits; demo keeps it in HOTLINE_HOME",
        secret=True,
    ),
    Spec("HOTLINE_METRICS_TOKEN", "", "bearer token of the desk's /metrics; empty: there is none", secret=True),
    Spec(
        "HOTLINE_DUTY", "", "addresses of the people on duty, one a line: desk webhook|sms|telegram address; empty: no alarms", secret=True
    ),
    Spec(
        "HOTLINE_RECOVERY_PUBLIC",
        "",
        "production: the public half of the recovery key, 64 hexadecimal digits; the private half need not be on any machine that runs",
    ),
    Spec("TWILIO_ACCOUNT_SID", "", "Twilio account; empty: SMS is off"),
    Spec("TWILIO_AUTH_TOKEN", "", "Twilio's token, signs webhooks", secret=True),
    Spec("TWILIO_FROM", "", "sender number of replies"),
    Spec("TWILIO_MESSAGING_SERVICE_SID", "", "or the messaging service that sends them"),
    Spec("TWILIO_API_URL", "https://api.twilio.com", "Twilio's API, or a stand-in's address in tests"),
    Spec("TELEGRAM_BOT_TOKEN", "", "Telegram bot token; empty: Telegram is off", secret=True),
    Spec("TELEGRAM_WEBHOOK_SECRET", "", "secret token that Telegram sends with each update", secret=True),
    Spec("TELEGRAM_API_URL", "https://api.telegram.org", "Telegram's API, or a stand-in's address in tests"),
)
# Settings that exist once for each gateway of channels.yaml.
GATEWAY = re.compile(r"HOTLINE_GATEWAY_([A-Z0-9_]+)_(SECRET|TOKEN)(?:_FILE)?")
FAMILIES: tuple[Spec, ...] = (
    Spec("HOTLINE_GATEWAY_<NAME>_SECRET", "", "what the gateway NAME of channels.yaml signs its requests with", secret=True),
    Spec("HOTLINE_GATEWAY_<NAME>_TOKEN", "", "what we show to that gateway when we send: user:password, or a token", secret=True),
)


@dataclass(frozen=True, slots=True)
class Gateway:
    """What only one gateway and we know: how it signs, and what we show to it."""

    secret: str
    token: str


@dataclass(frozen=True, slots=True)
class Twilio:
    """SMS by Twilio; present only where it can work both ways."""

    account_sid: str
    auth_token: str
    sender: str
    messaging_service_sid: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Telegram:
    """A Telegram bot; without a webhook secret only long polling can receive."""

    token: str
    webhook_secret: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a process may know of its surroundings. Paths are absolute."""

    home: Path
    config: Path
    database_url: str
    redis_url: str
    host: str
    port: int
    dashboard_port: int
    public_url: str
    env: str
    opening_key: str
    duty: str
    recovery_public: str
    metrics_token: str
    twilio: Twilio | None
    telegram: Telegram | None
    proxies: int = 0
    desk_url: str = ""
    more_hosts: frozenset[str] = frozenset()
    gateways: Mapping[str, Gateway] = field(default_factory=dict)  # by the name in channels.yaml

    @property
    def demo(self) -> bool:
        """True where demo keys, demo log-ins and plain http are allowed."""
        return self.env == "demo"

    def knows(self, url: str) -> Callable[[str], bool]:
        """Whether a Host header names the site with this public address."""
        return names.known(url, self.host, self.more_hosts, self.demo)


@dataclass(frozen=True, slots=True)
class Found:
    """A setting as it was found: its value and where it came from."""

    spec: Spec
    value: str
    source: str


def find(environ: Mapping[str, str] | None = None) -> dict[str, Found]:
    """Every setting with its source: `environment`, `file` or `default`. Raises SettingsError when a NAME_FILE cannot be read."""
    env = os.environ if environ is None else environ
    found, faults = {}, []
    for spec in (*SPECS, *_of_gateways(env)):
        try:
            found[spec.name] = _find_one(spec, env)
        except OSError as error:
            faults.append(f"{spec.name}_FILE: {error.strerror or error}")
    if faults:
        raise SettingsError("; ".join(faults))
    return found


def _of_gateways(env: Mapping[str, str]) -> list[Spec]:
    names = {(match[1], match[2]) for name in env if (match := GATEWAY.fullmatch(name))}
    texts = {family.name.rsplit("_", 1)[1]: family.text for family in FAMILIES}
    return [Spec(f"HOTLINE_GATEWAY_{name}_{what}", "", texts[what], secret=True) for name, what in sorted(names)]


def _gateways(value: Mapping[str, str]) -> Mapping[str, Gateway]:
    names = sorted({match[1] for name in value if (match := GATEWAY.fullmatch(name))})
    return {
        name.lower(): Gateway(value.get(f"HOTLINE_GATEWAY_{name}_SECRET", ""), value.get(f"HOTLINE_GATEWAY_{name}_TOKEN", ""))
        for name in names
    }


def _find_one(spec: Spec, env: Mapping[str, str]) -> Found:
    if env.get(spec.name, "").strip():
        return Found(spec, env[spec.name].strip(), "environment")
    if env.get(f"{spec.name}_FILE"):
        return Found(spec, Path(env[f"{spec.name}_FILE"]).read_text(encoding="utf-8").strip(), "file")
    return Found(spec, spec.default, "default")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings, checked. Raises SettingsError naming all that is wrong or missing."""
    found = find(environ)
    value = {name: item.value for name, item in found.items()}
    faults: list[str] = []
    settings = Settings(
        home=Path(value["HOTLINE_HOME"]).absolute(),
        config=_config_folder(found["HOTLINE_CONFIG"]),
        database_url=value["HOTLINE_DATABASE_URL"],
        redis_url=value["HOTLINE_REDIS_URL"],
        host=value["HOTLINE_HOST"],
        port=_port(value, "HOTLINE_PORT", faults),
        dashboard_port=_port(value, "HOTLINE_DASHBOARD_PORT", faults),
        public_url=_url(value, "HOTLINE_PUBLIC_URL", faults),
        env=value["HOTLINE_ENV"],
        opening_key=_key(value, "HOTLINE_OPENING_KEY", faults),
        duty=value["HOTLINE_DUTY"],
        recovery_public=_key(value, "HOTLINE_RECOVERY_PUBLIC", faults),
        metrics_token=value["HOTLINE_METRICS_TOKEN"],
        twilio=_twilio(value, faults),
        telegram=_telegram(value, faults),
        proxies=_count(value, "HOTLINE_PROXIES", faults),
        desk_url=_url(value, "HOTLINE_DESK_URL", faults) if value["HOTLINE_DESK_URL"] else "",
        more_hosts=_hosts(value["HOTLINE_HOSTS"], faults),
        gateways=_gateways(value),
    )
    _check_env(settings, faults)
    if faults:
        raise SettingsError("; ".join(faults))
    return settings


def _config_folder(item: Found) -> Path:
    """The operators' folder; where none is given and none lies here, the one that came with the code."""
    folder = Path(item.value).absolute()
    return Path(__file__).parent.absolute() if item.source == "default" and not (folder / "flows").is_dir() else folder


def _key(value: Mapping[str, str], name: str, faults: list[str]) -> str:
    text = value[name]
    # Of private keys, older ones may follow the one in use.
    if text and not re.fullmatch(r"[0-9a-fA-F]{64}" + (r"(\s+[0-9a-fA-F]{64})*" if name == "HOTLINE_OPENING_KEY" else ""), text):
        faults.append(f"{name} must be 64 hexadecimal digits")
    return text


def _port(value: Mapping[str, str], name: str, faults: list[str]) -> int:
    text = value[name]
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    faults.append(f"{name} must be a port number, 1 to 65535")
    return 0


def _count(value: Mapping[str, str], name: str, faults: list[str]) -> int:
    text = value[name]
    if text.isascii() and text.isdigit() and int(text) < 10:
        return int(text)
    faults.append(f"{name} must be a number, 0 to 9")
    return 0


def _url(value: Mapping[str, str], name: str, faults: list[str]) -> str:
    text = value[name].rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        faults.append(f"{name} must be an http or https address")
    return text


def _hosts(text: str, faults: list[str]) -> frozenset[str]:
    found = names.each(text)
    if "" in found:
        faults.append("HOTLINE_HOSTS must be names by commas, as in desk.example.org, 192.0.2.7")
    return found


def _twilio(value: Mapping[str, str], faults: list[str]) -> Twilio | None:
    if not (value["TWILIO_ACCOUNT_SID"] or value["TWILIO_AUTH_TOKEN"]):
        return None
    missing = [name for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN") if not value[name]]
    if not (value["TWILIO_FROM"] or value["TWILIO_MESSAGING_SERVICE_SID"]):
        missing.append("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID")
    if missing:
        faults.append("SMS is half set up; missing: " + ", ".join(missing))
    return Twilio(
        value["TWILIO_ACCOUNT_SID"],
        value["TWILIO_AUTH_TOKEN"],
        value["TWILIO_FROM"],
        value["TWILIO_MESSAGING_SERVICE_SID"],
        _url(value, "TWILIO_API_URL", faults),
    )


def _telegram(value: Mapping[str, str], faults: list[str]) -> Telegram | None:
    if not value["TELEGRAM_BOT_TOKEN"]:
        if value["TELEGRAM_WEBHOOK_SECRET"]:
            faults.append("Telegram is half set up; missing: TELEGRAM_BOT_TOKEN")
        return None
    return Telegram(value["TELEGRAM_BOT_TOKEN"], value["TELEGRAM_WEBHOOK_SECRET"], _url(value, "TELEGRAM_API_URL", faults))


def _check_env(settings: Settings, faults: list[str]) -> None:
    if settings.env not in ("demo", "production"):
        faults.append("HOTLINE_ENV must be demo or production")
    if settings.env == "production" and not settings.public_url.startswith("https://"):
        faults.append("HOTLINE_PUBLIC_URL must be https in production")
    if settings.env == "production" and settings.desk_url and not settings.desk_url.startswith("https://"):
        faults.append("HOTLINE_DESK_URL must be https in production")


def masked(item: Found) -> str:
    """The value as it may be shown: secrets only say that they are set."""
    if item.spec.secret:
        return "(set)" if item.value else "(not set)"
    return item.value
