"""`hotline triage learn`: trains the small model again, and puts it in place only where cross-validation says that it helps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from benchmarks.labelled import read

LEAST_PRECISION = 0.85


def faults(told: dict[str, Any]) -> list[str]:
    """Why these cross-validated scores earn the model no place; none where they do."""
    found = []
    rules, both = told["forgotten_rules"], told["forgotten_both"]
    if both["urgency_f1"] <= rules["urgency_f1"]:
        found.append(f"urgency F1 {both['urgency_f1']:.2f} is not above the rules' {rules['urgency_f1']:.2f}")
    if both["emergency_recall"] < rules["emergency_recall"]:
        found.append(f"it finds fewer emergencies than the rules ({both['emergency_recall']:.0%}, {rules['emergency_recall']:.0%})")
    precision = min(told[part]["emergency_precision"] for part in ("first_both", "whole_both") if part in told)
    if precision < LEAST_PRECISION:
        found.append(f"precision of emergencies is {precision:.0%}, {LEAST_PRECISION:.0%} is asked for")
    if both["kind"] < rules["kind"]:
        found.append(f"kinds are right in {both['kind']:.0%}, by the rules alone in {rules['kind']:.0%}")
    return found


@click.command(help="Trains the model beside the rules from labelled messages and `hotline triage corrections`; JSON Lines or folders.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--config", type=click.Path(exists=True, path_type=Path), default=Path("config"), show_default=True)
@click.option("--write", type=click.Path(path_type=Path), help="Where the model goes, where it earns its place: config/model/triage.json.")
def learn(paths: tuple[Path, ...], config: Path, write: Path | None) -> None:
    """Prints the scores with seed and folds; exit 1, and nothing written, where the model earns no place."""
    rows = [row for row in read(paths) if row.get("urgency") and row.get("kind")]
    if not rows:
        raise click.ClickException("no labelled message: each line needs `id`, `urgency`, `kind`, and `text` or `features`")
    try:
        from benchmarks import learn as training  # needs scikit-learn, which nothing else does
    except ImportError as error:
        raise click.ClickException("this needs the training libraries: .venv/bin/pip install -e '.[learn]'") from error
    table, thresholds, told = training.trained(rows, config)
    click.echo(json.dumps(told | {"thresholds": thresholds}, indent=1))
    why = faults(told)
    if why:
        raise click.ClickException("the model earns no place and is not written: " + "; ".join(why))
    if write:
        training.write(write, table, thresholds, told)
        click.echo(f"written: {write}")
