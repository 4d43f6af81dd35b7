"""The clock process: what is due by time. It reads no message and holds no opening key."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery import Post, deliver
from bot.wiring import channels
from config.alerts import AlertPlan, read_alerts
from config.clock import SteadyClock, now_ms
from config.desks import Routing, read_routing
from config.live import Live
from config.logs import set_up
from config.retention import Days, read_retention
from config.settings import Settings
from config.triage_rules import read_fact_rules
from triage import (
    alarms,
    attempts,
    case_keys,
    erasures,
    escalation,
    heads,
    heartbeats,
    inbox,
    jumps,
    outbox,
    pulses,
    retention,
    sessions,
    signins,
    silence,
    spending,
    talks,
)
from triage.db import Database, open_database, retried
from triage.judge import Judge
from triage.key_files import KeyFiles, KeysMissing
from triage.leader import Leader
from triage.queues import Doorbell, connect
from triage.redis_server import redis_url
from triage.urgency import Urgency

log = logging.getLogger("hotline.clock")
T = TypeVar("T")
Step = Callable[[Connection, Routing, AlertPlan, int, int], tuple[int, ...]]
HOUR = 3_600_000
ANSWERS_FORGOTTEN_AFTER = 24 * HOUR
ATTEMPTS_FORGOTTEN_AFTER = 24 * HOUR
RING_AGAIN_MS = 2_000
DAY_TICKS = 86_400
HISTORY_TICKS = 60
SET_RIGHT_TICKS = 15
# What a worker has not sent by then, the clock sends itself: it needs no opening key for it.
ALARM_UNHEARD_MS = 3_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What the clock goes by."""

    routing: Routing
    urgency: Urgency
    days: Days = Days()


def run(settings: Settings) -> None:
    """Ticks each second until SIGTERM or SIGINT. Of several clocks one is active; the others wait for its place."""
    set_up()
    database, bell, stop = open_database(settings), Doorbell(connect(redis_url(settings))), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticks, leader = 0, Leader(database, settings.home)
    steady = SteadyClock()

    def build(folder: Path) -> Post:
        alerts = read_alerts(folder, settings.duty)
        # By the time that never runs back: an alarm that it queued is due for it, whatever the wall clock says since.
        return Post(database, None, channels(replace(settings, config=folder)), steady, alerts=alerts)

    def plan(folder: Path) -> Plan:
        rules = read_fact_rules(folder)
        return Plan(read_routing(folder), Urgency(rules, Judge(rules)), read_retention(folder))

    plans, posts = Live(settings, plan).watch(), Live(settings, build).watch()
    while not stop.wait(1.0):
        try:
            if not leader.leads():
                continue
            post = posts.now
            listen(database, plans.now, steady())
            escalate(database, bell, plans.now.routing, post.alerts, steady())
            ring_again(database, bell, now_ms())
            send_alarms(post, steady())
            if ticks % 5 == 0:
                with database.writing() as tx:
                    case_keys.cool(tx, now_ms())
                    heartbeats.beat(tx, "clock", socket.gethostname(), now_ms())
            if ticks % SET_RIGHT_TICKS == 0:
                set_right(database, plans.now.routing, steady(), now_ms())
            if ticks % HISTORY_TICKS == 0:
                note_histories(settings, database, plans.now.days, now_ms())
                erasures.write(database, settings.home)
            if ticks % 600 == 0:
                tidy(database, now_ms())
            if ticks % DAY_TICKS == 0:
                retention.run(database, now_ms(), plans.now.days)
        except (SQLAlchemyError, OSError) as error:
            log.error("tick: %(error)s", {"error": type(error).__name__})
        ticks += 1


def listen(database: Database, plan: Plan, now: int) -> int:
    """Raises what a silence makes more urgent; how many cases."""
    with database.reading() as tx:
        due = pulses.due(tx, now)
    heard = (_alone(database, partial(_listen, plan, case_id, now)) for case_id in due)
    return sum(bool(raised) for raised in heard)


def _listen(plan: Plan, case_id: int, now: int, tx: Connection) -> bool:
    return silence.listen(tx, plan.routing, plan.urgency, case_id, now)


