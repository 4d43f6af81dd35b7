"""The worker process: an RQ worker at the door, and a sweeper beside it that needs no Redis."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot import rounds
from bot.jobs import handlers, sweep
from bot.wiring import now_ms, workshop
from config.logs import set_up
from config.settings import Settings
from triage import heartbeats
from triage.queues import make_worker
from triage.redis_server import redis_url

log = logging.getLogger("hotline.worker")
SWEEP_SECONDS = 0.5
# What was rung is heard within milliseconds; what waits longer was not heard.
UNHEARD_MS = 700


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    set_up()
    shop = workshop(settings, watch=True)
    jobs = handlers(shop)
    stop = threading.Event()

    def sweeping() -> None:
        last = 0
        while not stop.wait(SWEEP_SECONDS):
            try:
                sweep(shop, jobs, UNHEARD_MS)
                if now_ms() - last > heartbeats.EVERY_MS:
                    last = now_ms()
                    with shop.database.writing() as tx:
                        heartbeats.beat(tx, "worker", socket.gethostname(), last)
            except (SQLAlchemyError, OSError) as error:
                log.error("sweep: %(error)s", {"error": type(error).__name__})

    thread = threading.Thread(target=sweeping, name="sweeper", daemon=True)
    thread.start()
    rounds_thread = threading.Thread(target=rounds.run, args=(settings, shop, stop), name="rounds", daemon=True)
    rounds_thread.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        name = f"{socket.gethostname()}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            worker = make_worker(redis_url(settings), jobs, name)
            worker.work(logging_level="WARNING")
            break  # RQ's own handlers took the signal
        except (RedisError, OSError) as error:
            log.warning("Redis is away (%(error)s): the sweeper works alone", {"error": type(error).__name__})
            stop.wait(1.0)
    stop.set()
    thread.join(timeout=5)
    rounds_thread.join(timeout=5)
