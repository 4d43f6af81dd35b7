"""The words that every room uses for levels, kinds and states, and the errors that a caller can act on."""

from __future__ import annotations

LEVELS = ("low", "medium", "high", "emergency")
KINDS = ("help_self", "help_other", "tip", "missing", "info", "other")
STATES = ("new", "claimed", "closed")
OUTCOMES = ("helped", "referred", "advice_given", "no_contact", "not_a_case", "duplicate", "withdrawn")

# What a job or a lease may take before somebody else takes over, in milliseconds.
LEASE_MS = 30_000
MAX_ATTEMPTS = 5
# So far the clocks of two hosts may be apart.
APART_MS = 60_000


def rank(level: str) -> int:
    """0 for low to 3 for emergency."""
    return LEVELS.index(level)


def level_of(value: int) -> str:
    """The level's name again."""
    return LEVELS[value]


class NotYours(LookupError):
    """There is no such case for you: not there and not yours are the same."""


class Conflict(Exception):
    """Somebody else was quicker; the message says who or what."""


class NotAllowed(Exception):
    """The case's state or the reporter's own word forbids this; the message says which."""
