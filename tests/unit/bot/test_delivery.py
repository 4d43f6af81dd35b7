"""Delivery: one parcel leaves once, and its state never claims more than is known."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot.channels.base import MayBeSent, Outgoing, RefusedForGood, SendError, TryLater
from bot.delivery import LOOK_UP_AFTER_MS, Post, deliver, reconcile
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from triage import cases
from triage import outbox as parcels
from triage.tables import outbox


@dataclass
class FakeChannel:
    """Remembers what it sent; fails first with the given errors."""

    errors: list[SendError] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    known: tuple[str, ...] | None = ()

    def send(self, to: str, message: Outgoing) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((to, message.text))
        return f"SM{len(self.sent)}"

    def find_sent(self, to: str, message: Outgoing, after_ms: int) -> tuple[str, ...] | None:
        return self.known


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def desk(house: House) -> tuple[Post, FakeChannel, Clock, int]:  # noqa: F811
    made, channel, clock = house.report(), FakeChannel(), Clock()
    with house.database.writing() as tx:
        _, parcel = cases.reply(tx, house.keys.sealer, house.kh, made.ref, "we are here", NOW)
    assert parcel is not None
    return Post(house.database, house.keys.opening(), {"sms": channel}, clock), channel, clock, parcel


def state(post: Post, parcel: int) -> str:
    with post.database.reading() as tx:
        return str(tx.execute(select(outbox.c.state).where(outbox.c.id == parcel)).scalar_one())


def test_it_sends_once_however_often_it_is_asked(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, _, parcel = desk
    threads = [threading.Thread(target=deliver, args=(post, parcel)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert channel.sent == [("+85500000001", "we are here")] and state(post, parcel) == "sent"


def test_what_was_surely_not_sent_is_tried_again_when_due(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, clock, parcel = desk
    channel.errors = [TryLater("429", retry_after=30)]
    assert not deliver(post, parcel) and state(post, parcel) == "queued"
    clock.now += 29_000
    assert not deliver(post, parcel)
    clock.now += 1_000
    assert deliver(post, parcel) and len(channel.sent) == 1


def test_what_will_never_be_taken_fails_and_the_case_says_so(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, _, parcel = desk
    channel.errors = [RefusedForGood("Twilio error 21610")]
    deliver(post, parcel)
    assert state(post, parcel) == "failed" and channel.sent == []


def test_what_may_be_sent_is_looked_up_and_not_repeated(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, clock, parcel = desk
    channel.errors, channel.known = [MayBeSent("timeout")], ("SM9",)
    deliver(post, parcel)
    assert state(post, parcel) == "unknown"
    clock.now += LOOK_UP_AFTER_MS
    reconcile(post, parcel)
    assert state(post, parcel) == "sent" and channel.sent == []


def test_what_never_reached_the_provider_is_sent_after_the_look_up(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, clock, parcel = desk
    channel.errors = [MayBeSent("timeout")]
    deliver(post, parcel)
    clock.now += LOOK_UP_AFTER_MS
    reconcile(post, parcel)
    assert deliver(post, parcel) and len(channel.sent) == 1


def test_a_parcel_whose_sender_died_is_unknown_and_not_lost(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, channel, clock, parcel = desk
    with post.database.writing() as tx:
        assert parcels.lease(tx, parcel, NOW) is not None
    clock.now += 31_000
    with post.database.writing() as tx:
        assert parcels.orphans(tx, clock.now) == 1
    clock.now += LOOK_UP_AFTER_MS
    reconcile(post, parcel)
    assert deliver(post, parcel) and len(channel.sent) == 1


def test_a_channel_that_is_off_keeps_the_parcel(desk: tuple[Post, FakeChannel, Clock, int]) -> None:
    post, _, _, parcel = desk
    off = Post(post.database, post.opener, {}, post.clock)
    deliver(off, parcel)
    assert state(post, parcel) == "queued"
