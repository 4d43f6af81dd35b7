"""Silence that lasts: who says that their phone is looked at is answered there again only after asking, by what no stranger knows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.channels.base import Inbound
from bot.effects import Effects
from bot.flows.engine import command_of
from bot.flows.turns import Turn
from bot.memory import Memory
from bot.parts import Parts
from triage import outbox, receipt, wishes
from triage.talks import Talk

# HELP and "?" are not among them: whoever finds the message may type those.
ASKING = ("human", "urgent", "menu", "delete")
# Done as ever, and without a word.
HEEDED = ("stop", "exit")


def lasts(tx: Connection, inbound: Inbound, memory: Memory | None, talk: Talk) -> bool:
    """True where nothing may be said on this phone. The case knows it still when the talk is long forgotten."""
    if inbound.channel == "web":
        return False  # a page is read by who has just sent it
    return memory.hushed if memory is not None else talk.case_id is not None and wishes.is_hushed(tx, talk.case_id)


def asks(parts: Parts, inbound: Inbound) -> bool:
    """True for a key, a receipt code or a button: the person has the phone, and waits for an answer."""
    return inbound.choice is not None or receipt.clean(inbound.text) is not None or command_of(parts.book, inbound.text) in ASKING


def heeds(parts: Parts, inbound: Inbound) -> bool:
    """True for what is done although nothing is answered."""
    return command_of(parts.book, inbound.text) in HEEDED


def covered(turn: Turn) -> Turn:
    """What is said after a silence is said as to a phone that others may read."""
    return turn if turn.state.cover else replace(turn, state=turn.state._replace(flags=(*turn.state.flags, "cover")))


def settle(tx: Connection, parts: Parts, effects: Effects, inbound: Inbound, before: Talk, was: bool, now: int) -> bool:
    """Notes on the case that silence begins or ends; whether it lasts after this message. Called when the message is stored."""
    case_id = effects.talk.case_id
    if inbound.channel == "web":
        if effects.refusal.no_reply and case_id is not None:
            wishes.set_wishes(tx, case_id, now, no_outbound=True)
        return False
    ends = was and asks(parts, inbound)
    lasting = bool(effects.refusal.no_reply) or (was and not ends)
    if lasting and not was:
        outbox.call_off_answers(tx, effects.talk.id, "they said that this phone is looked at")
    if case_id is not None and lasting and (not was or case_id != before.case_id):
        wishes.hush(tx, case_id, now)
    elif case_id is not None and ends:
        # Who asks for a person here wants to be written to by one.
        wishes.end_hush(tx, case_id, now, lets_write=command_of(parts.book, inbound.text) == "human")
    return lasting
