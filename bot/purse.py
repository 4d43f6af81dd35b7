"""What may be spent on messages that cost: caps by number, day, country and money. Says why something is held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.flows import gsm7
from bot.lines import region
from config.channels import Caps
from triage import spending
from triage.spending import Spent

COSTS = ("sms", "whatsapp")
REMEMBERED_MS = 2_000  # the day's sums are read again after this time: a cap may be passed by what leaves meanwhile
NOWHERE = "??"


class Purse:
    """Asked before each message leaves, told of each that leaves. Its memory is only a copy of the database."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._sums: Mapping[str, Spent] = {}
        self._read = ("", 0)

    def why_not(self, tx: Connection, talk_id: int, number: str, text: str, now: int) -> str | None:
        """Why this must not leave now; None where it may."""
        caps, day, country = self._caps, _day(now), region(number) or NOWHERE
        if caps.per_number is not None and spending.to_talk(tx, talk_id, day) >= caps.per_number:
            return f"cap: {caps.per_number} messages to one number in a day"
        sums = self._of_day(tx, day, now)
        if caps.per_day is not None and sum(spent.messages for spent in sums.values()) >= caps.per_day:
            return f"cap: {caps.per_day} messages in a day"
        most = caps.of_country(country)
        if most is not None and country in sums and sums[country].messages >= most:
            return f"cap: {most} messages to {country} in a day"
        cost = self._micros(country, text)
        if caps.budget is not None and sum(spent.micros for spent in sums.values()) + cost > caps.budget * 1_000_000:
            return f"cap: the day's budget of {caps.budget:g}"
        return None

    def note(self, tx: Connection, talk_id: int, number: str, text: str, now: int, messages: int = 1) -> None:
        """This leaves now."""
        country = region(number) or NOWHERE
        spending.note(tx, _day(now), country, talk_id, messages, self._micros(country, text))

    def _micros(self, country: str, text: str) -> int:
        return int(self._caps.price(country) * 1_000_000) * gsm7.parts(text)

    def _of_day(self, tx: Connection, day: str, now: int) -> Mapping[str, Spent]:
        if self._read[0] != day or not 0 <= now - self._read[1] < REMEMBERED_MS:
            self._sums, self._read = spending.of_day(tx, day), (day, now)
        return self._sums


def _day(now: int) -> str:
    return datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
