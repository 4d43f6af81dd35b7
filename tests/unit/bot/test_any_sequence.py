"""Whatever people send, in whatever order, while flows are edited under them: one answer each, no case lost, nothing after STOP."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot import memory as memories
from bot.channels.base import Inbound
from bot.chat import throwaway
from bot.conversation import Conversation
from bot.flows.build import build
from bot.flows.definition import Book
from bot.flows.engine import asks_secret
from bot.regions import regions
from bot.reply import Reply
from bot.wiring import Front
from config import settings as settings_module
from config.flow_files import read_flows
from triage import desk, messages, outbox, talks
from triage.keys import opening_keys
from triage.scope import COMMAND_LINE
from triage.tables import event
from triage.vault import CannotOpen

CONFIG = Path(__file__).parents[3] / "config"
NOW = 1_790_000_000_000
HOUR = 3_600_000
SHORT = (
    ["0", "00", "000", "1", "2", "3", "5", "9", "12", "88", "99", "X", "HELP", "YES", "NO", "who is this?", "sorry", "?", "០", "１", "y", "ok"]
    + ["1,2,3", "2 and 4", "v1:phone_safe:yes", "1234 5678 9012 3456 7890", "ខ្មែរ", "中文", "繁體", "/lang th", "english", "MY", "/start", "/exit"]
    + ["END", "CANCEL", "menu", "back", "skip", "yesterday", "3 days ago", "", "\0", "\u200b", "👍"]
)  # fmt: skip
TOLD = (
    ["they lock us in and beat us in Poipet", "ជួយផង គេវាយខ្ញុំ", "ช่วยด้วย เขาขังเราไว้ที่แม่สอด", "cứu em với, họ đánh em", "救命 我們被關", "my sister is missing"]
    + ["they will not stop hitting him", "do not tell the police please", "blue kettle by the river", "what did I report?", "x" * 3000, "hello hello"]
    + ["သူတို႔ ႐ိုက္ေနတယ္ ကယ္ပါ", "I saw men with guns near the pier", "is this job safe? they ask my passport"]
)  # fmt: skip
LETTERS = str.maketrans("0123456789", "ghijklmnop")
GONE = ("danger_now", "signs_control", "needs", "relation", "topic")


@pytest.fixture(scope="module")
def house() -> Iterator[Front]:
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(CONFIG)})) as parts:
        yield parts


def edited(parts: Front) -> Book:
    """The flows after an operator took steps away, and a whole flow."""
    raw = read_flows(CONFIG)
    for flow in raw["flows"].values():
        flow["steps"] = [step for step in flow["steps"] if step.get("id") not in GONE or step.get("use")]
        flow.pop("flags", None)
    del raw["flows"]["missing"]
    raw["blocks"]["menu"] = [name for name in raw["blocks"]["menu"] if name != "missing"]
    translate = parts.parts.texts.translate
    return build(raw, translate, regions(parts.parts.gazetteer, raw["blocks"]["languages"]))


class Talk(RuleBasedStateMachine):
    """One person on one channel, against a whole hotline."""

    house: Front
    books: tuple[Book, Book]
    opener: Any

    @initialize(channel=st.sampled_from(["sms", "telegram", "web"]))
    def begin(self, channel: str) -> None:
        self.channel, self.sender, self.now = channel, secrets.token_hex(8) if channel == "web" else str(secrets.randbelow(10**9)), NOW
        self.sender = f"+8551{self.sender}" if channel == "sms" else self.sender
        self.book, self.sent, self.stopped = 0, 0, False
        self.reply, self.last = Reply(), None
        self.told: list[str] = []
        self.forgotten = 0
        self._see_what_was_forgotten()

    def send(self, due: bool = True, **what: Any) -> None:
        """A message and its redelivery: the same answer, and one where one is due."""
        self.now += 60_000
        self.stopped, self.sent = False, self.sent + 1
        self.last = replace(Inbound(self.channel, self.sender, secrets.token_hex(8)), **what)
        conversation = Conversation(replace(self.house.parts, book=self.books[self.book]))
        self.reply = conversation.receive(self.last, self.now)
        again = Conversation(self.house.parts).receive(self.last, self.now)
        assert again.repeated and (again.text, again.buttons, again.notes, again.field) == (
            self.reply.text, self.reply.buttons, self.reply.notes, self.reply.field,
        )  # fmt: skip
        self._see_what_was_forgotten()
        # 40 answers a day to one number, in config/channels.yaml.
        if due and (self.channel != "sms" or self.sent < 40):
            assert self.reply.text or self.reply.notes or self.reply.field or self.reply.ended, what

    def _see_what_was_forgotten(self) -> None:
        with self.house.database.reading() as tx:
            gone = [
                json.loads(row.data)["why"] for row in tx.execute(event.select().where(event.c.verb == "forgotten").order_by(event.c.id))
            ]
        for why in gone[self.forgotten :]:
            # "This phone is not safe" deletes what a menu made, never what somebody told.
            assert why == "asked" or not self.told, why
            self.told.clear()
        self.forgotten = len(gone)

    @rule(text=st.sampled_from(SHORT))
    def say(self, text: str) -> None:
        self.send(text=text, **self._form())

    @rule(text=st.sampled_from(TOLD))
    def tell(self, text: str) -> None:
        text = f"{text} {secrets.token_hex(6).translate(LETTERS)}"
        secret = self._asks_secret()
        # Of what is nearly the same by SMS the third is not answered: it may be a machine.
        self.send(due=self.channel != "sms" or len(self.told) < 2, text=text, **self._form())
        # A guess at a code or a word is kept nowhere; a cry for help is, wherever it comes.
        if not secret or text.startswith(TOLD[0]):
            self.told.append(text)

    def _asks_secret(self) -> bool:
        at = talks.resolve(self.house.database, self.house.keys.index, self.channel, self.sender)
        with self.house.database.reading() as tx:
            found = talks.find(tx, at)
        memory = memories.unseal(self.house.keys.state, found.state) if found else None
        return memory is not None and asks_secret(self.books[self.book], memory.state)

    @rule(text=st.text(max_size=60))
    def say_anything(self, text: str) -> None:
        self.send(text=text.encode("utf-8", "replace").decode(), **self._form())

    def _form(self) -> dict[str, Any]:
        return {"extra": {"form": self.reply.field.data}} if self.channel == "web" and self.reply.field else {}

    @rule(at=st.integers(0, 8))
    def press(self, at: int) -> None:
        if self.reply.buttons:
            self.send(choice=self.reply.buttons[at % len(self.reply.buttons)][0])
        elif self.reply.field is not None and self.reply.field.choices:
            choices = self.reply.field.choices
            self.send(values=(choices[at % len(choices)][0],), extra={"form": self.reply.field.data})

    @rule(
        version=st.integers(0, 30),
        step=st.sampled_from(["phone_safe", "menu", "lang", "share", ""]),
        option=st.sampled_from(["yes", "no", "0", "done", "th"]),
    )
    def press_something_old(self, version: int, step: str, option: str) -> None:
        self.send(due=False, choice=f"v{version}:{step}:{option}")

    @rule()
    def pin(self) -> None:
        self.send(location=(13.7, 100.5))

    @rule(kind=st.sampled_from(["photo", "voice", "contact", "sticker"]), caption=st.sampled_from(["", "look", "1"]))
    def attach(self, kind: str, caption: str) -> None:
        self.send(media=(kind,), text=caption)

    @rule(word=st.sampled_from(["STOP", "ឈប់", "หยุด", "S T O P", "dung"]))
    def stop(self, word: str) -> None:
        self.send(text=word)
        self.stopped = True

    @rule()
    def erase(self) -> None:
        for word in ("DELETE", "0", "0", "2", "1"):
            self.send(due=False, text=word)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR
        self.sent = 0 if hours > 24 else self.sent
        with self.house.database.writing() as tx:
            talks.forget_states(tx, self.now - 48 * HOUR)

    @rule()
    def edit(self) -> None:
        self.book = 1 - self.book

    @invariant()
    def nothing_waits_to_be_sent_after_stop(self) -> None:
        if self.stopped:
            with self.house.database.reading() as tx:
                waiting = outbox.waiting(tx, self.now + 100 * HOUR)
                talk = self._talk(tx)
                mine = outbox.outbox.c.conversation_id == talk.id
                assert not set(waiting) & set(
                    tx.execute(outbox.outbox.select().where(mine).with_only_columns(outbox.outbox.c.id)).scalars()
                )

    def _talk(self, tx: Any) -> talks.Talk:
        at = talks.resolve(self.house.database, self.house.keys.index, self.channel, self.sender)
        found = talks.find(tx, at)
        assert found is not None
        return found

    def teardown(self) -> None:
        """Every word that was told stands in a case, unless the person had it deleted."""
        kept, opener = "", self.opener
        with self.house.database.reading() as tx:
            for case in desk.all_cases(tx, COMMAND_LINE):
                try:
                    kept += "\n".join(word.text for word in messages.read_all(tx, case.id, opener))
                except CannotOpen:
                    continue
        assert [text for text in self.told if text not in kept] == []


@pytest.mark.timeout(300)
def test_any_sequence_of_messages_and_edits(house: Front) -> None:
    Talk.house, Talk.books, Talk.opener = house, (house.parts.book, edited(house)), opening_keys(house.settings).opening()
    quick = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Talk, settings=quick)
