"""Whether a message came before: by its provider's id, or, where a gateway gives none, by the same words within minutes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.channels.base import Inbound
from triage import inbox

NAMELESS = "nameless"  # in `Inbound.extra`: the id is only a hash of what was said
WINDOW_MS = 900_000


def known(tx: Connection, inbound: Inbound, now: int) -> tuple[Inbound, inbox.Seen | None]:
    """The message with the id that it is stored by, and its row where it came before.

    Without an id the same words are a repetition for a quarter of an hour; later the person says them again.
    """
    if not inbound.extra.get(NAMELESS):
        return inbound, inbox.find(tx, inbound.channel, inbound.external_id)
    span = now // WINDOW_MS
    before, here = (replace(inbound, external_id=f"{inbound.external_id}:{at}") for at in (span - 1, span))
    for one in (here, before):
        found = inbox.find(tx, one.channel, one.external_id)
        if found is not None and now - found.received_at < WINDOW_MS:
            return one, found
    return here, None
