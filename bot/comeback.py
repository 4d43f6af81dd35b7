"""Coming back with the receipt code: read the answers, add words, delete. The code alone opens what was answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from bot.channels.base import Attached
from bot.looks import fresh, told_to
from bot.parts import Parts
from bot.uploads import fingerprint
from triage import attachments, attempts, inbox, intake, messages, receipt, wishes
from triage.blind import bound
from triage.db import retried
from triage.messages import Reply

WINDOW_MS = 600_000
TRIES = 60


class WrongCode(LookupError):
    """No case with this code (or the second secret is wrong, which looks the same)."""


class TooManyTries(Exception):
    """Too many wrong codes from this address."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What the reporter sees of their case: its coarse state, our answers, and who was told of it outside of its desk."""

    state: str
    replies: tuple[Reply, ...]
    told: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is added: words, and files with a plain name of each."""

    text: str = ""
    files: tuple[Attached, ...] = ()
    kinds: tuple[str, ...] = ()


class Comeback:
    """Opens a case for its reporter."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self, code: str, word: str, address: str, now: int) -> Thread:
        """The thread of this code. Raises WrongCode, TooManyTries."""
        clean, case_id = self._find(code, word, address, now)
        with self._parts.database.reading() as tx:
            told = told_to(self._parts, tx, case_id, cover=False)
            return Thread(wishes.state_for_reporter(tx, case_id), messages.replies(tx, case_id, clean), told)

    def add(self, code: str, word: str, address: str, said: Said, turn: str, now: int) -> Thread:
        """Adds words and files to the case; the same of the same page twice are one message. Raises WrongCode, TooManyTries."""
        parts = self._parts
        clean, case_id = self._find(code, word, address, now)
        external = bound(clean, f"web-return|{turn}|{said.text}|{fingerprint(said.files)}").hex()

        def store() -> int | None:
            with parts.database.writing() as tx:
                if inbox.find(tx, "web", external) is not None:
                    return None
                content = {"text": said.text} | ({"media": list(said.kinds)} if said.kinds else {})
                message_id = intake.add_word(tx, parts.routing, case_id, content, now)
                attachments.add(tx, parts.keys.sealer, message_id, None, "web", [fresh(item) for item in said.files], now)
                return inbox.add(tx, "web", external, now, conversation_id=None, message_id=message_id, answer=None)

        try:
            row_id = retried(store)
        except IntegrityError:
            row_id = None
        if row_id is not None:
            parts.bell.ring("triage", row_id)
        return self.open(clean, word, address, now)

    def delete(self, code: str, word: str, address: str, now: int) -> str:
        """Deletes the case with everything in it; who had been told of it, by name. Raises WrongCode, TooManyTries."""
        _, case_id = self._find(code, word, address, now)

        def erase() -> str:
            with self._parts.database.writing() as tx:
                told = told_to(self._parts, tx, case_id, cover=False)
                intake.forget(tx, case_id, now, "asked")
                return told

        return retried(erase)

    def _find(self, code: str, word: str, address: str, now: int) -> tuple[str, int]:
        parts = self._parts
        bucket = parts.keys.index.of("return-tries", address)
        clean = receipt.clean(code) or "0" * receipt.DIGITS
        with parts.database.reading() as tx:
            if attempts.count(tx, bucket, now - WINDOW_MS) >= TRIES:
                raise TooManyTries(address)
            case_id = intake.by_code(tx, parts.keys, clean)
            good = wishes.word_fits(tx, parts.keys, case_id or 0, word or None)
        if case_id is None or not good:
            with parts.database.writing() as tx:
                attempts.note(tx, bucket, now)
            raise WrongCode("no such code")
        if parts.keys.index.others:
            with parts.database.writing() as tx:
                wishes.renew_secrets(tx, parts.keys, case_id, clean, word or None)
        return clean, case_id
