"""What `make test` runs: linters, types, layers, then every test. Each step runs whatever the others found; one failure fails all."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parent.parent
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", (str(BIN / "ruff"), "check", ".")),
    ("types", (str(BIN / "mypy"),)),
    ("layers", (str(BIN / "lint-imports"),)),
    ("units", (sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not slow")),
    ("whole roads", (sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", "slow")),
)


def main() -> int:
    """Runs all steps; the number of those that failed."""
    failed = []
    for name, command in STEPS:
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(f"--- {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - started:.0f} s", flush=True)
        if code:
            failed.append(name)
    print("all green" if not failed else f"failed: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
