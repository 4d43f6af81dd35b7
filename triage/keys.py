"""Where keys come from: made once under HOTLINE_HOME/keys, read by each process for its role alone."""

from __future__ import annotations

import secrets

from nacl.public import PrivateKey

from config.files import read_secret, write_secret
from config.settings import Settings
from triage.vault import BlindIndex, Keyring, Opener, Sealer, StateBox


class KeysMissing(Exception):
    """The keys of this hotline are not there; `hotline setup` makes them."""


class DemoKeys(Exception):
    """Production refuses demo keys: give the opening key by HOTLINE_OPENING_KEY_FILE and remove keys/opening.key."""


def make_keys(settings: Settings) -> bool:
    """Makes what is missing, never replaces; True where something was made. Raises KeysMissing in production without an opening key."""
    folder = settings.home / "keys"
    made = False
    if not (folder / "sealing.pub").exists():
        if not settings.demo and not settings.opening_key:
            raise KeysMissing("production makes no opening key by itself: set HOTLINE_OPENING_KEY_FILE (64 hexadecimal digits)")
        private = bytes.fromhex(settings.opening_key) if settings.opening_key else bytes(PrivateKey.generate())
        if not settings.opening_key:
            write_secret(folder / "opening.key", private.hex())
        write_secret(folder / "sealing.pub", bytes(PrivateKey(private).public_key).hex())
        made = True
    for name in ("state.key", "pepper.key", "session.key"):
        if not (folder / name).exists():
            write_secret(folder / name, secrets.token_hex(32))
            made = True
    return made


def sealing_keys(settings: Settings) -> Keyring:
    """The keyring of the public process. Raises KeysMissing."""
    return _keyring(settings, None)


def opening_keys(settings: Settings) -> Keyring:
    """The keyring of worker and dashboard. Raises KeysMissing, DemoKeys."""
    demo_key = settings.home / "keys" / "opening.key"
    if not settings.demo and demo_key.exists():
        raise DemoKeys(str(DemoKeys.__doc__))
    text = settings.opening_key or (read_secret(demo_key) if demo_key.exists() else "")
    if not text:
        raise KeysMissing("no opening key: set HOTLINE_OPENING_KEY_FILE")
    return _keyring(settings, Opener(bytes.fromhex(text)))


def _keyring(settings: Settings, opener: Opener | None) -> Keyring:
    folder = settings.home / "keys"
    try:
        part = {name: bytes.fromhex(read_secret(folder / name)) for name in ("sealing.pub", "state.key", "pepper.key")}
    except (OSError, ValueError) as error:
        raise KeysMissing(f"no keys in {folder}: run `hotline setup`") from error
    return Keyring(Sealer(part["sealing.pub"]), StateBox(part["state.key"]), BlindIndex(part["pepper.key"]), opener)
