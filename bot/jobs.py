"""What a ring starts. Each job takes one id, looks at the row, and does nothing where the work is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.delivery import Post, deliver, reconcile
from bot.purse import Purse
from bot.wiring import Bench, Workshop, now_ms
from triage import inbox, outbox
from triage.work import triage_message

log = logging.getLogger("hotline.jobs")
Handler = Callable[[int], object]


def handlers(shop: Workshop) -> Mapping[str, Handler]:
    """The function behind each name that may be rung."""
    made: list[tuple[Bench, Post]] = []

    def post() -> Post:
        # One for each config that is live: what it sends by is made from it.
        bench = shop.live.now
        if not made or made[0][0] is not bench:
            made[:] = [(bench, _post(shop, bench))]
        return made[0][1]

    return {
        "triage": _quiet("triage", lambda row_id: triage_message(shop.desk, row_id, now_ms())),
        "deliver": _quiet("deliver", lambda row_id: deliver(post(), row_id)),
        "reconcile": _quiet("reconcile", lambda row_id: reconcile(post(), row_id)),
    }


def _post(shop: Workshop, bench: Bench) -> Post:
    purse = Purse(bench.parts.channels.caps)
    return Post(shop.database, shop.keys.opening(), bench.channels, now_ms, purse, bench.parts.texts, bench.alerts)


def _quiet(name: str, job: Handler) -> Handler:
    """A job whose failure is an id and a class in the log: a traceback may quote a person. Its row's lease brings it back."""

    def run(row_id: int) -> object:
        try:
            return job(row_id)
        except Exception as error:
            log.error("%(job)s %(row)d: %(error)s", {"job": name, "row": row_id, "error": type(error).__name__})
            return None

    return run


def sweep(shop: Workshop, jobs: Mapping[str, Handler], older_than_ms: int) -> int:
    """Works off what was rung and not heard: rows that have waited for `older_than_ms`; how many."""
    now = now_ms()
    with shop.database.reading() as tx:
        due = {
            "triage": inbox.waiting(tx, now - older_than_ms),
            "deliver": outbox.waiting(tx, now - older_than_ms),
            "reconcile": outbox.unknowns(tx),
        }
    for name, rows in due.items():
        for row_id in rows:
            jobs[name](row_id)
    return sum(len(rows) for rows in due.values())
