"""Every reader under a guided fuzzer for some seconds each; what breaks a promise is kept in tests/fuzz/corpus, and tried by every test run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from tests.fuzz.readers import READERS

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"


def guided(name: str, seconds: int, seed: int = 0) -> dict[str, Any]:
    """One reader; how many inputs it read, and where what broke a promise was kept."""
    kept = CORPUS / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hl-guided-") as folder:
        for at, data in enumerate(READERS[name].seeds):
            (Path(folder) / f"seed{at}").write_bytes(data)
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-max_len=4096", "-rss_limit_mb=2500", f"-seed={seed}"]
        command = [sys.executable, "-m", "tests.fuzz.guided", name, *limits, f"-artifact_prefix={kept}/", folder, str(kept)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    read = re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)
    line: dict[str, Any] = {"reader": name, "read": int(read[-1]) if read else 0, "kept": done.returncode == 0}
    if done.returncode:
        found = re.findall(r"Test unit written to (\S+)", done.stderr)
        line |= {"found": found, "again": [f"{sys.executable} -m tests.fuzz.guided {name} {path}" for path in found]}
        line["said"] = done.stdout[-600:] + done.stderr[-1200:]
    if not any(kept.iterdir()):
        kept.rmdir()
    return line


@click.command(help=__doc__)
@click.option("--seconds", default=30, show_default=True, help="For each reader.")
@click.option("--seed", default=0, help="Plays an earlier run's draws again.")
@click.option("--only", multiple=True, type=click.Choice(list(READERS)), help="Only these.")
def main(seconds: int, seed: int, only: tuple[str, ...]) -> None:
    """One line a reader; exit 1 where a promise was broken."""
    kept = True
    for name in only or READERS:
        line = guided(name, seconds, seed)
        print(json.dumps(line), flush=True)
        kept = kept and line["kept"]
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