def _alone(database: Database, step: Callable[[Connection], T]) -> T | None:
    """One case's step in a transaction of its own, again where it was the victim of a deadlock; a bad one holds up no other."""

    def work() -> T:
        with database.writing() as tx:
            return step(tx)

    try:
        return retried(work)
    except Exception as error:
        log.error("a step of the clock: %(error)s", {"error": type(error).__name__})
        return None


def note_histories(settings: Settings, database: Database, days: Days, now: int) -> heads.Anchor | None:
    """Notes where every history ends, and anchors it; the clock's own key is read for it alone."""
    try:
        key = KeyFiles(settings.home).read("history.key")[0]
    except KeysMissing as error:
        log.error("histories are not anchored: %(error)s", {"error": type(error).__name__})
        return None
    with database.writing() as tx:
        return heads.note(tx, key, now, days.history * retention.DAY_MS)


def escalate(database: Database, bell: Doorbell, routing: Routing, alerts: AlertPlan, now: int) -> int:
    """Does what is due for cases that nobody took in hand; how many steps. One transaction a case: a bad one holds up no other."""
    with database.reading() as tx:
        shut, due = escalation.asleep(tx, routing, now), escalation.waiting(tx, now)
        stale = escalation.has_unread(tx, routing, now)
    rung: list[int] = []
    for step, found in ((escalation.pass_to_duty, shut), (escalation.advance, due)):
        for case_id in found:
            rung += _alone(database, partial(_advance, step, routing, alerts, case_id, now)) or ()
    if stale:
        rung += _alone(database, lambda tx: escalation.unread(tx, routing, alerts, now)) or ()
    for parcel in rung:
        bell.ring("deliver", parcel)
    return len(shut) + len(due)


def _advance(step: Step, routing: Routing, alerts: AlertPlan, case_id: int, now: int, tx: Connection) -> tuple[int, ...]:
    return step(tx, routing, alerts, case_id, now)


def set_right(database: Database, routing: Routing, now: int, wall: int) -> int:
    """Mends what was stored by a clock that ran ahead and was set right since; how many rows. `wall`: the time of those who send."""
    with database.reading() as tx:
        waits, stuck = escalation.ahead(tx, routing, now), jumps.any_ahead(tx, wall)
    moved = sum(bool(_alone(database, partial(_pull_back, routing, case_id, now))) for case_id in waits)
    if stuck:
        with database.writing() as tx:
            moved += jumps.pull_back(tx, wall)
    return moved


def _pull_back(routing: Routing, case_id: int, now: int, tx: Connection) -> bool:
    return escalation.pull_back(tx, routing, case_id, now)


def send_alarms(post: Post, now: int) -> int:
    """Sends alarms that no worker took; how many went out."""
    with post.database.reading() as tx:
        late = alarms.overdue(tx, now - ALARM_UNHEARD_MS)
    return sum(deliver(post, parcel) for parcel in late)


def ring_again(database: Database, bell: Doorbell, now: int) -> int:
    """Rings for every row that nobody heard, and marks parcels whose sender died; how many were rung."""
    with database.reading() as tx:
        triage, parcels = inbox.waiting(tx, now - RING_AGAIN_MS), outbox.waiting(tx, now - RING_AGAIN_MS)
        lost = outbox.has_orphans(tx, now)
    if lost:
        with database.writing() as tx:
            outbox.orphans(tx, now)
            alarms.revive(tx, now)
    rung = [bell.ring("triage", row) for row in triage] + [bell.ring("deliver", row) for row in parcels]
    return sum(rung)


def tidy(database: Database, now: int) -> None:
    """Forgets what is only kept for a time."""
    with database.writing() as tx:
        inbox.purge_answers(tx, now - ANSWERS_FORGOTTEN_AFTER)
        talks.forget_states(tx, now - talks.STATE_MS)
        attempts.purge(tx, now - ATTEMPTS_FORGOTTEN_AFTER)
        sessions.purge(tx, now)
        signins.purge(tx, now)
        spending.forget(tx, datetime.fromtimestamp(now / 1000 - 2 * 86_400, UTC).date().isoformat())
        heartbeats.purge(tx, now)
        escalation.adopt(tx, now)
