"""What `make audit` does: a bill of materials of what is installed, and known holes in it. What could not be asked is said, and fails.

    python -m tests.audit [--sbom FILE]
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
ASK = ("--require-hashes", "--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "10")
NOT_CHECKED = 3


def sbom(path: Path) -> int:
    """Writes a CycloneDX bill of materials of the locked packages; how many it names."""
    done = subprocess.run([str(BIN / "cyclonedx-py"), "requirements", str(LOCK), "--of", "JSON", "-o", str(path)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return len(json.loads(path.read_text(encoding="utf-8"))["components"])


def audit(command: Sequence[str] = (str(BIN / "pip-audit"), "-r", str(LOCK), *ASK)) -> tuple[int, list[str]]:
    """(exit code, lines): 0 nothing known, 1 holes, 3 the advisory service could not be asked."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return NOT_CHECKED, [f"not checked: {type(error).__name__}"]
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = done.stderr.strip().splitlines()
        return NOT_CHECKED, [f"not checked: the advisory service gave no answer ({said[-1][:160] if said else f'exit {done.returncode}'})"]
    skipped = [f"not checked: {one['name']} ({one['skip_reason']})" for one in packages if "skip_reason" in one]
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    if packages and len(skipped) == len(packages):
        return NOT_CHECKED, [f"not checked: none of {len(packages)} packages; the first says: {packages[0]['skip_reason']}"]
    if holes:
        return 1, [*holes, *skipped]
    return (NOT_CHECKED if skipped or not packages else 0), [*skipped, f"{len(packages) - len(skipped)} packages checked, no known hole"]


def main() -> int:
    """Both; the worse of the two decides."""
    path = ROOT / "sbom.json"
    print(f"bill of materials: {sbom(path)} packages in {path.name}")
    code, lines = audit()
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
