"""Many people who each fire many updates at once: the end must equal some order in which they came one after another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from sqlalchemy import select

from bot import memory as memories
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.chat import throwaway
from bot.wiring import front
from config import settings as settings_module
from tests.fixtures.hotline import Hotline
from tests.torture.sender import SAYINGS
from triage import talks
from triage.tables import cases, conversation, inbox
from triage.talks import Talk

CHAT, UPDATE = 7_500_000, 30_000_000


@dataclass(frozen=True)
class End:
    """Where one person's talk ended: updates counted, words on the case, and where the engine stands."""

    order: tuple[int, ...]
    version: int
    messages: int
    cases: int
    step: str


def fire(hotline: Hotline, people: int, each: int, seed: int) -> dict[int, list[str]]:
    """Everybody at once; what each chat said, by the order of their update ids. Fails where one is refused."""
    rng = random.Random(seed)
    said = {CHAT + at: [_words(rng, at, number) for number in range(each)] for at in range(people)}
    calls = [(chat, number, text) for chat, texts in said.items() for number, text in enumerate(texts)]
    rng.shuffle(calls)
    with ThreadPoolExecutor(32) as many:
        codes = set(many.map(lambda call: hotline.update(chat=call[0], update_id=_update(*call[:2]), text=call[2]).status_code, calls))
    assert codes == {200}, codes
    return said


def _words(rng: random.Random, at: int, number: int) -> str:
    # Menu answers among the words: what they mean depends on where the talk stands.
    return str(rng.randint(1, 4)) if rng.random() < 0.4 else f"{rng.choice(SAYINGS)} (storm {at}-{number})"


def _update(chat: int, number: int) -> int:
    return UPDATE + (chat - CHAT) * 1000 + number


def ends(hotline: Hotline, chats: Sequence[int]) -> dict[int, End]:
    """Where each talk ended, from the database."""
    parts = front(settings_module.read(hotline.environ))
    return {chat: _end(parts, chat) for chat in chats}


def replayed(hotline: Hotline, chat: int, texts: Sequence[str], order: Sequence[int]) -> str:
    """Where the engine stands when the same updates come one after another, in this order."""
    with throwaway(settings_module.read({"HOTLINE_CONFIG": hotline.environ["HOTLINE_CONFIG"]})) as parts:
        bot, now = TelegramBot(TelegramAccount("1:sample", "s", "https://api.telegram.org")), 1_790_000_000_000
        for number in order:
            message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private", "first_name": "Sample"}, "text": texts[number]}
            message["from"] = {"id": chat, "is_bot": False, "first_name": "Sample"}
            inbound = bot.read({"update_id": _update(chat, number), "message": message})
            assert inbound is not None
            now += 1000
            parts.conversation.receive(inbound, now)
        return _end(parts, chat).step


def _end(parts: object, chat: int) -> End:
    with parts.database.reading() as tx:  # type: ignore[attr-defined]
        talk = talks.find(tx, talks.resolve(parts.database, parts.keys.index, "telegram", str(chat)))  # type: ignore[attr-defined]
        assert isinstance(talk, Talk)
        ids = tx.execute(select(inbox.c.external_id).where(inbox.c.conversation_id == talk.id).order_by(inbox.c.id)).scalars()
        order = tuple(int(name) - _update(chat, 0) for name in ids)
        rows = tx.execute(
            select(cases.c.messages).join(conversation, conversation.c.case_id == cases.c.id).where(conversation.c.id == talk.id)
        ).all()
    memory = memories.unseal(parts.keys.state, talk.state)  # type: ignore[attr-defined]
    step = memory.state.dumps() if memory else ""
    return End(order, talk.version, rows[0].messages if rows else 0, len(rows), step)


def faults(hotline: Hotline, said: dict[int, list[str]], replay: int) -> list[str]:
    """What is wrong with the end; the first `replay` talks are played again in the order in which they were stored."""
    found, each = [], len(next(iter(said.values())))
    for number, (chat, end) in enumerate(ends(hotline, list(said)).items()):
        if sorted(end.order) != list(range(each)) or end.version != each or end.cases != 1:
            found.append(f"{chat}: {replace(end, step='')}")
        elif number < replay and (step := replayed(hotline, chat, said[chat], end.order)) != end.step:
            found.append(f"{chat}: stands at {end.step}, in the same order {step}")
    return found
