"""A hotline whose channels.yaml enables every shipped gateway, each spoken to by a stand-in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from ruamel.yaml import YAML
from sqlalchemy import select

from bot import files
from bot.app import create_app
from bot.chat import throwaway
from bot.delivery import LOOK_UP_AFTER_MS, Post, deliver, reconcile
from bot.purse import Purse
from bot.wiring import Front, Workshop, channels, workshop
from config import settings as settings_module
from config.clock import now_ms
from tests.fixtures.standin_gateway import Gateway, signed
from tests.fixtures.standins import Standin, serve
from triage import cases, desk
from triage.desk import CaseRow
from triage.scope import COMMAND_LINE
from triage.tables import outbox

SECRET = "sample-gateway-secret"
GATEWAYS = ("android_phone", "kannel", "modem", "operator_bridge")
CONFIG = Path(__file__).parents[2] / "config"
PERSON = "+85512000001"


@dataclass
class House:
    """The parts, a client of the public process, and a clock that can be moved."""

    parts: Front
    shop: Workshop
    client: FlaskClient
    gateway: Standin
    shift: int = 0

    def clock(self) -> int:
        """Now, and what it was moved by."""
        return now_ms() + self.shift

    def cases(self) -> tuple[CaseRow, ...]:
        """All cases."""
        with self.parts.database.reading() as tx:
            return desk.all_cases(tx, COMMAND_LINE)

    def post(self) -> Post:
        """Delivery."""
        return Post(self.parts.database, self.shop.keys.opening(), self.shop.channels, self.clock, Purse(self.parts.parts.channels.caps), self.shop.parts.texts)

    def reply(self, text: str, ref: str | None = None) -> int:
        """A responder's answer to the last case; its parcel."""
        with self.parts.database.writing() as tx:
            _, parcel = cases.reply(tx, self.shop.keys.sealer, COMMAND_LINE, ref or self.cases()[-1].ref, text, self.clock())
        assert parcel is not None
        return parcel

    def deliver_all(self) -> None:
        """Sends what waits; looks up what is unknown."""
        for parcel, state in self.parcels().items():
            if state == "queued":
                deliver(self.post(), parcel)
            elif state == "unknown":
                self.shift += LOOK_UP_AFTER_MS
                reconcile(self.post(), parcel)

    def parcels(self) -> dict[int, str]:
        """The state of each."""
        with self.parts.database.reading() as tx:
            return {row.id: row.state for row in tx.execute(select(outbox.c.id, outbox.c.state).order_by(outbox.c.id))}

    def row(self, parcel: int) -> Any:
        """A parcel as it is stored."""
        with self.parts.database.reading() as tx:
            return tx.execute(select(outbox).where(outbox.c.id == parcel)).one()

    def take_in_files(self) -> None:
        """Fetches what was attached."""
        files.sweep(files.Reception(self.shop.parts, self.shop.channels, self.clock))

    def android(self, text: str, sender: str = "012 000 001", event: str = "e1", stamp: int | None = None, secret: str = SECRET) -> Any:
        """An SMS as the app posts it."""
        payload = {"messageId": "same", "message": text, "phoneNumber": sender, "simNumber": 1, "receivedAt": "2026-11-24T10:00:00.000+07:00"}
        return self.signed("android_phone", {"deviceId": "d", "event": "sms:received", "id": event, "payload": payload, "webhookId": "w"}, stamp, secret)

    def signed(self, name: str, body: Any, stamp: int | None = None, secret: str = SECRET, path: str = "") -> Any:
        """A signed JSON request of the app."""
        data, now = json.dumps(body).encode(), str(stamp if stamp is not None else int(time.time()))
        headers = {"X-Signature": signed(secret, "{body}{timestamp}", data, now), "X-Timestamp": now}
        return self.client.post(f"/sms/gateway/{name}{path}", data=data, headers=headers, content_type="application/json")


def described(url: str, change: Callable[[Any], None] | None = None) -> Any:
    """channels.yaml with every gateway enabled and led to a stand-in."""
    yaml = YAML(typ="safe").load((CONFIG / "channels.yaml").read_bytes())
    for gateway in yaml["gateways"].values():
        gateway["enabled"] = True
        for part in (gateway["outbound"], gateway["outbound"].get("lookup", {})):
            if "url" in part:
                part["url"] = url + "/" + part["url"].split("/", 3)[3]
    yaml["lines"] = [
        {"id": "kh-phone", "number": "+10000000011", "adapter": "android_phone", "country": "KH", "languages": ["km"], "also": ["1"]},
        {"id": "vn-phone", "number": "+10000000012", "adapter": "android_phone", "country": "VN", "also": ["2"]},
        {"id": "kannel", "number": "12345", "adapter": "kannel", "country": "LA", "max_length": 70},
        {"id": "modem", "number": "+10000000013", "adapter": "modem", "country": "MM", "direction": "in", "replies_leave_by": "name"},
        {"id": "name", "number": "HELPLINE", "adapter": "operator_bridge", "country": "MM", "direction": "out"},
        {"id": "bridge", "number": "+10000000014", "adapter": "operator_bridge", "country": "TH"},
    ]
    if change:
        change(yaml)
    return yaml


@pytest.fixture
def change(request: pytest.FixtureRequest) -> Callable[[Any], None] | None:
    """What a test changes in channels.yaml; by indirect parameter."""
    return getattr(request, "param", None)


@pytest.fixture
def house(tmp_path: Path, twilio: Standin, telegram: Standin, change: Callable[[Any], None] | None) -> Iterator[House]:
    """The whole, with Twilio and Telegram as well."""
    folder = tmp_path / "config"
    folder.mkdir()
    for path in CONFIG.iterdir():
        if path.name != "channels.yaml":
            (folder / path.name).symlink_to(path)
    from tests.fixtures import standin_telegram, standin_twilio

    serving = serve(Gateway)
    gateway = next(serving)
    with (folder / "channels.yaml").open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump(described(gateway.url, change), out)
    environ = {"HOTLINE_CONFIG": str(folder), "HOTLINE_PUBLIC_URL": "http://localhost"}
    environ |= {f"HOTLINE_GATEWAY_{name.upper()}_{what}": value for name in GATEWAYS for what, value in (("SECRET", SECRET), ("TOKEN", "user:sample"))}
    more = {"TWILIO_ACCOUNT_SID": standin_twilio.SID, "TWILIO_AUTH_TOKEN": standin_twilio.TOKEN, "TWILIO_FROM": standin_twilio.FROM}
    more |= {"TWILIO_API_URL": twilio.url, "TELEGRAM_API_URL": telegram.url}
    more |= {"TELEGRAM_BOT_TOKEN": standin_telegram.TOKEN, "TELEGRAM_WEBHOOK_SECRET": standin_telegram.SECRET}
    settings = settings_module.read(environ | more)
    with throwaway(settings, providers=True) as parts:
        shop = workshop(parts.settings)
        assert {"sms", "whatsapp", "telegram"} <= set(channels(parts.settings))
        yield House(parts, shop, create_app(parts).test_client(), gateway)
        shop.database.engine.dispose()
    serving.close()
