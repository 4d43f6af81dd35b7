"""Where the parts of a normalised text stand in the message as it was typed. Pure."""

from __future__ import annotations

import unicodedata

from triage.phrases import Span

# How far the two may run apart at one place before the search gives up: composed letters, runs of one letter or of blanks.
WINDOW = 12


def origins(typed: str, normal: str) -> tuple[int, ...] | None:
    """For each character of `normal` its place in `typed`, and at the end the length; None where they cannot be laid side by side."""
    if typed == normal:
        return tuple(range(len(typed) + 1))
    at, places = 0, []
    for char in normal:
        found = next((i for i in range(at, min(at + WINDOW, len(typed))) if _same(typed[i], char)), None)
        if found is None:
            # A letter that grew out of two: it stands where the next one is.
            places.append(min(at, len(typed) - 1 if typed else 0))
            continue
        places.append(found)
        at = found + 1
    fits = sum(_same(typed[place], char) for place, char in zip(places, normal, strict=True)) if typed else 0
    return (*places, len(typed)) if fits * 10 >= len(normal) * 8 else None


def original(spans: tuple[Span, ...], places: tuple[int, ...] | None) -> tuple[Span, ...]:
    """The spans as they stand in the typed message; none where the texts do not match."""
    if places is None:
        return ()
    return tuple((places[start], max(places[end - 1] + 1, places[start] + 1)) for start, end in spans if 0 <= start < end < len(places))


def _same(typed: str, normal: str) -> bool:
    if typed == normal or (typed.isspace() and normal == " "):
        return True
    if typed < "\x80" and normal < "\x80":
        return False
    plain = unicodedata.normalize("NFKC", typed)
    if plain[:1] == normal:
        return True
    if normal.isdigit() and typed.isdigit():
        return unicodedata.digit(typed, -1) == int(normal)
    return unicodedata.normalize("NFD", normal)[:1] == typed
