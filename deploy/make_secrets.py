"""Makes what a production hotline must keep secret, once: keys by role, passwords, tokens. Never replaces what is there.

    python deploy/make_secrets.py [FOLDER]

The recovery key opens everything. Print it or write it to two sticks, put those in two safes, and delete the file.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from config import settings as settings_module
from config.files import write_secret
from triage.keys import make_keys
from triage.vault import new_pair

# Empty until its channel is set up.
LATER = ("twilio_token", "telegram_token", "telegram_secret", "duty")
IMAGE_USER = 10_001


def main(folder: Path) -> None:
    """Fills `folder`; says what was made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "recovery_public").exists():
        private, public = new_pair()
        write_secret(folder / "recovery.key", private.hex())
        write_secret(folder / "recovery_public", public.hex())
        print(f"made {folder / 'recovery.key'}: put it into two safes and delete it here")
    environ = {"HOTLINE_HOME": str(folder), "HOTLINE_ENV": "production", "HOTLINE_PUBLIC_URL": "https://hotline.invalid"}
    if make_keys(settings_module.read(environ | {"HOTLINE_RECOVERY_PUBLIC_FILE": str(folder / "recovery_public")})):
        print(f"made keys in {folder / 'keys'}")
    if not (folder / "database_password").exists():
        password = secrets.token_urlsafe(24)
        write_secret(folder / "database_password", password)
        write_secret(folder / "database_url", f"postgresql://hotline:{password}@database:5432/hotline")
    for name in (*LATER, "metrics_token"):
        if not (folder / name).exists():
            write_secret(folder / name, "" if name in LATER else secrets.token_urlsafe(24))
    if os.geteuid() == 0:
        for path in folder.rglob("*"):
            # What a container reads as its own user; the recovery key stays root's.
            os.chown(path, *((0, 0) if path.name == "recovery.key" else (IMAGE_USER, IMAGE_USER)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "secrets")
