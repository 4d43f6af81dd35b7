"""The doorbell: the only file that knows RQ and Redis. A ring carries a name and an id; the database is the truth."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

# What may be rung, and the queue in which it waits. Earlier queues are emptied first.
RINGS: Mapping[str, str] = {"triage": "triage", "deliver": "deliver", "reconcile": "slow"}
QUEUES: tuple[str, ...] = ("triage", "deliver", "slow")
PAUSE_SECONDS = 1.0

Handler = Callable[[int], object]
log = logging.getLogger("hotline.queues")


def connect(url: str) -> Redis:
    """A client that gives up quickly: nothing may wait for Redis."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.3, health_check_interval=15)


class Doorbell:
    """Rings the workers. A Redis that is away costs one short try a second and loses nothing."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}
        self._silent_until = 0.0

    def ring(self, name: str, row_id: int) -> bool:
        """Asks a worker to look at a row; False where nobody could be asked (the sweeper will)."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            self._queues[RINGS[name]].enqueue_call(name, (row_id,), result_ttl=0, failure_ttl=600, timeout=60, description=name)
        except (RedisError, OSError) as error:
            log.warning("doorbell out of order: %(error)s", {"error": type(error).__name__})
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            return False
        return True

    def answers(self) -> bool:
        """True where Redis is there."""
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False


def server_state(url: str) -> tuple[str, int]:
    """The server's version and its clock in UTC milliseconds. Raises OSError where it is away."""
    try:
        client = connect(url)
        seconds, micros = client.time()
        return str(client.info("server")["redis_version"]), int(seconds) * 1000 + int(micros) // 1000
    except RedisError as error:
        raise OSError(type(error).__name__) from error


def make_worker(url: str, handlers: Mapping[str, Handler], name: str) -> SimpleWorker:
    """An RQ worker that runs these handlers and nothing else: a job's name is looked up, never imported."""

    class AllowedJob(Job):
        """A job whose function is one of ours."""

        @property
        def func(self) -> Any:
            return handlers[str(self.func_name)]

    redis = Redis.from_url(url, socket_connect_timeout=2, health_check_interval=15)
    queues = [Queue(queue, connection=redis, serializer=JSONSerializer, job_class=AllowedJob) for queue in QUEUES]
    return SimpleWorker(
        queues,
        name=name,
        connection=redis,
        serializer=JSONSerializer,
        job_class=AllowedJob,
        log_job_description=False,
        disable_default_exception_handler=True,
    )
