"""What the worker does beside its doors: takes in files, asks once for an unknown place, and looks for SMS that never came.

A thread of its own: a slow file holds up nobody.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot import asking, files, missed
from bot.channels.sms import SMS, WHATSAPP
from bot.wiring import Workshop, now_ms, sms_channel
from config.settings import Settings

log = logging.getLogger("hotline.rounds")
PAUSE_SECONDS = 0.5
LOOK_MS = 30_000


def run(settings: Settings, shop: Workshop, stop: threading.Event) -> None:
    """Goes round until `stop`."""
    room = files.Reception(shop.parts, shop.channels, now_ms)
    lists = [(channel, name) for name in (SMS, WHATSAPP) if (channel := sms_channel(settings, name)) is not None]
    looked = 0
    while not stop.wait(PAUSE_SECONDS):
        try:
            files.sweep(room)
            if now_ms() - looked > LOOK_MS:
                looked = now_ms()
                asking.ask(shop.parts, looked)
                _look(settings, shop, lists)
        except (SQLAlchemyError, OSError) as error:
            log.error("round: %(error)s", {"error": type(error).__name__})
        except Exception as error:  # one odd file or list must not end the rounds of all
            log.error("round: %(error)s", {"error": type(error).__name__})
            stop.wait(5.0)


def _look(settings: Settings, shop: Workshop, lists: list[tuple[Any, str]]) -> None:
    sender = settings.twilio.sender if settings.twilio else ""
    for channel, _ in lists:
        for number in missed.numbers(shop.parts, channel, sender):
            missed.look(shop.parts, channel, number, now_ms())
