"""SMS that Twilio took in and never delivered to us: found in its list and taken in like any other, once."""

from __future__ import annotations

import logging

from bot.channels.base import Inbound, SendError
from bot.channels.sms import TwilioSms
from bot.conversation import Conversation
from bot.lines import came_by
from bot.parts import Parts
from config.channels import TWILIO
from triage import inbox, watermarks

log = logging.getLogger("hotline.missed")
EVERY_MS = 300_000
OVERLAP_MS = 900_000  # a list may show a message late
SETTLED_MS = 60_000  # a message's own delivery has this long to come first
FIRST_LOOK_MS = 24 * 3_600_000


def look(parts: Parts, channel: TwilioSms, number: str, now: int) -> int | None:
    """Takes in what is missing of one number; how many, or None where it was looked at lately or cannot be looked at now."""
    name = f"{channel.name}:{parts.keys.index.of('watermark', number).hex()[:16]}"
    with parts.database.writing() as tx:
        at = watermarks.take(tx, name, now - FIRST_LOOK_MS, now - EVERY_MS, now)
    if at is None:
        return None
    try:
        came = channel.came_to(number, at - OVERLAP_MS)
        found = sum(_take(parts, inbound, now) for sent_at, inbound in came if sent_at <= now - SETTLED_MS)
    except SendError as error:
        log.warning("the provider's list cannot be read: %(reason)s", {"reason": error.reason})
        with parts.database.writing() as tx:
            watermarks.give_back(tx, name)
        return None
    with parts.database.writing() as tx:
        watermarks.read(tx, name, now - SETTLED_MS, found)
    if found:
        log.warning("%(count)d messages had not come by themselves", {"count": found})
    return found


def numbers(parts: Parts, channel: TwilioSms, sender: str) -> tuple[str, ...]:
    """Our numbers that Twilio takes in for: those of channels.yaml, and the sender of the settings."""
    named = [line.number for line in parts.channels.lines if line.adapter == TWILIO and line.channel == channel.name and line.hears]
    return tuple(dict.fromkeys([*named, *([sender] if sender and channel.name == "sms" else [])]))


def _take(parts: Parts, inbound: Inbound, now: int) -> bool:
    with parts.database.reading() as tx:
        if inbox.find(tx, inbound.channel, inbound.external_id) is not None:
            return False
    reply = Conversation(parts).receive(came_by(parts.channels, TWILIO, inbound), now, by_outbox=True)
    return not reply.repeated
