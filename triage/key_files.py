"""The key files of HOTLINE_HOME/keys: which lie there, and how a new key takes the place of an old one in them.

`NAME.key`: secrets, one a line; the first is in use, the others open and find what is still under them. `NAME.next`: the
one that comes into use next; everybody holds it beforehand, so that nobody meets what they cannot open. `NAME.pub`: the
public half that is sealed to. Each change of a file is one step: whoever reads sees the old or the new.
"""

from __future__ import annotations

from pathlib import Path

from config.files import has, read_secret, remove, write_text

PAIRS, SECRETS = ("hot", "delivery"), ("state", "pepper")
KEY, NEXT, PUB = "key", "next", "pub"
SIZE = 32  # bytes of every key


class KeysMissing(Exception):
    """The keys of this hotline are not there; `hotline setup` makes them."""


class KeyFiles:
    """The keys of one HOTLINE_HOME."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "keys"

    def read(self, name: str) -> list[bytes]:
        """The keys of a file, the one in use first. Raises KeysMissing."""
        try:
            found = [_key(line) for line in read_secret(self.folder / name).split()]
        except OSError as error:
            raise KeysMissing(f"no {name} in {self.folder}: run `hotline setup`") from error
        except ValueError as error:
            raise KeysMissing(f"{name} in {self.folder} is damaged: put it back from a backup") from error
        if not found:
            raise KeysMissing(f"{name} in {self.folder} is empty")
        return found

    def held(self, name: str) -> list[bytes]:
        """All secrets of this name, the one in use first and the one that comes next last. Raises KeysMissing."""
        # The next first: while it moves from one file to the other it is seen in one of them.
        coming = self.coming(name)
        return list(dict.fromkeys([*self.read(f"{name}.{KEY}"), *([coming] if coming else [])]))

    def coming(self, name: str) -> bytes | None:
        """The secret that comes into use next, if one was made. Raises KeysMissing where its file is damaged."""
        try:
            return _key(read_secret(self.folder / f"{name}.{NEXT}"))
        except OSError:
            return None
        except ValueError as error:
            raise KeysMissing(f"{name}.{NEXT} in {self.folder} is damaged: put it back from a backup") from error

    def has(self, name: str) -> bool:
        """True where there is such a file."""
        return has(self.folder / name)

    def stamp(self) -> tuple[int, ...]:
        """Changes with every change of the folder; cheap. Raises OSError."""
        state = self.folder.stat()
        return state.st_mtime_ns, state.st_ino

    def prepare(self, name: str, secret: bytes) -> bytes:
        """Lays out the next secret, unless one lies there already; the one that does."""
        known = self.coming(name)
        if known is None:
            self._write(f"{name}.{NEXT}", [secret])
        return known or secret

    def switch(self, name: str, public: bytes | None = None) -> None:
        """Takes the prepared secret into use and keeps the old one beside it; may be called again after it was cut off."""
        coming = self.coming(name)
        if coming is None:
            return
        self._write(f"{name}.{KEY}", list(dict.fromkeys([coming, *self.read(f"{name}.{KEY}")])))
        if public is not None:
            self._write(f"{name}.{PUB}", [public])
        remove(self.folder / f"{name}.{NEXT}")

    def put(self, name: str, secrets: list[bytes]) -> None:
        """Replaces a file whole."""
        self._write(name, secrets)

    def drop(self, name: str, secret: bytes) -> None:
        """Destroys a secret that nothing is under any more; never the one in use."""
        first, *rest = self.read(f"{name}.{KEY}")
        self._write(f"{name}.{KEY}", [first, *(one for one in rest if one != secret)])

    def _write(self, name: str, secrets: list[bytes]) -> None:
        write_text(self.folder / name, "".join(secret.hex() + "\n" for secret in secrets), 0o600)


def _key(text: str) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != SIZE:
        raise ValueError("no key")
    return found
