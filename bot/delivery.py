"""Delivery: takes a parcel by lease, opens address and words, sends outside of any transaction, notes the outcome."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlalchemy import Connection

from bot import letters
from bot.channels.base import MayBeSent, Outgoing, RefusedForGood, SendError, outgoing, pieces
from bot.purse import COSTS, Purse
from config.alerts import AlertPlan
from config.channels import Caps
from config.texts import Texts
from triage import outbox
from triage.db import Database
from triage.messages import unseal
from triage.outbox import Parcel
from triage.values import rank
from triage.vault import Opener

log = logging.getLogger("hotline.delivery")
MAX_TRIES = 8
LOOK_UP_AFTER_MS = 5_000
LOOK_UP_FOR_MS = 3_600_000
MAX_TEXT = 4096
NO_ANSWER = "Please do not answer this number. Write to {number}."
NO_ANSWER_AT_ALL = "Please do not answer this number: it cannot receive."
Clock = Callable[[], int]


class Channel(Protocol):
    """What delivery needs of a channel."""

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one message; the provider's id. Raises SendError."""


@dataclass(frozen=True, slots=True)
class Post:
    """What delivery works with. Channels are those that this process can send by; without an opener it can send alarms alone."""

    database: Database
    opener: Opener | None
    channels: Mapping[str, Channel]
    clock: Clock
    purse: Purse = field(default_factory=lambda: Purse(Caps()))
    texts: Texts = field(default_factory=lambda: Texts({}))
    alerts: AlertPlan = AlertPlan()

    def opening(self) -> Opener:
        """The opener. Raises RefusedForGood in a process that must not have it."""
        if self.opener is None:
            raise RefusedForGood("this process opens nothing")
        return self.opener


class Withheld(Exception):
    """A cap or the person forbids it; the message says which."""


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
    except Withheld as why:
        with post.database.writing() as tx:
            outbox.withhold(tx, parcel, post.clock(), str(why))
        return False
    with post.database.writing() as tx:
        outbox.sent(tx, parcel.id, post.clock(), provider_id)
        outbox.tell_case(tx, parcel, post.clock(), "sent")
    return True


def _send(post: Post, parcel: Parcel) -> str | None:
    channel = post.channels.get(parcel.channel)
    if channel is None:
        raise SendError(f"{parcel.channel} is not set up")
    if parcel.kind == "alert":
        to, alarm = _alarm(post.alerts, parcel)
        return channel.send(to, replace(alarm, key=parcel.key))
    if parcel.kind == "ack":
        acknowledge = getattr(channel, "acknowledge", None)
        if acknowledge is not None:
            acknowledge(str(unseal(post.opening(), parcel.sealed)["text"]))
        return None
    address, messages = _address(post, parcel), _messages(post, channel, parcel)
    if parcel.channel in COSTS and not parcel.pieces:
        _spend(post, parcel, address, messages)
    provider_id = ""
    for at in range(parcel.pieces, len(messages)):
        # Since the lease there was time: the purse waited for its turn to write, or the part before this one for the provider.
        with post.database.reading() as tx:
            if outbox.is_silenced(tx, parcel.id):
                raise Withheld(outbox.SILENCED)
        provider_id = channel.send(address, messages[at])
        if at + 1 < len(messages):
            with post.database.writing() as tx:
                outbox.progress(tx, parcel.id, at + 1)
    return provider_id


def _messages(post: Post, channel: Channel, parcel: Parcel) -> tuple[Outgoing, ...]:
    """A parcel as its channel can carry it: in several messages where the text is long; buttons stand under the last."""
    whole = outgoing(unseal(post.opening(), parcel.sealed)) if parcel.instead is None else Outgoing(parcel.instead)
    # An answer of the conversation is in the reader's letters already; what people and clocks write is not.
    lang = parcel.lang or "en"
    words = (whole.text if parcel.kind == "answer" else letters.shown(whole.text, lang)) + letters.shown(
        _no_answer(post, channel, parcel), lang
    )
    found = getattr(channel, "max_length", MAX_TEXT)
    limit = found(parcel.line) if callable(found) else int(found)
    parts = pieces(words, limit)
    keys = [parcel.key] if len(parts) == 1 else [f"{parcel.key}-{at}" for at in range(1, len(parts) + 1)]
    last = len(parts) - 1
    plain = replace(whole, buttons=(), ask_location=None, line=parcel.line or "")
    return tuple(replace(whole if at == last else plain, text=part, key=keys[at], line=plain.line) for at, part in enumerate(parts))


def _no_answer(post: Post, channel: Channel, parcel: Parcel) -> str:
    """A line for numbers that cannot be answered: nobody may be left waiting for us."""
    asked = getattr(channel, "no_answer_to", None)
    number = asked(parcel.line) if asked else None
    if number is None:
        return ""
    name, english = ("no_answer_here", NO_ANSWER) if number else ("no_answer", NO_ANSWER_AT_ALL)
    return "\n" + post.texts.translate(parcel.lang or "en", f"phrase.{name}", english).replace("{number}", number)


