"""What the providers send, as bodies on disk: each is read as written beside it, or left alone."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bot.channels.base import Malformed
from bot.channels.sms import TwilioAccount, TwilioSms
from bot.channels.telegram import TelegramAccount, TelegramBot

FOLDER = Path(__file__).parent / "payloads"
BOT = TelegramBot(TelegramAccount("1:sample", "s", "https://api.telegram.org"))
SMS = TwilioSms(TwilioAccount("AC", "t", "+1", "", "https://api.twilio.com", "https://hotline.example"))


def cases(prefix: str) -> list[str]:
    found = sorted(path.name for path in FOLDER.glob(f"{prefix}-*.json"))
    assert len(found) >= 10
    return found


@pytest.mark.parametrize("name", cases("telegram"))
def test_an_update_is_read_as_written(name: str) -> None:
    case = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    inbound = BOT.parse(json.dumps(case["body"]).encode())
    if case["inbound"] is None:
        assert inbound is None
        return
    assert inbound is not None and inbound.external_id == "9000001"
    for field, wanted in case["inbound"].items():
        found = getattr(inbound, field)
        assert (list(found) if isinstance(found, tuple) else found) == wanted, field


@pytest.mark.parametrize("name", cases("sms"))
def test_an_sms_is_read_as_written(name: str) -> None:
    case = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    form = parse_qs(case["body"], keep_blank_values=True)
    if case["inbound"] is None:
        with pytest.raises(Malformed):
            SMS.parse(form)
        return
    inbound = SMS.parse(form)
    for field, wanted in case["inbound"].items():
        found = getattr(inbound, field)
        assert (list(found) if isinstance(found, tuple) else found) == wanted, field
