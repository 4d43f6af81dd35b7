"""What a message answers: numbers in any script, words, several at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.flows.keywords import toneless

Options = Sequence[tuple[str, str]]

_NUMBERS = re.compile(r"\d+(?:[^\w]+\d+)*")
_LED = re.compile(r"[^\w]*(\d)[^\w\d]+(.+)")
_BETWEEN = re.compile(r"[,;/+&|\n、，；]+")


def read_one(word: str, shown: Options, words: Mapping[str, str]) -> str | None:
    """The option that a normalised message names: its number among those shown, its label or another word for it."""
    if word.isdigit():
        return _by_number(word, shown) or words.get(word)  # "15" to "are you under 18?"
    found = words.get(word) or words.get(toneless(word))
    if found is not None:
        return found
    led = _LED.fullmatch(word)
    if led is None:
        return None
    option = _by_number(led.group(1), shown)
    return option if option is not None and words.get(led.group(2)) == option else None


def read_many(word: str, shown: Options, words: Mapping[str, str], joiners: Sequence[str]) -> tuple[str, ...] | None:
    """The options that a normalised message names, in the order of the list; None where any piece of it is something else."""
    if _NUMBERS.fullmatch(word):
        return _by_numbers(re.findall(r"\d+", word), shown)
    plain = word
    for joiner in joiners:
        if joiner in plain:
            plain = re.sub(rf"(?<=[\d\s,]){re.escape(joiner)}(?=[\d\s])" if joiner.isascii() else re.escape(joiner), ",", plain)
    if _NUMBERS.fullmatch(plain):
        return _by_numbers(re.findall(r"\d+", plain), shown)
    chosen = []
    for piece in (word,) if word in words else _BETWEEN.split(word if plain == word else plain):
        option = read_one(piece.strip(" ."), shown, words)
        if option is None:
            return None
        chosen.append(option)
    return _ordered(chosen, shown)


def _by_number(digits: str, shown: Options) -> str | None:
    at = int(digits) if len(digits) < 3 else 0
    return shown[at - 1][0] if 0 < at <= len(shown) else None


def _by_numbers(tokens: list[str], shown: Options) -> tuple[str, ...] | None:
    chosen = []
    for token in tokens:
        # "135" is 1, 3 and 5: lists have at most nine options, so a longer number can mean nothing else.
        for digit in (token,) if len(token) == 1 else token[:20]:
            option = _by_number(digit, shown)
            if option is None:
                return None
            chosen.append(option)
    return _ordered(chosen, shown)


def _ordered(chosen: list[str], shown: Options) -> tuple[str, ...]:
    order = {option: at for at, (option, _) in enumerate(shown)}
    return tuple(sorted(dict.fromkeys(chosen), key=lambda option: order.get(option, len(order))))


def without_outruled(chosen: tuple[str, ...], outrules: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The choices without those that another one takes back."""
    if not outrules:
        return chosen
    gone = {loser for winner in chosen for loser in outrules.get(winner, ())}
    return tuple(option for option in chosen if option not in gone)
