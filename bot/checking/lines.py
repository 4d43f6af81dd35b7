"""channels.yaml: its gateways, numbers and caps, and numbers to which nobody can answer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checking.fault import Fault
from bot.checking.outline import listed, mapping
from bot.checking.sources import SMS, Sources
from config.channels import FILE, faults


def described(sources: Sources) -> Iterator[Fault]:
    """What keeps a number or a gateway from working."""
    if FILE in sources.yaml:
        for where, what in faults(sources.data(FILE)):
            yield sources.spot(FILE, *where).fault(what)


def one_way(sources: Sources) -> Iterator[Fault]:
    """Numbers to which people are expected to answer where no SMS comes back."""
    found = mapping(sources.data(SMS).get("one_way"))
    for at, line in enumerate(listed(sources.data(FILE).get("lines"))):
        if isinstance(line, dict) and line.get("channel", "sms") == "sms" and line.get("direction", "two-way") == "two-way":
            adapter, country = line.get("adapter"), line.get("country")
            if country in listed(found.get(str(adapter))):
                text = f"nobody in {country} can answer an SMS that {adapter} sends"
                yield sources.spot(FILE, "lines", at, "country").fault(f"{text}; use another adapter, or direction: out")
