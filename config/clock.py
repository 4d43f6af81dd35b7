"""The wall clock, read only by entry points and handed in as a number."""

from __future__ import annotations

import time


def now_ms() -> int:
    """UTC milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class SteadyClock:
    """Never runs backwards: where the wall clock jumps back, time goes on as the machine's own counter says."""

    def __init__(self, floor: int = 0) -> None:
        self._at, self._counter = max(floor, now_ms()), time.monotonic_ns()

    def __call__(self) -> int:
        """UTC milliseconds since 1970, at least as late as the last answer and what has passed since."""
        counter = time.monotonic_ns()
        self._at = max(now_ms(), self._at + (counter - self._counter) // 1_000_000)
        self._counter = counter
        return self._at
