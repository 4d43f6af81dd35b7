"""The public process loads nothing that it does not need: each of these costs megabytes in every worker."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"alembic", "mako", "pygments", "requests", "langdetect", "telegram", "jsonschema", "PIL", "prometheus_client", "numpy"}


def test_no_heavy_library_is_loaded_before_it_is_needed() -> None:
    code = "import bot.app, sys; print(*{name.split('.')[0] for name in sys.modules}, 'twilio.rest' in sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert loaded & HEAVY == set() and "False" in loaded
