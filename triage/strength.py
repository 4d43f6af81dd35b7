"""How hard a password is to guess, told kindly. Length and what is known count; no rule asks for capitals, digits or signs.

Known are 30,000 passwords of breaches, their usual variations, words, names, keyboard walks, dates and repeats (zxcvbn: Wheeler 2016),
all on this machine; and whatever is known of the person and the desk, taken away before what is left is weighed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.values import NotAllowed

SHORTEST, LONGEST = 12, 256
# zxcvbn's third of four steps: 10^8 guesses; at 0.1 s of argon2id each, three months of a processor for the half of them.
ENOUGH = 3
WEIGHED = 72  # characters that are looked at; more only add
OURS = ("hotline", "mekong", "trafficking", "responder", "operator", "supervisor", "desk")
ADVICE = "Four or five words that do not belong together are easy to keep and hard to guess."
LENGTH = f"A password has {SHORTEST} to {LONGEST} characters. {ADVICE}"
KNOWN = f"This one is among the first that anybody tries. {ADVICE}"
NEAR = f"Anybody who knows you or this desk would try it. {ADVICE}"
GOOD = ("It would be hard to guess.", "It would be very hard to guess.")


def check(password: str, about: Iterable[str] = ()) -> str:
    """What to say of a password that may be used; `about`: names, addresses, desks of its owner. Raises NotAllowed with what to do."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise NotAllowed(LENGTH)
    found = _score(password)
    if found < ENOUGH:
        raise NotAllowed(KNOWN)
    rest = _without(password, about)
    if rest != password and _score(rest) < ENOUGH:
        raise NotAllowed(NEAR)
    return GOOD[found - ENOUGH]


def _score(password: str) -> int:
    from zxcvbn import zxcvbn  # 13 MiB of lists that the public process never needs

    return int(zxcvbn(password[:WEIGHED])["score"]) if password else 0


def _without(password: str, about: Iterable[str]) -> str:
    words = {word.lower() for text in (*OURS, *about) for word in re.findall(r"[^\W_]{3,}", text)}
    one = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(one, "", password, flags=re.IGNORECASE)
