"""One message in, one reply out, all of it in one transaction. The only place where the engine meets triage."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import bare, hush, letters, present, repeats
from bot import memory as memories
from bot.channels.base import Inbound
from bot.effects import Effects
from bot.flows.engine import advance, ask_again, asks_secret, begin, calls_help, command_of, start, takes
from bot.flows.review import review
from bot.flows.turns import Outcome, Text, Turn, WordGiven
from bot.given import given_by, prefix_lang
from bot.lines import can_be_answered
from bot.looks import known_at, known_from
from bot.memory import Memory
from bot.params import local_day
from bot.parts import Parts
from bot.purse import COSTS, Purse
from bot.quiet import TEXT_CHANNELS, Quiet, asks, covered, heeds, quiet, remember
from bot.reply import Reply
from triage import events, inbox, messages, outbox, pulses, receipt, talks
from triage.assess import Assessment
from triage.db import retried
from triage.talks import Address, Talk
from triage.vault import CannotOpen

log = logging.getLogger("hotline.conversation")
ANSWER = "answer"
REMIND_AFTER_MS = 3 * 3_600_000


class Conversation:
    """Takes messages of all channels; holds nothing between two of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._caps = parts.channels.caps
        self._purse = Purse(self._caps)

    def receive(self, inbound: Inbound, now: int, by_outbox: bool = False) -> Reply:
        """Stores a message, moves its talk one step, and says what to answer; committed when it returns.

        A redelivery changes nothing and gets the same reply. With `by_outbox` the reply is queued for sending.
        """
        at = talks.resolve(self._parts.database, self._parts.keys.index, inbound.channel, inbound.sender)
        with self._parts.database.reading() as tx:
            talk = talks.find(tx, at, now)
        stood = talk.state if talk else None
        look = (stood, self._look(inbound, stood))
        try:
            reply, rings = retried(lambda: self._transact(inbound, at, look, now, by_outbox))
        except IntegrityError:
            # A rival stored the same external id from another sender: it is theirs, and stored.
            return Reply(repeated=True)
        for name, row_id in rings:
            self._parts.bell.ring(name, row_id)
        return reply

    def review(self, inbound: Inbound, now: int) -> Reply:
        """What this person told so far, with the question that is open; nothing is stored and nothing moves."""
        parts = self._parts
        at = talks.resolve(parts.database, parts.keys.index, inbound.channel, inbound.sender)
        with parts.database.reading() as tx:
            talk = talks.find(tx, at, now)
            memory = memories.unseal(parts.keys.state, talk.state) if talk else None
            if talk is None or memory is None:
                return Reply()
            turn = ask_again(parts.book, memory.state)
            reply = present.reply(parts, inbound.channel, turn, Effects(parts, tx, inbound, talk, memory, None, now), now)
        lines = review(parts.book, memory.state, parts.texts.translate)
        return replace(reply, told=tuple((line.step, line.question, ", ".join(line.labels)) for line in lines))

    def _look(self, inbound: Inbound, stood: bytes | None) -> Assessment | None:
        """Triage's first look, where the talk stood as sealed; None for a command or a menu answer."""
        if not inbound.text.strip():
            return None
        memory = memories.unseal(self._parts.keys.state, stood)
        state = memory.state if memory else start("en", inbound.channel in TEXT_CHANNELS)
        given = given_by(inbound)
        if isinstance(given, Text):
            given = Text(letters.heard(self._parts.book, state, given.text))
        secret = asks_secret(self._parts.book, state) and command_of(self._parts.book, inbound.text) is None
        called = isinstance(given, Text) and calls_help(self._parts.book, state, given.text)
        if receipt.clean(inbound.text) or (takes(self._parts.book, state, given) and not secret and not called):
            return None
        try:
            seen = self._parts.triage.assess(inbound.text, lang=state.lang.split("-")[0] if memory and memory.chose_lang else None)
            return seen if not secret or seen.urgency == "emergency" else None
        except Exception as error:  # nothing that a person writes may keep it from being stored
            log.error("first look: %(error)s", {"error": type(error).__name__})
            return None

    def _transact(
        self, inbound: Inbound, at: Address, look: tuple[bytes | None, Assessment | None], now: int, by_outbox: bool
    ) -> tuple[Reply, list[tuple[str, int]]]:
        parts = self._parts
        contact = None if inbound.channel == "web" else parts.keys.sealer.seal("contact", present.json_bytes(inbound.sender))
        with parts.database.writing() as tx:
            talk = talks.lock(tx, at, contact, now)
            inbound, before = repeats.known(tx, inbound, now)
            if before is not None:
                return self._repeat(before.answer), []
            # The look was taken before the lock; where another message moved the talk meanwhile, this one means something else.
            seen = look[1] if talk.state == look[0] else self._look(inbound, talk.state)
            talk = replace(talk, line=inbound.line or talk.line)
            kept_state = memories.unseal(parts.keys.state, talk.state)
            old_letters = talk.lang == letters.TAG or (kept_state is not None and kept_state.zawgyi != letters.UNKNOWN)
            memory = self._memory(kept_state, talk, inbound, seen)
            if seen is None and talk.case_id is None and not memory.state.talking:
                near = parts.gazetteer.nearest(*inbound.location) if inbound.location is not None else None
                seen = bare.sent(inbound, memory.state.lang, near)
            if not memory.spoke and not memory.chose_lang:
                seen = bare.in_language(seen, memory.state.lang)
            effects = Effects(parts, tx, inbound, talk, memory, seen, now)
            if memory.spoke and kept_state is not None and not kept_state.spoke:
                effects.speaks(memory.state.lang)
            hushed = hush.lasts(tx, inbound, kept_state, talk)
            kept = self._kept(effects, inbound, memory, hushed, seen, now) if talk.case_id is not None else None
            turn = effects.keep(kept, memory.state) if kept else self._turn(effects, memory, inbound, seen, local_day(now))
            turn = covered(turn) if hushed or (effects.refusal.no_reply and inbound.channel != "web") else turn
            effects.finish(turn)
            self._remember(effects, inbound, kept, seen, now)
            hushed = hush.settle(tx, parts, effects, inbound, talk, hushed, now)
            effects.memory = replace(effects.memory, hushed=hushed)
            note = parts.book.phrases["zawgyi_note"] if effects.memory.zawgyi == letters.ZAWGYI and not old_letters else ""
            reply = letters.in_their_letters(present.reply(parts, inbound.channel, turn, effects, now), effects.memory, note)
            reply = self._within_caps(tx, inbound, effects, reply, now)
            return reply, self._store(tx, inbound, effects, turn, reply, now, by_outbox)

    def _kept(self, effects: Effects, inbound: Inbound, memory: Memory, hushed: bool, seen: Assessment | None, now: int) -> Quiet | None:
        """Why a message of a talk is only kept; None for one that is heard."""
        why = quiet(inbound, memory, seen is not None, self._caps, now)
        book, text = self._parts.book, inbound.text
        if why is None and hushed and not asks(book, text, inbound.choice is not None) and not heeds(book, text):
            if inbound.media or inbound.location is not None:
                effects.take_what_was_sent()
            return Quiet("hushed")
        return why

    def _remember(self, effects: Effects, inbound: Inbound, kept: Quiet | None, seen: Assessment | None, now: int) -> None:
        if kept is None or kept.why == "echo":
            effects.memory = remember(inbound, effects.memory, effects.message_id, seen is not None, self._caps, now)

    def _within_caps(self, tx: Connection, inbound: Inbound, effects: Effects, reply: Reply, now: int) -> Reply:
        """The reply, or an empty one where it must not leave; the case says why, once for each reason."""
        if effects.memory.hushed:
            return Reply(lang=reply.lang)
        if inbound.channel not in COSTS or not reply.text:
            return reply
        if not can_be_answered(self._parts.channels, inbound.sender):
            return replace(reply, text="")
        why = self._purse.why_not(tx, effects.talk.id, inbound.sender, reply.text, now) if not effects.is_first_alarm else None
        if why is None:
            self._purse.note(tx, effects.talk.id, inbound.sender, reply.text, now)
            effects.memory = replace(effects.memory, held="")
            return reply
        if why != effects.memory.held and effects.talk.case_id is not None:
            events.append(tx, effects.talk.case_id, now, "system", "withheld", {"why": why})
        effects.memory = replace(effects.memory, held=why)
        return replace(reply, text="")

    def _repeat(self, answer: bytes | None) -> Reply:
        try:
            return Reply.from_bytes(self._parts.keys.state.open(ANSWER, answer or b""))
        except CannotOpen:
            return Reply(repeated=True)

    def _memory(self, memory: Memory | None, talk: Talk, inbound: Inbound, seen: Assessment | None) -> Memory:
        if memory is None:
            hint = talk.lang or inbound.lang_hint or prefix_lang(inbound)
            old_letters = hint == letters.TAG
            lang = "my" if old_letters else hint if hint and hint in self._parts.book.languages else "en"
            zawgyi = letters.ZAWGYI if old_letters else letters.UNKNOWN
            # Of a talk that was forgotten after days nobody knows any more whether its case was told in words: the careful side.
            told = talk.case_id is not None
            memory = Memory(start(lang, inbound.channel in TEXT_CHANNELS), words=told, zawgyi=zawgyi, spoke=told)
        # The first words that tell it decide the language, whatever the menu before them was written in.
        if seen is not None and not memory.chose_lang and not memory.spoke and bare.tells_language(inbound.text, seen):
            lang = letters.written(seen.lang, memory.state.lang, inbound.text)
            memory = replace(memory, state=memory.state._replace(lang=lang), spoke=True)
        return letters.learnt(memory, inbound, seen)

    def _turn(self, effects: Effects, memory: Memory, inbound: Inbound, seen: Assessment | None, today: date) -> Turn:
        book, state, given = self._parts.book, memory.state, given_by(inbound)
        if isinstance(given, Text):
            given = Text(letters.heard(book, state, given.text))
        code = receipt.clean(inbound.text) if inbound.text else None
        flow = inbound.extra.get("flow")
        if letters.asks_change(memory, inbound.text):
            effects.memory = letters.changed(memory)
            turn = ask_again(book, state)
        elif isinstance(flow, str) and flow in book.flows:
            turn = begin(book, state, flow, ack=False)
        elif code and state.step not in ("code", "code_word"):
            turn = advance(book, begin(book, state, "status", ack=False).state, Text(code))
        elif seen is not None and not state.talking and (effects.talk.case_id is None or memory.bare):
            turn = self._open(effects, memory, inbound, seen)
        else:
            turn = advance(book, state, given, self._known(inbound, seen), today)
        effects.handle(turn)
        if any(isinstance(event, WordGiven) for event in turn.events):
            turn = advance(book, turn.state, Outcome(effects.outcome))
            effects.handle(turn)
        return turn

    def _open(self, effects: Effects, memory: Memory, inbound: Inbound, seen: Assessment) -> Turn:
        """The first words of a case, or the first that tell something after a mere call: what they tell decides what is asked."""
        book, state = self._parts.book, memory.state
        effects.bare = bare.kind_of(inbound.text, seen) if inbound.text.strip() else effects.take_what_was_sent()
        flow = None if seen.kind == "other" or calls_help(book, state, inbound.text) else seen.kind
        if effects.talk.case_id is None:
            return begin(book, state, flow, known_from(seen))
        if flow is None:
            return advance(book, state, Text(inbound.text), known_from(seen))
        # Told anew by when it is read: that is sooner now than after the call alone.
        effects.tells_more = True
        return begin(book, state, flow, known_from(seen), keys=False)

    def _known(self, inbound: Inbound, seen: Assessment | None) -> Mapping[str, str]:
        if inbound.location is not None:
            return known_at(self._parts.gazetteer.nearest(*inbound.location))
        return known_from(seen) if seen is not None else {}

    def _remind(self, tx: Connection, inbound: Inbound, effects: Effects, turn: Turn, now: int) -> Memory:
        """A talk that is left in the middle is recalled once, hours later; one that goes on or ends is not."""
        memory, parts = effects.memory, self._parts
        if memory.reminder is not None:
            if turn.state.talking:
                outbox.put_off(tx, memory.reminder, now + REMIND_AFTER_MS)
            else:
                outbox.call_off(tx, memory.reminder, "the talk came to its end")
        elif _may_remind(inbound, turn):
            text = parts.texts.translate(turn.state.lang, "phrase.reminder", parts.book.phrases["reminder"])
            body = messages.seal(parts.keys.sealer, {"text": text})
            ids = {"conversation_id": effects.talk.id, "case_id": effects.talk.case_id}
            return replace(memory, reminder=outbox.put(tx, "reminder", inbound.channel, body, now + REMIND_AFTER_MS, **ids))
        return memory

    def _store(
        self, tx: Connection, inbound: Inbound, effects: Effects, turn: Turn, reply: Reply, now: int, by_outbox: bool
    ) -> list[tuple[str, int]]:
        parts, talk = self._parts, effects.talk
        effects.memory = self._remind(tx, inbound, effects, turn, now)
        sealed = memories.seal(parts.keys.state, replace(effects.memory, state=turn.state)) if not effects.forgotten else None
        talk = talks.save(tx, replace(talk, state=sealed, lang=letters.of_talk(turn.state.lang, effects.memory)), now)
        if talk.case_id is not None and effects.message_id is not None:
            pulses.heard(tx, talk.case_id, turn.state.talking, now)
        answer = parts.keys.state.seal(ANSWER, reply.to_bytes())
        row_id = inbox.add(
            tx, inbound.channel, inbound.external_id, now, conversation_id=talk.id, message_id=effects.message_id, answer=answer
        )
        rings = [("triage", row_id)] if effects.message_id is not None else []
        if inbound.ack:
            body = messages.seal(parts.keys.sealer, {"text": inbound.ack})
            rings.append(("deliver", outbox.put(tx, "ack", inbound.channel, body, now, conversation_id=talk.id)))
        if by_outbox and reply.text:
            content = {"text": reply.text, "buttons": reply.buttons, "ask_location": reply.ask_location}
            body = messages.seal(parts.keys.sealer, content)
            rings.append(("deliver", outbox.put(tx, "answer", inbound.channel, body, now, conversation_id=talk.id)))
        return rings


def _may_remind(inbound: Inbound, turn: Turn) -> bool:
    """Only where the person allowed an answer here, on a phone that is safe, and is not in danger."""
    answers, state = turn.state.answers, turn.state
    return (
        inbound.channel != "web"
        and state.talking
        and answers.get("contact") in ("here_any_time", "here_at_hours")
        and answers.get("phone_safe", "yes") == "yes"
        and not {"cover", "danger"} & set(state.flags)
    )
