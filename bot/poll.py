"""Telegram by long polling: for where no webhook can reach. An update is confirmed only after it is stored."""

from __future__ import annotations

import json
import logging
import signal
import threading

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Malformed, SendError
from bot.channels.telegram import TelegramBot
from bot.wiring import Front, front, now_ms
from config.logs import set_up
from config.settings import Settings

log = logging.getLogger("hotline.telegram")
POLL_SECONDS = 20


def run(settings: Settings) -> None:
    """Asks for updates until SIGTERM or SIGINT."""
    set_up()
    parts, stop = front(settings, watch=True), threading.Event()
    if parts.telegram is None:
        log.error("Telegram is off: set TELEGRAM_BOT_TOKEN")
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    offset: int | None = None
    ready = False
    while not stop.is_set():
        try:
            if not ready:
                parts.telegram.delete_webhook()
                ready = True
            offset = take(parts, parts.telegram, offset, POLL_SECONDS)
        except SendError as error:
            log.warning("no updates: %(reason)s", {"reason": error.reason})
            stop.wait(min(error.retry_after or 2.0, 30.0))
        except (SQLAlchemyError, OSError) as error:
            log.error("not stored: %(error)s", {"error": type(error).__name__})
            stop.wait(1.0)


def take(parts: Front, channel: TelegramBot, offset: int | None, timeout: int) -> int | None:
    """Takes in one batch and answers each; the next offset. An error leaves the rest unconfirmed, so that it comes again."""
    for raw in channel.updates(offset, timeout):
        try:
            inbound = channel.parse(json.dumps(raw).encode())
        except Malformed as error:
            log.warning("odd update left alone: %(reason)s", {"reason": str(error)})
            inbound = None
        if inbound is not None:
            # The answer goes through the outbox: there is no request in whose answer it could ride.
            parts.conversation.receive(inbound, now_ms(), by_outbox=True)
        offset = int(raw["update_id"]) + 1
    return offset
