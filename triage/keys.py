"""Where keys come from: made once under HOTLINE_HOME/keys, read by each process for its role alone.

`sealing.pub`, `opening.key`: the recovery (escrow) key; its private half is here only in demo. `hot.key`: opens what was
said in the last minutes, for triage. `delivery.key`: opens contacts and what waits to be sent. Both are the worker's.
A file may hold older keys in further lines, for as long as something is still under them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from config.files import read_secret, write_secret
from config.settings import Settings
from triage.blind import BlindIndex
from triage.vault import Keyring, Opener, Sealer, StateBox, new_pair, public_of


class KeysMissing(Exception):
    """The keys of this hotline are not there; `hotline setup` makes them."""


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
    for name in ("hot", "delivery"):
        if not (folder / f"{name}.pub").exists():
            private, public = new_pair()
            write_secret(folder / f"{name}.key", private.hex())
            write_secret(folder / f"{name}.pub", public.hex())
            made = True
    for name in ("state.key", "pepper.key", "session.key"):
        if not (folder / name).exists():
            write_secret(folder / name, secrets.token_hex(32))
            made = True
    return made


def _recovery_public(settings: Settings, folder: Path) -> bytes:
    if settings.recovery_public:
        return bytes.fromhex(settings.recovery_public)
    if settings.opening_key:
        return public_of(bytes.fromhex(settings.opening_key))
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
    return PublicHalves(_read(settings, "sealing.pub")[0], _read(settings, "hot.pub")[0])


def sealing_keys(settings: Settings) -> Keyring:
    """The keyring of the public process and of the desk: no private key. Raises KeysMissing."""
    return _keyring(settings, None)


def worker_keys(settings: Settings) -> Keyring:
    """The worker's: what was said in the last minutes, contacts and parcels. Raises KeysMissing, DemoKeys."""
    _refuse_demo(settings)
    return _keyring(settings, Opener(*_read(settings, "hot.key"), *_read(settings, "delivery.key")))


def opening_keys(settings: Settings) -> Keyring:
    """The keyring of who holds the recovery key: opens everything that is kept. Raises KeysMissing, DemoKeys."""
    _refuse_demo(settings)
    own = [key for name in ("hot.key", "delivery.key") if (settings.home / "keys" / name).exists() for key in _read(settings, name)]
    return _keyring(settings, Opener(recovery_key(settings), *own))


def recovery_key(settings: Settings) -> bytes:
    """The private half of the recovery key: given, or left by the demo set-up. Raises KeysMissing."""
    demo_key = settings.home / "keys" / "opening.key"
    text = settings.opening_key or (read_secret(demo_key) if demo_key.exists() else "")
    if not text:
        raise KeysMissing("the recovery key is not here: set HOTLINE_OPENING_KEY_FILE")
    return bytes.fromhex(text)


def _refuse_demo(settings: Settings) -> None:
    if not settings.demo and (settings.home / "keys" / "opening.key").exists():
        raise DemoKeys(str(DemoKeys.__doc__))


def _read(settings: Settings, name: str) -> list[bytes]:
    folder = settings.home / "keys"
    try:
        return [bytes.fromhex(line) for line in read_secret(folder / name).split()]
    except (OSError, ValueError) as error:
        raise KeysMissing(f"no {name} in {folder}: run `hotline setup`") from error


def _keyring(settings: Settings, opener: Opener | None) -> Keyring:
    sealer = Sealer(_read(settings, "delivery.pub")[0])
    return Keyring(sealer, StateBox(*_read(settings, "state.key")), BlindIndex(_read(settings, "pepper.key")[0]), opener)
