"""What triage is worth on labelled messages, by language, and how long it takes.

    python -m benchmarks.triage [tests/unit/triage/messages …] [--json]

A message labelled `seen: learnt` was at hand when the word lists were written; `seen: first` was tried before anybody learnt from
it (the first tries are told in docs/triage.md; a later run flatters these too). Time is of one core, each message several times.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.labelled import Guess, Row, measures, read
from config.gazetteer import read_places, read_roles
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.places import Gazetteer

SHOWN = ("lang", "country", "invented", "subdivision", "emergency_recall", "emergency_precision", "urgency_f1", "kind")
TITLES = ("language", "country", "invented", "subdivision", "emergency recall", "precision", "urgency F1", "kind")
ROUNDS = 3


def guesses(triage: Triage, rows: list[Row]) -> list[Guess]:
    """Each message with what triage makes of it."""
    out = []
    for row in rows:
        seen = triage.assess(row["text"])
        found = {"lang": seen.lang, "country": seen.country, "subdivision": seen.subdivision, "urgency": seen.urgency, "kind": seen.kind}
        out.append(Guess(row, found))
    return out


def times(triage: Triage, rows: list[Row]) -> tuple[float, float]:
    """Median and 99th percentile of one message, in milliseconds."""
    spans = []
    for _ in range(ROUNDS):
        for row in rows:
            start = perf_counter()
            triage.assess(row["text"])
            spans.append((perf_counter() - start) * 1000)
    spans.sort()
    return spans[len(spans) // 2], spans[int(len(spans) * 0.99)]


def table(told: dict[str, dict[str, float | None]]) -> str:
    """The measures as a Markdown table, percentages but for F1."""
    lines = ["| | n | " + " | ".join(TITLES) + " |", "| --- " * (len(TITLES) + 2) + "|"]
    for name, values in told.items():
        cells = [_cell(key, values[key]) for key in SHOWN]
        lines.append(f"| {name} | {values['n']:.0f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if key.endswith("f1") else f"{100 * value:.0f} %"


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("tests/unit/triage/messages")])
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    places = given.config / "places"
    triage = Triage(read_triage_rules(given.config), Gazetteer(read_places(places), read_roles(places)))
    rows = read(given.folders)
    pairs = guesses(triage, rows)
    told = {"all": measures(pairs)}
    for lang in sorted({row["lang"] for row in rows}):
        told[lang] = measures([pair for pair in pairs if pair.row["lang"] == lang])
    middle, slow = times(triage, rows)
    if given.json:
        json.dump(told | {"milliseconds": {"p50": middle, "p99": slow}}, sys.stdout)
    else:
        print(table(told))
        print(f"\n{middle:.2f} ms a message (median), {slow:.2f} ms (99th percentile).")


if __name__ == "__main__":
    main()
