"""The full figures: `make torture`. Each run prints its seed; `--seed` plays the same draws again."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import click

from tests.torture.campaign import campaign

DATABASES = ("sqlite", "postgres")


@click.command(help=__doc__)
@click.option("--kills", default=200, show_default=True, help="Faults in each run.")
@click.option("--seed", type=int, help="Plays an earlier run's draws again.")
@click.option("--on", "databases", type=click.Choice(DATABASES), multiple=True, help="One database; else both.")
@click.option("--only", multiple=True, help="Faults by name, such as F1 or 'F4 everything'.")
@click.option("--report", type=click.Path(path_type=Path), help="Appends each run's figures as JSON Lines.")
def main(kills: int, seed: int | None, databases: tuple[str, ...], only: tuple[str, ...], report: Path | None) -> None:
    """Runs campaigns; exit 1 where a promise was broken."""
    kept = True
    for database in databases or DATABASES:
        line = campaign(database, secrets.randbelow(10**6) if seed is None else seed, kills, only).line()
        text = json.dumps(line, ensure_ascii=False)
        print(text, flush=True)
        if report is not None:
            with report.open("a", encoding="utf-8") as out:
                out.write(text + "\n")
        kept = kept and line["kept"]
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
