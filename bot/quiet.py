"""Messages that are kept and not answered: the rest of an album, a correction, an echo of an answering machine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.channels.base import Inbound
from bot.echo import near, sketch
from bot.flows.definition import Book
from bot.flows.engine import command_of
from bot.flows.turns import Turn
from bot.memory import Memory
from config.channels import Caps
from triage import receipt

# Who asks for an answer in a silence (bot/hush.py). HELP and "?" are not among them: whoever finds the message may type those.
ASKING = ("human", "urgent", "menu", "delete")
# Done as ever in a silence, and without a word.
HEEDED = ("stop", "exit")
TEXT_CHANNELS = ("sms", "whatsapp")
REMEMBERED = 3
ANSWERED = 2  # of texts that are nearly the same


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why nothing is said. With `joins` the message adds to that word of the case and is none of its own."""

    why: str
    joins: int = 0


def quiet(inbound: Inbound, memory: Memory, free_text: bool, caps: Caps, now: int) -> Quiet | None:
    """Whether this message is only kept; None for one that is heard."""
    if inbound.extra.get("quiet"):
        return Quiet(str(inbound.extra["quiet"]))
    if memory.group and inbound.extra.get("group") == memory.group:
        return Quiet("album", 0 if inbound.text.strip() else memory.group_message)
    if free_text and inbound.channel in TEXT_CHANNELS and _echoes(inbound, memory, caps, now):
        return Quiet("echo")
    return None


def asks(book: Book, text: str, pressed: bool) -> bool:
    """True for a key, a receipt code or a button: the person has the phone, and waits for an answer."""
    return pressed or receipt.clean(text) is not None or command_of(book, text) in ASKING


def heeds(book: Book, text: str) -> bool:
    """True for what is done although nothing is answered."""
    return command_of(book, text) in HEEDED


def covered(turn: Turn) -> Turn:
    """What is said after a silence is said as to a phone that others may read."""
    return turn if turn.state.cover else replace(turn, state=turn.state._replace(flags=(*turn.state.flags, "cover")))


def remember(inbound: Inbound, memory: Memory, message_id: int | None, free_text: bool, caps: Caps, now: int) -> Memory:
    """The memory after a message that was heard."""
    group = str(inbound.extra.get("group") or "")
    memory = replace(memory, group=group, group_message=(message_id or 0) if group else 0)
    like = sketch(inbound.text, caps.echo_shortest) if free_text and inbound.channel in TEXT_CHANNELS else None
    return replace(memory, echoes=(*memory.echoes, (now, like))[-REMEMBERED:]) if like else memory


def _echoes(inbound: Inbound, memory: Memory, caps: Caps, now: int) -> bool:
    """True for the third of texts that are nearly the same: who is afraid says a thing twice, and is answered twice."""
    since = now - caps.echo_minutes * 60_000
    recent = [before for at, before in memory.echoes if at > since]
    like = sketch(inbound.text, caps.echo_shortest) if len(recent) >= ANSWERED else None
    return like is not None and sum(near(like, before) for before in recent) >= ANSWERED
