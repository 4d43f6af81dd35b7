"""The hours at which a person may be written to, by their own clock. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

HOUR_MS = 3_600_000
# Minutes ahead of UTC. None of the six changes its clocks.
OFFSETS = {"KH": 420, "LA": 420, "TH": 420, "VN": 420, "MM": 390, "CN": 480}
DEFAULT_OFFSET = 420
DAYTIME = "h8_20"  # where hours were wished for and none was named
_SPAN = re.compile(r"h(\d{1,2})_(\d{1,2})")


def offset_of(country: str | None) -> int:
    """Minutes ahead of UTC of a country's clocks."""
    return OFFSETS.get(country or "", DEFAULT_OFFSET)


def mask_of(spans: Iterable[str]) -> int:
    """Bit n is set where hour n is safe, from spans such as `h18_22` or `h22_6`; daytime where none can be read."""
    mask = 0
    for span in spans:
        match = _SPAN.fullmatch(span)
        if match is not None:
            hour, end = int(match.group(1)) % 24, int(match.group(2)) % 24
            while hour != end:
                mask |= 1 << hour
                hour = (hour + 1) % 24
    return mask or mask_of((DAYTIME,))


def next_safe(mask: int | None, offset: int, now: int) -> int:
    """The first moment from now on (UTC ms) that is safe; now where no hours were named."""
    if not mask:
        return now
    local = now + offset * 60_000
    for ahead in range(25):
        start = local if ahead == 0 else (local // HOUR_MS + ahead) * HOUR_MS
        if mask >> (start // HOUR_MS % 24) & 1:
            return start - offset * 60_000
    return now