def _spend(post: Post, parcel: Parcel, address: str, messages: tuple[Outgoing, ...]) -> None:
    """Counts what leaves now. Raises Withheld where a cap forbids it; the first answer to an emergency passes every cap."""
    if parcel.conversation_id is None:
        return
    text, now = "".join(message.text for message in messages), post.clock()
    with post.database.writing() as tx:
        first_alarm = parcel.level == rank("emergency") and not outbox.was_answered(tx, parcel)
        why = None if first_alarm or parcel.attempts > 1 else post.purse.why_not(tx, parcel.conversation_id, address, text, now)
        if why is None and parcel.attempts == 1:
            post.purse.note(tx, parcel.conversation_id, address, text, now, len(messages))
    if why is not None:
        raise Withheld(why)


def _alarm(plan: AlertPlan, parcel: Parcel) -> tuple[str, Outgoing]:
    """Address and text of an alarm: JSON for a webhook, a short line for a duty phone. It was never sealed: it holds nothing secret."""
    content = json.loads(parcel.sealed)
    ways = plan.ways(content["desk"])
    if content["way"] >= len(ways) or ways[content["way"]][0] != parcel.channel:
        raise RefusedForGood("the address was taken away")
    if parcel.channel == "webhook":
        return ways[content["way"]][1], Outgoing(json.dumps({key: value for key, value in content.items() if key != "way"}))
    values = {key: content[key] for key in ("desk", "ref", "level")} | content["waiting"]
    return ways[content["way"]][1], Outgoing(plan.texts[content["what"]].format(**values))


def _address(post: Post, parcel: Parcel) -> str:
    return str(json.loads(post.opening().open("contact", parcel.contact or b"")))


def _note_failure(post: Post, parcel: Parcel, error: SendError) -> None:
    now = post.clock()
    with post.database.writing() as tx:
        if parcel.kind == "ack":
            outbox.failed(tx, parcel.id, error.reason)
        elif isinstance(error, MayBeSent) and parcel.kind != "alert":
            outbox.unknown(tx, parcel.id, error.reason)
        elif error.permanent or parcel.attempts >= MAX_TRIES:
            outbox.failed(tx, parcel.id, error.reason)
            outbox.tell_case(tx, parcel, now, "not_sent", error.reason)
        else:
            wait = max((error.retry_after or 0) * 1000, 1000 * 2 ** min(parcel.attempts, 8))
            outbox.retry(tx, parcel.id, now + int(wait), error.reason)


def reconcile(post: Post, parcel_id: int) -> None:
    """Looks an `unknown` parcel up at its provider: there, it was sent; surely not there, it is sent again."""
    now = post.clock()
    with post.database.reading() as tx:
        found = outbox.to_look_up(tx, parcel_id, now - LOOK_UP_AFTER_MS)
    channel = post.channels.get(found.channel) if found else None
    if found is None or channel is None:
        return
    if found.kind == "alert":
        # An alarm seen twice is better than one never seen.
        with post.database.writing() as tx:
            outbox.retry(tx, parcel_id, now, "may have been sent")
        return
    try:
        ids = _look_up(post, channel, found)
    except SendError as error:
        log.warning("parcel %(row)d cannot be looked up: %(reason)s", {"row": parcel_id, "reason": error.reason})
        if now - found.created_at < LOOK_UP_FOR_MS:
            return
        ids = None
    with post.database.writing() as tx:
        fresh = [item for item in ids or () if item not in outbox.known(tx, ids or (), parcel_id)]
        if ids is None:
            # Twice is worse than a responder who knows: the case shows that it may have arrived.
            outbox.failed(tx, parcel_id, "may have arrived: the line broke, and the gateway cannot be asked")
            outbox.tell_case(tx, found, now, "not_sent", "may have arrived")
        elif fresh:
            _found(tx, found, fresh[0], len(_messages(post, channel, found)), now)
        else:
            # Telegram keeps no list of what it sent: a reply seen twice is better than one never seen.
            outbox.retry(tx, parcel_id, now, "not found at the provider")


def _look_up(post: Post, channel: Channel, parcel: Parcel) -> tuple[str, ...] | None:
    find_sent = getattr(channel, "find_sent", None)
    if find_sent is None:
        return ()
    message = _messages(post, channel, parcel)[parcel.pieces]
    found: tuple[str, ...] | None = find_sent(_address(post, parcel), message, parcel.created_at)
    return found


def _found(tx: Connection, parcel: Parcel, provider_id: str, count: int, now: int) -> None:
    if parcel.pieces + 1 < count:
        outbox.progress(tx, parcel.id, parcel.pieces + 1)
        outbox.retry(tx, parcel.id, now, "the rest of a long text")
    else:
        outbox.sent(tx, parcel.id, now, provider_id)
        outbox.tell_case(tx, parcel, now, "sent")
