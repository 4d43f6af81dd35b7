"""`hotline check`: every fault of the config as `file:line:column: what is wrong, and the mend`, and nothing else."""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.checking import sms
from bot.checking.fault import Fault
from bot.checking.outline import mapping, origins, outlines
from bot.checking.sources import SMS, read_sources
from bot.checking.whole import Report, check_folder
from config import settings as settings_module
from config.clock import now_ms
from config.settings import SettingsError


@click.command(help="Reads everything in HOTLINE_CONFIG; prints each fault as file:line:column: what is wrong, and the mend.")
@click.option("--production", is_flag=True, help="Drafts, numbers that nobody called and empty contacts are faults as well.")
@click.option("--warnings", is_flag=True, help="Print what is good enough for a demo only; it is no fault.")
@click.option("--costs", is_flag=True, help="Print what each text costs as an SMS, by language.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines: file, line, column, text, grade (error, gap or draft).")
def check(production: bool, warnings: bool, costs: bool, as_json: bool) -> None:
    """Exit 1 where there is a fault."""
    try:
        folder = settings_module.read().config
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    gc.disable()  # a million small values that all stay until the end: looking for rubbish among them takes a fifth of the time
    try:
        report = check_folder(folder, datetime.fromtimestamp(now_ms() / 1000, UTC).date())
    finally:
        gc.enable()
    faults = report.of("error", "gap", "draft") if production else report.of("error", "gap")
    if costs:
        _costs(folder)
    for fault in report.faults if warnings else faults:
        click.echo(as_line(folder, fault, as_json))
    if faults:
        sys.exit(1)
    if not as_json:
        click.echo(summary(folder, report))


def as_line(folder: Path, fault: Fault, as_json: bool = False) -> str:
    """One fault as it is printed, its file as the one who reads it can open it."""
    if as_json:
        return json.dumps(fault._asdict() | {"file": shown(folder, fault.file)}, ensure_ascii=False)
    return f"{shown(folder, fault.file)}:{fault.line}:{fault.column}: {fault.text}"


def shown(folder: Path, file: str) -> str:
    """A file's path from here, where it lies below; else in full."""
    whole = folder / file
    here = Path.cwd()
    return os.path.relpath(whole, here) if whole.is_relative_to(here) else str(whole)


def summary(folder: Path, report: Report) -> str:
    """The one line of a config without a fault."""
    waiting = len(report.of("draft"))
    told = f"; {waiting} drafts wait for a native reader or a call (--production lists them)" if waiting else ""
    return f"no fault in {shown(folder, '.')}{told}"


def _costs(folder: Path) -> None:
    sources = read_sources(folder)
    book = outlines(sources)
    prices = mapping(sources.data(SMS).get("prices"))
    click.echo(f"{prices.get('note', 'prices are not known')}  Prices in {prices.get('currency', '?')} a message.")
    click.echo(f"{'text':<34} {'lang':<4} {'characters':>10} {'alphabet':<8} {'segments':>8} {'price':>7}")
    for cost in sms.costs(sources, book, origins(sources, book)):
        price = "" if cost.price is None else f"{cost.price:.2f}"
        alphabet = "GSM-7" if cost.gsm7 else "UCS-2"
        click.echo(f"{cost.where:<34} {cost.lang:<4} {cost.characters:>10} {alphabet:<8} {cost.segments:>8} {price:>7}")
