"""Silence that lasts: who says that their phone is looked at is answered there again only after asking, by what no stranger knows."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.channels.base import Inbound
from bot.effects import Effects
from bot.flows.engine import command_of
from bot.memory import Memory
from bot.parts import Parts
from bot.quiet import asks
from triage import outbox, wishes
from triage.talks import Talk


def lasts(tx: Connection, inbound: Inbound, memory: Memory | None, talk: Talk) -> bool:
    """True where nothing may be said on this phone. The case knows it still when the talk is long forgotten."""
    if inbound.channel == "web":
        return False  # a page is read by who has just sent it
    return memory.hushed if memory is not None else talk.case_id is not None and wishes.is_hushed(tx, talk.case_id)


def settle(tx: Connection, parts: Parts, effects: Effects, inbound: Inbound, before: Talk, was: bool, now: int) -> bool:
    """Notes on the case that silence begins or ends; whether it lasts after this message. Called when the message is stored."""
    case_id = effects.talk.case_id
    if inbound.channel == "web":
        if effects.refusal.no_reply and case_id is not None:
            wishes.set_wishes(tx, case_id, now, no_outbound=True)
        return False
    ends = was and asks(parts.book, inbound.text, inbound.choice is not None)
    lasting = bool(effects.refusal.no_reply) or (was and not ends)
    if lasting and not was:
        outbox.call_off_answers(tx, effects.talk.id, "they said that this phone is looked at")
    if case_id is not None and lasting and (not was or case_id != before.case_id):
        wishes.hush(tx, case_id, now)
    elif case_id is not None and ends:
        # Who asks for a person here wants to be written to by one.
        wishes.end_hush(tx, case_id, now, lets_write=command_of(parts.book, inbound.text) == "human")
    return lasting
