"""`hotline export`: the figures that may leave the house, for a spreadsheet, a program, or by two standards of the field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from config import settings as settings_module
from config.clock import now_ms
from config.settings import SettingsError
from triage import statistics
from triage.db import open_database
from triage.statistics import Cell

COLUMNS = ("table", "week", "country", "subdivision", "kind", "urgency", "age", "status", "count")
# HXL 1.1 hashtags: https://hxlstandard.org/standard/1-1final/
TAGS = (
    "#meta+table",
    "#date+reported+start",
    "#country+code",
    "#adm1+code",
    "#event+code",
    "#severity+code",
    "#x_age",
    "#status",
    "#affected+num",
)
# HTCDS 2.0 (IOM, CC BY 4.0) knows a person as a possible victim until a competent body decides; its counts are ours.
POSSIBLE = ("help_self", "help_other", "missing")


def _csv(cells: tuple[Cell, ...], tags: bool = False) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    if tags:
        writer.writerow(TAGS)
    for cell in cells:
        row = {"table": cell.table, "count": cell.count, **cell.by}
        writer.writerow([_harmless(row.get(name, "")) for name in COLUMNS])
    return out.getvalue()


def _harmless(value: object) -> object:
    """A spreadsheet must not take it for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _json(cells: tuple[Cell, ...]) -> str:
    return json.dumps({"k": statistics.K, "cells": [{"table": c.table, **c.by, "count": c.count} for c in cells]}, indent=1) + "\n"


def _htcds(cells: tuple[Cell, ...]) -> str:
    rows = [_htcds_row(cell.by, cell.count) for cell in cells if cell.table == "status"]
    return json.dumps({"standard": "HTCDS 2.0", "x_k": statistics.K, "cases": rows}, indent=1) + "\n"


def _htcds_row(by: Mapping[str, str], count: int) -> dict[str, Any]:
    row: dict[str, Any] = {"cas_Status": "Closed" if by["status"] == "closed" else "Active"}
    if by["kind"] in POSSIBLE:
        row["vic_TraffickingStatus"] = "PossibleVictimOfTrafficking"
    return row | {"x_LocationCountry": by["country"] or None, "x_Week": by["week"], "x_Kind": by["kind"], "x_Count": count}


FORMATS: Mapping[str, Callable[[tuple[Cell, ...]], str]] = {
    "csv": _csv,
    "json": _json,
    "htcds": _htcds,
    "hxl": lambda cells: _csv(cells, tags=True),
}


@click.command(help=f"Statistics that show nobody: multiples of {statistics.K}, whole weeks, {statistics.DELAY_DAYS} days late.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
def export(form: str) -> None:
    """Prints them."""
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    with open_database(settings).reading() as tx:
        cells = statistics.cells(tx, now_ms())
    click.echo(FORMATS[form](cells), nl=False)
