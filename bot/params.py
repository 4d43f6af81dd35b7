"""The values of placeholders in what is said: a true time, a verified number, the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from config.desks import Routing, Services
from triage import receipt
from triage.hours import DEFAULT_OFFSET, OFFSETS, offset_of

# After a time that is told by a clock which may not be the person's.
ELSEWHERE = f" (UTC+{DEFAULT_OFFSET // 60})"
Say = Callable[[str], str]  # a phrase's name → the phrase as the person reads it


def target_time(country: str | None, due_at: int, now: int, say: Say) -> str:
    """`14:35`, or as people write it where that is another day: `Sat 28 Nov, 14:35`, `11月28日周六 14:35`.

    Local time of the country; where its clock is not known UTC+7, and the time says so: `14:35 (UTC+7)`.
    """
    zone = timezone(timedelta(minutes=offset_of(country)))
    due, today = datetime.fromtimestamp(due_at / 1000, zone), datetime.fromtimestamp(now / 1000, zone)
    time, whose = due.strftime("%H:%M"), "" if country in OFFSETS else ELSEWHERE
    if due.date() == today.date():
        return time + whose
    weekdays, months = (say(name).split(";") for name in ("weekdays", "months"))
    if len(weekdays) != 7 or len(months) != 12:  # `check` names such a list; a time must still be told
        return f"{time} {due.day}/{due.month}{whose}"
    names = {"weekday": weekdays[due.weekday()].strip(), "month": months[due.month - 1].strip()}
    return say("on_a_day").format_map({**names, "day": due.day, "time": time}) + whose


def local_day(now: int) -> date:
    """The date where the hotline's people are (UTC+7), by which "yesterday" is read."""
    return datetime.fromtimestamp(now / 1000, timezone(timedelta(hours=7))).date()


def fill(
    services: Services,
    routing: Routing,
    *,
    country: str | None,
    subdivision: str | None,
    lang: str,
    level: str,
    due_at: int | None,
    code: str | None,
    now: int,
    say: Say,
) -> Mapping[str, str]:
    """The placeholders that have a value; a sentence with another one is left out."""
    place = (country, subdivision)
    today, lang = datetime.fromtimestamp(now / 1000, UTC).date(), lang.split("-")[0]
    values = {
        "target_time": target_time(country, due_at or now + routing.targets[level] * 60_000, now, say),
        "code": receipt.spaced(code) if code else None,
        "number": services.number(place, "danger", lang, today) or services.number(place, "worker", lang, today),
        "child_number": services.number(place, "child", lang, today),
    }
    return {name: value for name, value in values.items() if value}
