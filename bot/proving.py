"""Who comes back shows a code and a secret word; guesses are counted by phone and by case."""

from __future__ import annotations

from sqlalchemy import Connection

from triage import attempts, intake, receipt, wishes
from triage.talks import address_index
from triage.vault import Keyring

WRONG_CODES, WINDOW_MS = 5, 3_600_000
WRONG_WORDS = 50  # at one case in that time, from all phones together


def case_of(tx: Connection, keys: Keyring, text: str) -> tuple[int | None, str | None]:
    """The case whose code the text is, and the code; its secrets are kept under today's keys from then on."""
    typed = receipt.clean(text)
    found = intake.by_code(tx, keys, typed) if typed else None
    if found and typed:
        wishes.renew_secrets(tx, keys, found, typed, None)
    return found, typed if found else None


def check_word(
    tx: Connection, keys: Keyring, channel: str, sender: str, asked: int | None, own: int | None, word: str | None, now: int
) -> str:
    """ok, wrong or locked, for the word to the case `asked`; `own` is the case of this phone, None as `word` says to have none."""
    index, since = keys.index, now - WINDOW_MS
    bucket = index.of("code-tries", address_index(index, channel, sender).hex())
    if attempts.count(tx, bucket, since) >= WRONG_CODES:
        return "locked"
    fits = wishes.word_fits(tx, keys, asked or 0, word)
    # Many guessers at one case wear each other out; the phone that the case came from is never among them.
    of_case = index.of("case-tries", str(asked))
    worn = asked != own and attempts.count(tx, of_case, since) >= WRONG_WORDS
    if asked and fits and not worn:
        return "ok"
    attempts.note(tx, bucket, now)
    attempts.note(tx, of_case, now)
    return "wrong"
