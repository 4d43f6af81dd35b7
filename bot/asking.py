"""Asks once for the place of a case that no country was found for, when its person has fallen silent."""

from __future__ import annotations

from bot import memory as memories
from bot.parts import Parts
from triage import messages, outbox, place_question
from triage.place_question import Asked

UNKNOWN_DESK = "regional"
SETTLED = ("at_sea", "unknown", "other")  # answers to "which country?" after which no town is asked for


def ask(parts: Parts, now: int) -> int:
    """Queues the question for everybody to whom it is due; how many were asked."""
    silent_ms = parts.routing.limits.ask_place_after * 60_000
    with parts.database.reading() as tx:
        found = place_question.due(tx, UNKNOWN_DESK, silent_ms, now)
    return sum(_ask(parts, asked, now) for asked in found)


def _ask(parts: Parts, asked: Asked, now: int) -> bool:
    memory = memories.unseal(parts.keys.state, asked.state)
    answers, flags = (memory.state.answers, memory.state.flags) if memory else ({}, ())
    with parts.database.writing() as tx:
        if answers.get("country") in SETTLED or "cover" in flags or answers.get("contact") == "i_will_write":
            place_question.pass_over(tx, asked.case_id, now)
            return False
        if not place_question.take(tx, UNKNOWN_DESK, asked, now):
            return False
        text = parts.texts.translate(asked.lang or "en", "phrase.ask_place", parts.book.phrases["ask_place"])
        body = messages.seal(parts.keys.sealer, {"text": text})
        parcel = outbox.put(tx, "question", asked.channel, body, now, conversation_id=asked.talk_id, case_id=asked.case_id)
    parts.bell.ring("deliver", parcel)
    return True
