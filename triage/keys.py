"""Where keys come from: made once under HOTLINE_HOME/keys, read by each process for its role alone.

`sealing.pub`, `opening.key`: the recovery (escrow) key; its private half is here only in demo. `hot.key`: opens what was
said in the last minutes, for triage. `delivery.key`: opens contacts and what waits to be sent. Both are the worker's.
`triage.key_files` tells how they change.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from config.files import read_secret, write_secret
from config.settings import Settings
from triage.blind import BlindIndex
from triage.key_files import PAIRS, SECRETS, KeyFiles, KeysMissing
from triage.vault import Held, Keyring, Opener, Sealer, StateBox, new_pair, public_of

__all__ = ["DemoKeys", "KeysMissing"]
log = logging.getLogger("hotline.keys")
DEMO = "opening.key"
# A new key is in use everywhere so long after it was laid out.
LOOK_SECONDS = 0.5


class DemoKeys(Exception):
    """Production refuses demo keys: give the opening key by HOTLINE_OPENING_KEY_FILE and remove keys/opening.key."""


@dataclass(frozen=True, slots=True)
class PublicHalves:
    """What the database must know so that everybody seals to the right keys."""

    recovery: bytes
    hot: bytes


def make_keys(settings: Settings) -> bool:
    """Makes what is missing, never replaces; True where something was made. Raises KeysMissing in production without a recovery key."""
    folder = settings.home / "keys"
    made = False
    if not (folder / "sealing.pub").exists():
        write_secret(folder / "sealing.pub", _recovery_public(settings, folder).hex())
        made = True
    for name in PAIRS:
        if not (folder / f"{name}.pub").exists():
            private, public = new_pair()
            write_secret(folder / f"{name}.key", private.hex())
            write_secret(folder / f"{name}.pub", public.hex())
            made = True
    for name in (f"{secret}.key" for secret in (*SECRETS, "history")):
        if not (folder / name).exists():
            write_secret(folder / name, secrets.token_hex(32))
            made = True
    return made


def _recovery_public(settings: Settings, folder: Path) -> bytes:
    if settings.recovery_public:
        return bytes.fromhex(settings.recovery_public)
    if settings.opening_key:
        return public_of(recovery_key(settings))
    if not settings.demo:
        raise KeysMissing(
            "production makes no recovery key by itself: set HOTLINE_RECOVERY_PUBLIC (its public half; the private half stays elsewhere) "
            "or HOTLINE_OPENING_KEY_FILE (64 hexadecimal digits each)"
        )
    private, public = new_pair()
    write_secret(folder / "opening.key", private.hex())
    return public


def public_halves(settings: Settings) -> PublicHalves:
    """The public halves that `triage.holders.publish` writes into the database. Raises KeysMissing."""
    files = KeyFiles(settings.home)
    return PublicHalves(files.read("sealing.pub")[0], files.read("hot.pub")[0])


def sealing_keys(settings: Settings) -> Keyring:
    """The keyring of the public process and of the desk: no private key. Raises KeysMissing."""
    return _keyring(settings, lambda files: None)


def worker_keys(settings: Settings) -> Keyring:
    """The worker's: what was said in the last minutes, contacts and parcels. Raises KeysMissing, DemoKeys."""
    _refuse_demo(settings)
    return _keyring(settings, lambda files: Opener(*files.held("hot"), *files.held("delivery")))


def opening_keys(settings: Settings) -> Keyring:
    """The keyring of who holds the recovery key: opens everything that is kept. Raises KeysMissing, DemoKeys."""
    _refuse_demo(settings)

    def opener(files: KeyFiles) -> Opener:
        own = [key for name in PAIRS if files.has(f"{name}.key") for key in files.held(name)]
        return Opener(*recovery_keys(settings), *own)

    return _keyring(settings, opener)


def recovery_keys(settings: Settings) -> tuple[bytes, ...]:
    """The private half of the recovery key, older ones after it: given, or left by the demo set-up. Raises KeysMissing."""
    demo_key = settings.home / "keys" / DEMO
    text = settings.opening_key or (read_secret(demo_key) if demo_key.exists() else "")
    if not text:
        raise KeysMissing("the recovery key is not here: set HOTLINE_OPENING_KEY_FILE")
    return tuple(bytes.fromhex(line) for line in text.split())


def recovery_key(settings: Settings) -> bytes:
    """The private half of the recovery key that is in use. Raises KeysMissing."""
    return recovery_keys(settings)[0]


def _refuse_demo(settings: Settings) -> None:
    if not settings.demo and (settings.home / "keys" / DEMO).exists():
        raise DemoKeys(str(DemoKeys.__doc__))


class _Reader:
    """Reads the key files, and again when they change: looked at each `LOOK_SECONDS` at most."""

    def __init__(self, files: KeyFiles, opener: Callable[[KeyFiles], Opener | None]) -> None:
        self._files, self._opener = files, opener
        self._stamp = files.stamp() if files.folder.exists() else None
        self._held, self._looked = self._read(), monotonic()

    def __call__(self) -> Held:
        if monotonic() - self._looked >= LOOK_SECONDS:
            self._look()
        return self._held

    def _look(self) -> None:
        self._looked = monotonic()
        try:
            stamp = self._files.stamp()
            if stamp != self._stamp:
                self._held, self._stamp = self._read(), stamp
        except (KeysMissing, OSError) as error:
            # What is held still opens; the next look finds the files as they should be, or doctor names them.
            log.error("keys cannot be read again: %(error)s", {"error": type(error).__name__})

    def _read(self) -> Held:
        files = self._files
        coming = files.coming("pepper")
        peppers = files.held("pepper")
        index = BlindIndex(*peppers, coming=coming is not None and coming != peppers[0])
        return Held(Sealer(files.read("delivery.pub")[0]), StateBox(*files.held("state")), index, self._opener(files))


def _keyring(settings: Settings, opener: Callable[[KeyFiles], Opener | None]) -> Keyring:
    return Keyring(_Reader(KeyFiles(settings.home), opener))
