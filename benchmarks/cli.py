"""`hotline bench`: each goal with its median, least and most, and the machine's own limits from the same run."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator

import click

from benchmarks.goals import Goal

SUITES = {
    "inbound": "benchmarks.inbound:suite",
    "triage": "benchmarks.small:triage",
    "flow": "benchmarks.small:flow",
    "dashboard": "benchmarks.desk:suite",
    "memory": "benchmarks.small:memory",
    "page": "benchmarks.small:page",
    "crash": "benchmarks.small:crash",
}
VERDICTS = {True: "met", False: "MISSED", None: "no verdict"}


@click.command(help="The benchmarks; trust ratios of one run. Exit 1 where a goal is missed. Limits of the machine go to stderr.")
@click.argument("what", type=click.Choice(["all", *SUITES]), default="all")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines: goal, value, aim, met, min, max, rounds.")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="How often each is measured.")
def bench(what: str, as_json: bool, rounds: int) -> None:
    """Measures and judges."""
    from benchmarks.limits import limits

    for name, rate in limits():
        click.echo(f"limit  {name}: {rate:,.0f}/s", err=True)
    missed = 0
    for goal in _measured(list(SUITES) if what == "all" else [what], rounds):
        missed += goal.met is False
        click.echo(json.dumps(goal.line(), ensure_ascii=False) if as_json else shown(goal))
    sys.exit(1 if missed else 0)


def _measured(names: list[str], rounds: int) -> Iterator[Goal]:
    from benchmarks.houses import forget

    try:
        for name in names:
            module, function = SUITES[name].split(":")
            yield from getattr(importlib.import_module(module), function)(rounds)
    finally:
        forget()


def shown(goal: Goal) -> str:
    """One line for people."""
    return f"{VERDICTS[goal.met]:<10} {goal.goal}: {goal.value:g} (aim {goal.aim}; {goal.min:g} to {goal.max:g} over {goal.rounds})"
