"""Alarms out of the house: what is told for which level, and to whom. Addresses are secrets and come by setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.files import read_yaml

WAYS = ("webhook", "sms", "telegram")
# Of a config from before there was this occasion.
TELL = {"set_aside": ("emergency", "high")}
TEXTS = {"set_aside": "{desk}: {ref} ({level}) holds a message that the machine cannot read."}


class BadDuty(ValueError):
    """A line of HOTLINE_DUTY cannot be read; the message gives its number, never the address."""


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """`tell`: levels by occasion; `addresses`: (channel, address) by desk, in the order of the setting."""

    tell: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def ways(self, desk: str) -> tuple[tuple[str, str], ...]:
        """How this desk is alarmed; empty: only on its page."""
        return self.addresses.get(desk, ())


def read_alerts(folder: Path, duty: str) -> AlertPlan:
    """alerts.yaml, and the addresses: lines `desk channel address` of HOTLINE_DUTY. Raises BadDuty."""
    raw = read_yaml(folder / "alerts.yaml")
    tell = {what: tuple(levels) for what, levels in raw["tell"].items()}
    return AlertPlan(TELL | tell, TEXTS | raw["texts"], _addresses(duty))


def _addresses(duty: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for number, line in enumerate(duty.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 3 or words[1] not in WAYS or (words[1] == "webhook" and not words[2].startswith(("https://", "http://"))):
            raise BadDuty(f"line {number} of HOTLINE_DUTY: write `desk webhook|sms|telegram address`")
        found[words[0]] = (*found.get(words[0], ()), (words[1], words[2]))
    return found
