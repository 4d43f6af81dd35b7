"""Who is on duty when, and by when a person is truly read. Pure; times are UTC milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.hours import Hours

MINUTE = 60_000
# A desk that does not open within this many days does not open.
LOOK_AHEAD_DAYS = 21


def on_duty(hours: Hours, now: int) -> bool:
    """True where somebody of the desk is on duty."""
    return hours.always or any(start <= now < end for start, end in _shifts(hours, now, 1))


def next_shift(hours: Hours, now: int) -> int | None:
    """When the next shift begins; `now` where one is going on, None where none is in sight."""
    if on_duty(hours, now):
        return now
    return min((start for start, _ in _shifts(hours, now, LOOK_AHEAD_DAYS) if start > now), default=None)


def due(hours: Hours, minutes: int, now: int) -> int:
    """By when a responder reacts who has `minutes` for it: a time at which somebody is on duty.

    Where that time falls outside of hours, it is the next shift and at most an hour of it.
    """
    begin = next_shift(hours, now)
    wanted = (now if begin is None else begin) + minutes * MINUTE if minutes <= 60 else now + minutes * MINUTE
    if on_duty(hours, wanted - 1):
        return wanted
    shift = next_shift(hours, wanted)
    return wanted if shift is None else shift + min(minutes, 60) * MINUTE


def _shifts(hours: Hours, now: int, days: int) -> list[tuple[int, int]]:
    """The shifts that begin between yesterday and `days` from now."""
    local = datetime.fromtimestamp(now / 1000, UTC) + timedelta(minutes=hours.offset)
    midnight = int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000) - hours.offset * MINUTE
    found = []
    for ahead in range(-1, days + 1):
        day = local.date() + timedelta(days=ahead)
        if day in hours.holidays:
            continue
        start = midnight + ahead * 1440 * MINUTE
        found += [(start + first * MINUTE, start + last * MINUTE) for weekday, first, last in hours.spans if weekday == day.weekday()]
    return found
