"""One reader under a fuzzer that is guided by what code a byte reaches: `python -m tests.fuzz.guided NAME [libFuzzer's arguments]`."""

from __future__ import annotations

import sys

import atheris

# Everything of ours that is loaded from here on tells the fuzzer where it goes.
with atheris.instrument_imports(include=["bot", "triage", "config"]):
    from tests.fuzz.readers import READERS


def main() -> None:
    """Runs until the time is over or a promise is broken."""
    name, *rest = sys.argv[1:]
    reader = READERS[name]
    for seed in reader.seeds:
        reader.read(seed)
    atheris.Setup([name, *rest], reader.read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
