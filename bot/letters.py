"""In which letters a person writes and reads: Burmese in the old encoding (Zawgyi), Chinese in traditional characters.

A phone that shows Zawgyi shows Unicode as a jumble, and the other way round. Who writes a sentence in Zawgyi is answered in it, and told
once, in Latin letters that every phone shows, how to change that. docs/adr/0006.
"""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import Inbound
from bot.flows.definition import Book
from bot.flows.engine import takes
from bot.flows.state import State
from bot.flows.turns import Text
from bot.memory import Memory
from bot.reply import Reply
from triage.assess import Assessment
from triage.simplified import PAIRS
from triage.zawgyi import MYANMAR, as_unicode, as_zawgyi, surely_unicode

UNKNOWN, ZAWGYI, UNICODE = 0, 1, 2  # of `Memory.zawgyi`
TAG = "my-Qaag"  # Burmese for a reader of Zawgyi, as Unicode's CLDR names it; the language of a talk, never of a flow
HANT = "zh-Hant"
CHANGE = "my"
SHORT = 200  # characters; a longer message is no answer of a list
SENTENCE = 12  # letters from which an encoding is told apart
TRADITIONAL = frozenset(PAIRS[0::2])
SIMPLIFIED = frozenset(PAIRS[1::2]) - TRADITIONAL


def heard(book: Book, state: State, text: str) -> str:
    """The text as the engine reads it: where it makes nothing of it, but something of it read as Zawgyi, the latter."""
    if not MYANMAR.search(text) or len(text) > SHORT or takes(book, state, Text(text)):
        return text
    other = as_unicode(text)
    return other if takes(book, state, Text(other)) else text


def written(lang: str, before: str, text: str) -> str:
    """The language of what was written; Chinese by its characters, and where they tell nothing, as the talk was before."""
    if lang != "zh":
        return lang
    old, new = sum(char in TRADITIONAL for char in text), sum(char in SIMPLIFIED for char in text)
    return HANT if old > new or (old == new and before == HANT) else "zh"


def learnt(memory: Memory, inbound: Inbound, seen: Assessment | None) -> Memory:
    """The memory with the encoding that this message shows; a browser draws Unicode whatever the phone's own letters are."""
    if seen is None or inbound.channel == "web" or memory.zawgyi == UNICODE:
        return memory
    if seen.zawgyi:
        return replace(memory, zawgyi=ZAWGYI)
    changed = memory.zawgyi == ZAWGYI and len(inbound.text) >= SENTENCE and surely_unicode(inbound.text)
    return replace(memory, zawgyi=UNKNOWN) if changed else memory


def asks_change(memory: Memory, text: str) -> bool:
    """True where somebody cannot read the letters that we chose."""
    return memory.zawgyi != UNKNOWN and text.strip(" .!").casefold() == CHANGE


def changed(memory: Memory) -> Memory:
    """The other letters from now on."""
    return replace(memory, zawgyi=ZAWGYI if memory.zawgyi == UNICODE else UNICODE)


def of_talk(lang: str, memory: Memory) -> str:
    """The language as a talk keeps it: what is sent later is written in the same letters."""
    return TAG if lang == "my" and memory.zawgyi == ZAWGYI else lang


def shown(text: str, lang: str) -> str:
    """A text as the reader of a talk's language has to get it."""
    return as_zawgyi(text) if lang == TAG else text


def in_their_letters(reply: Reply, memory: Memory, note: str) -> Reply:
    """The reply as this phone shows it; `note` is added where it is not empty."""
    if memory.zawgyi != ZAWGYI or reply.lang != "my":
        return reply
    text = as_zawgyi(reply.text) + (f"\n{note}" if note and reply.text else "")
    place = as_zawgyi(reply.ask_location) if reply.ask_location else None
    return replace(reply, text=text, buttons=tuple((data, as_zawgyi(label)) for data, label in reply.buttons), ask_location=place)
