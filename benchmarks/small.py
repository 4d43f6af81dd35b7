"""Goals that need no server: the flow engine, triage, memory and imports, the weight of pages, nothing lost under kills."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.client import fire
from benchmarks.goals import Goal, at_least, at_most
from benchmarks.houses import HOTLINE, ROOT, house, redis, running
from benchmarks.senders import numbers, sms
from bot.flows.build import build
from bot.flows.definition import Book
from bot.flows.engine import advance, begin, start
from bot.flows.state import State
from bot.flows.turns import Text
from bot.regions import regions
from config.flow_files import read_flows
from config.gazetteer import read_places, read_roles
from config.texts import read_texts
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.places import Gazetteer

CONFIG = ROOT / "config"
STEPS = 20_000
# After so many messages of so many people a process has met everything that it keeps.
FOREIGN = re.compile(rb'(?:src|srcset|action|data)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//|url\((?:https?:)?//')
MESSAGES, WRITERS = 10_000, 500


def _gazetteer() -> Gazetteer:
    return Gazetteer(read_places(CONFIG / "places"), read_roles(CONFIG / "places"))


def flow(rounds: int) -> Iterator[Goal]:
    """Steps of the engine, state read from text and written to text each time; beside it the barest machine that does that."""
    raw, texts = read_flows(CONFIG), read_texts(CONFIG / "texts")
    book = build(raw, texts.translate, regions(_gazetteer(), raw["blocks"]["languages"]))
    plain = sorted(_plain() for _ in range(rounds))[rounds // 2]
    print(f"limit  a dict of steps with JSON in and out: {plain:.0f}/s", file=sys.stderr)
    yield at_least("flow: steps a second on a core, state in and out", [_steps(book) for _ in range(rounds)], 60_000)


def _steps(book: Book) -> float:
    first = begin(book, start("km"), "help_self").state.dumps()
    answers = [Text(word) for word in ("1", "2", "1")]
    began, text = time.perf_counter(), first
    for at in range(STEPS):
        state = advance(book, State.loads(text), answers[at % 3]).state
        text = state.dumps() if state.talking else first
    return STEPS / (time.perf_counter() - began)


def _plain() -> float:
    table = {str(at): str((at + 1) % 9) for at in range(9)}
    began, text = time.perf_counter(), json.dumps({"step": "0", "answers": {}})
    for _ in range(STEPS):
        state = json.loads(text)
        state["answers"][state["step"]] = "1"
        state["step"] = table[state["step"]]
        text = json.dumps(state)
    return STEPS / (time.perf_counter() - began)


def triage(rounds: int) -> Iterator[Goal]:
    """Language, place, urgency, kind of each labelled message, as they come."""
    from benchmarks.labelled import read
    from benchmarks.triage import times

    folder = ROOT / "tests" / "unit" / "triage" / "messages"
    rows, desk = read([folder]), Triage(read_triage_rules(CONFIG), _gazetteer())
    desk.assess(rows[0]["text"])
    found = [times(desk, rows) for _ in range(rounds)]
    yield at_most("triage: one message, p50, ms", [middle for middle, _ in found], 1.0)
    names = len({name for place in read_places(CONFIG / "places") for name in place.names})
    yield at_least("triage: names in the gazetteer", [float(names)], 3_000)


def memory(rounds: int) -> Iterator[Goal]:
    """Resident memory of a process after 10,000 messages; RSS counts what processes share in each of them."""
    with house() as found, redis(found), running(found, str(HOTLINE), "worker") as worker:
        with running(found, str(HOTLINE), "web", port=found.port) as web:
            fire(found.port, sms(found.port, numbers(WRITERS), MESSAGES), 16)
            children = [resident(pid) for pid in _children(web.pid)]
            yield at_most("memory: web worker after 10,000 messages, RSS, MiB", [rss for rss, _ in children], 70)
            yield at_most("memory: web worker after 10,000 messages, its share (PSS), MiB", [pss for _, pss in children], 70)
            yield at_most("memory: job worker after 10,000 messages, RSS, MiB", [resident(worker.pid)[0]], 150)
    spans = [_imported()[0] for _ in range(rounds)]
    yield at_most("memory: import of the public process, ms", spans, 350)
    heavy = [name for name in ("langdetect", "telegram", "twilio.rest") if name in _imported()[1]]
    yield at_most("memory: of langdetect, telegram, twilio.rest loaded before needed", [float(len(heavy))], 0)


def resident(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process, MiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return tuple(int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[index, return-value]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _imported() -> tuple[float, list[str]]:
    code = "import time; b = time.perf_counter(); import bot.app, sys; print(time.perf_counter() - b, *sys.modules)"
    spent, *names = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return float(spent) * 1000, names


def page(rounds: int) -> Iterator[Goal]:
    """What a visitor's browser loads, page by page, in the heaviest language; and whether anybody else is asked for anything."""
    from bot.app import create_app
    from bot.chat import throwaway
    from config import settings as settings_module

    weights, strangers = [], 0
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(CONFIG)})) as parts:
        client = create_app(parts).test_client()
        for path, lang in itertools.product(("/", "/report", "/return"), parts.parts.book.languages):
            html = client.get(path, query_string={"lang": lang}).get_data()
            wanted = set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', html))
            weights.append((len(html) + sum(len(client.get(name.decode()).get_data()) for name in wanted)) / 1024)
            strangers += len(FOREIGN.findall(html))
    yield at_most("page: heaviest public page with all it loads, KiB", [max(weights)], 30)
    yield at_most("page: requests to any other host", [float(strangers)], 0)


def crash(rounds: int) -> Iterator[Goal]:
    """Twenty faults a round at random points while people write, on both databases; `make torture` does more."""
    for database in ("sqlite", "postgres"):
        lost, doubled = [], []
        for _ in range(rounds):
            found = _torture(database)
            lost.append(float(found["lost"] + found["split"] + found["disordered"] + len(found["faults"])))
            doubled.append(float(found["doubled"]))
        yield at_most(f"crash: lost, split or out of order, {database}", [sum(lost)], 0)
        yield at_most(f"crash: doubled, {database}", [sum(doubled)], 0)


def _torture(database: str) -> dict[str, list[str] | int]:
    with tempfile.TemporaryDirectory(prefix="hl-bc") as folder:
        report = Path(folder) / "report.jsonl"
        off = [word for name in ("fuzz", "storm", "claims", "replies", "delay", "hosts") for word in (f"--{name}", "0")]
        command = [sys.executable, "-m", "tests.torture", "--kills", "20", *off, "--on", database, "--report", str(report)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not report.exists():
            raise RuntimeError(done.stdout[-2000:])
        line = json.loads(report.read_text(encoding="utf-8"))
    print(f"seed   {line['seed']} on {database}: {line['kills']} faults, {line['verdict']['accepted']} accepted", file=sys.stderr)
    return dict(line["verdict"])
