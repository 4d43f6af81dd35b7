"""What a channel's message is to the engine, and what its number hints at."""

from __future__ import annotations

from bot.channels.base import Inbound
from bot.flows.turns import Card, Form, Given, Media, Pin, Press, Text
from bot.quiet import TEXT_CHANNELS

# A phone's country hints at the language of a first menu, and is kept nowhere.
PREFIXES = {"+855": "km", "+86": "zh", "+856": "lo", "+95": "my", "+66": "th", "+84": "vi"}


def given_by(inbound: Inbound) -> Given:
    """What a message is to the engine."""
    if "form" in inbound.extra:
        return Form(str(inbound.extra["form"]), inbound.values, inbound.text)
    if inbound.choice is not None:
        return Press(inbound.choice)
    if inbound.location is not None:
        return Pin(*inbound.location)
    if inbound.media == ("contact",):
        return Card()
    if inbound.media:
        return Media(inbound.media, inbound.text)
    return Text(inbound.text)


def prefix_lang(inbound: Inbound) -> str | None:
    """The language of a phone number's country."""
    if inbound.channel not in TEXT_CHANNELS:
        return None
    return next((lang for prefix, lang in sorted(PREFIXES.items(), reverse=True) if inbound.sender.startswith(prefix)), None)
