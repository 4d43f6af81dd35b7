"""Delivery: takes a parcel by lease, opens address and words, sends outside of any transaction, notes the outcome."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.channels.base import MayBeSent, Outgoing, SendError, outgoing
from triage import outbox
from triage.db import Database
from triage.messages import unseal
from triage.outbox import Parcel
from triage.vault import Opener

log = logging.getLogger("hotline.delivery")
MAX_TRIES = 8
LOOK_UP_AFTER_MS = 5_000
Clock = Callable[[], int]


class Channel(Protocol):
    """What delivery needs of a channel."""

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one message; the provider's id. Raises SendError."""


@dataclass(frozen=True, slots=True)
class Post:
    """What delivery works with. Channels are those that this process can send by."""

    database: Database
    opener: Opener
    channels: Mapping[str, Channel]
    clock: Clock


def deliver(post: Post, parcel_id: int) -> bool:
    """Sends a parcel; False where there was nothing to do or it could not be sent now. May run twice at once: one sends."""
    with post.database.writing() as tx:
        parcel = outbox.lease(tx, parcel_id, post.clock())
    if parcel is None:
        return False
    try:
        provider_id = _send(post, parcel)
    except SendError as error:
        _note_failure(post, parcel, error)
        return False
    with post.database.writing() as tx:
        outbox.sent(tx, parcel.id, post.clock(), provider_id)
        outbox.tell_case(tx, parcel, post.clock(), "sent")
    return True


def _send(post: Post, parcel: Parcel) -> str | None:
    channel = post.channels.get(parcel.channel)
    if channel is None:
        raise SendError(f"{parcel.channel} is not set up")
    content = unseal(post.opener, parcel.sealed)
    if parcel.kind == "ack":
        acknowledge = getattr(channel, "acknowledge", None)
        if acknowledge is not None:
            acknowledge(str(content["text"]))
        return None
    return channel.send(_address(post, parcel), outgoing(content))


def _address(post: Post, parcel: Parcel) -> str:
    return str(json.loads(post.opener.open("contact", parcel.contact or b"")))


def _note_failure(post: Post, parcel: Parcel, error: SendError) -> None:
    now = post.clock()
    with post.database.writing() as tx:
        if parcel.kind == "ack":
            outbox.failed(tx, parcel.id, error.reason)
        elif isinstance(error, MayBeSent):
            outbox.unknown(tx, parcel.id, error.reason)
        elif error.permanent or parcel.attempts >= MAX_TRIES:
            outbox.failed(tx, parcel.id, error.reason)
            outbox.tell_case(tx, parcel, now, "not_sent", error.reason)
        else:
            wait = max((error.retry_after or 0) * 1000, 1000 * 2 ** min(parcel.attempts, 8))
            outbox.retry(tx, parcel.id, now + int(wait), error.reason)


def reconcile(post: Post, parcel_id: int) -> None:
    """Looks an `unknown` parcel up at its provider: there, it was sent; not there, it is sent again."""
    now = post.clock()
    with post.database.reading() as tx:
        found = outbox.to_look_up(tx, parcel_id, now - LOOK_UP_AFTER_MS)
    if found is None:
        return
    channel = post.channels.get(found.channel)
    find_sent = getattr(channel, "find_sent", None)
    try:
        text = str(unseal(post.opener, found.sealed)["text"])
        provider_id = find_sent(_address(post, found), text, found.created_at) if find_sent else None
    except SendError as error:
        log.warning("parcel %d cannot be looked up: %s", parcel_id, error.reason)
        return
    with post.database.writing() as tx:
        if provider_id:
            outbox.sent(tx, parcel_id, now, provider_id)
            outbox.tell_case(tx, found, now, "sent")
        else:
            # Telegram keeps no list of what it sent: a reply seen twice is better than one never seen.
            outbox.retry(tx, parcel_id, now, "not found at the provider")
