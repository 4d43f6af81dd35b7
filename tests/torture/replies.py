"""Replies leave while the processes that send them are killed and the provider misbehaves: each arrives once, and none stays unknown."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from typing import Any

import requests
from sqlalchemy import func, select

from tests.fixtures.hotline import Hotline
from tests.fixtures.standin_twilio import refusal
from tests.torture import faults
from tests.torture.checker import opened, settle
from triage.tables import outbox

# Of a provider: refused for a moment, broken before and after it took the message.
MISBEHAVES = (refusal(429, 20429), refusal(500, 20500), "reset", "drop")
TIMEOUT = ("hang",)  # taken, and ten seconds without an answer: full runs alone have the time
KILLS = (faults.worker, faults.redis, faults.flush, faults.worker, faults.database)
NUMBER = "+8551200{:05d}"


def run(hotline: Hotline, seed: int, count: int, kills: int) -> dict[str, Any]:
    """`count` replies and `kills` faults; what was sent how often, and in which states the replies ended."""
    rng = random.Random(seed)
    people = {NUMBER.format(at): f"they keep my passport in Phnom Penh, sample {at}" for at in range(count)}
    for number, text in people.items():
        assert hotline.sms(text, sender=number).status_code == 200
    refs = {case["texts"][0]: case["ref"] for case in hotline.cases()}
    session, stop = hotline.login("kh"), threading.Event()
    misbehaves = (*MISBEHAVES, *TIMEOUT) if count >= 50 else MISBEHAVES
    hotline.twilio.faults += [rng.choice(misbehaves) for _ in range(count // 2)]
    killer = threading.Thread(target=_kill, args=(hotline, rng, kills, stop))
    killer.start()
    try:
        for number, text in people.items():
            _say(hotline, session, refs[text], f"We are here, {number}.")
            time.sleep(rng.random() * 0.4)
        killer.join()
    finally:
        stop.set()
    return _found(hotline, list(people), seed, kills)


def _say(hotline: Hotline, session: requests.Session, ref: str, text: str) -> None:
    """Presses *Reply* once the page is there; what the desk took is not said again, whatever the page after it shows."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        page = session.get(f"{hotline.desk}/cases/{ref}", timeout=30)
        found = re.search(r'name="csrf" value="([^"]+)"', page.text) if page.ok else None
        if found:
            form = {"csrf": found.group(1), "text": text}
            answer = session.post(f"{hotline.desk}/cases/{ref}/reply", data=form, timeout=30, allow_redirects=False)
            if answer.status_code == 303:
                return
            assert answer.status_code == 503, answer.status_code
        time.sleep(0.3)
    raise AssertionError(f"the desk took no reply for {ref}")


def _kill(hotline: Hotline, rng: random.Random, kills: int, stop: threading.Event) -> None:
    for _ in range(kills):
        if stop.wait(rng.random()):
            return
        rng.choice(KILLS)(hotline, rng)


def _found(hotline: Hotline, people: list[str], seed: int, kills: int) -> dict[str, Any]:
    database = opened(hotline)
    settled = settle(database, 180)
    with database.reading() as tx:
        query = select(outbox.c.state, func.count()).where(outbox.c.kind == "reply").group_by(outbox.c.state)
        states = {state: count for state, count in tx.execute(query)}
    database.engine.dispose()
    times = Counter(len([body for body in hotline.twilio.to(number) if "We are here" in body]) for number in people)
    kept = times == {1: len(people)} and states == {"sent": len(people)}
    line = {"seed": seed, "replies": len(people), "kills": kills, "left": dict(times), "states": states}
    return line | {"settled_in": round(settled, 1), "kept": kept}
