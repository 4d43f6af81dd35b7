"""What a turn of the engine does to cases: each event becomes one domain call, in the transaction of the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bot import proving
from bot.bare import SENT
from bot.channels.base import Inbound
from bot.flows import turns as t
from bot.flows.state import State
from bot.looks import first_look, fresh, read_answers, waiting_in
from bot.memory import Memory
from bot.parts import Parts
from bot.quiet import Quiet
from triage import attachments, intake, links, tallies, wishes
from triage.assess import Assessment
from triage.hours import mask_of, offset_of
from triage.refusals import Refusal, reader
from triage.talks import Talk

CASE_FLOWS = ("help_self", "help_other", "tip", "missing")


class Effects:
    """Collects what one message adds, and applies it. `message_id` is the stored word, if any."""

    def __init__(
        self, parts: Parts, tx: Connection, inbound: Inbound, talk: Talk, memory: Memory, seen: Assessment | None, now: int
    ) -> None:
        self.talk, self.memory = talk, memory
        self.message_id: int | None = None
        self.outcome, self.forgotten = "wrong", False
        self.bare = ""  # which of `bot.bare` the message is
        self.tells_more = False  # the first message that tells something, after a mere call
        self.case_state = self.answers_text = ""
        self._parts, self.tx, self._inbound, self._seen, self._now = parts, tx, inbound, seen, now
        self._content: dict[str, Any] = {}
        self._answers: dict[str, Any] = {}
        self._says_something, self._urgent = seen is not None, False
        self._after: list[Callable[[], None]] = []
        self._joins, self._made = 0, False
        self._past: int | None = None
        self.country, self.subdivision, self.level, self.due_at = self._known()
        self.refusal = reader(parts.routing.refusals).read(inbound.text) if seen else Refusal()
        self._known_level = self.level if self.talk.case_id is not None else ""

    def _known(self) -> tuple[str | None, str | None, str, int | None]:
        if self._says_something:
            self._part()
        if self.talk.case_id is not None:
            found = wishes.glance(self.tx, self.talk.case_id)
            if found is not None:
                return found
            self.talk = replace(self.talk, case_id=None)
        seen = self._seen
        return (seen.country, seen.subdivision, seen.urgency, None) if seen else (None, None, "low", None)

    def _part(self) -> None:
        """A case that was closed long ago stays closed: what is said now is a new one, linked to it."""
        days = self._parts.routing.limits.reopen_days
        if self.talk.case_id is not None and intake.is_past(self.tx, self.talk.case_id, days, self._now):
            self._past, self.talk = self.talk.case_id, replace(self.talk, case_id=None)
            self.memory = replace(self.memory, code=None, words=False)

    @property
    def is_first_alarm(self) -> bool:
        """True for the message by which a case is, or becomes, an emergency: its answer is never held back."""
        level = "emergency" if self._seen is not None and self._seen.urgency == "emergency" else self.level
        return level == "emergency" and (self._made or self._known_level != "emergency")

    @property
    def files(self) -> tuple[str | None, ...]:
        """Why each file that came with the message is refused at once; None for one that can be kept, as far as is known by now."""
        return tuple(fresh(item).refused for item in self._inbound.files)

    def keep(self, why: Quiet, state: State) -> t.Turn:
        """A message that is kept and not answered: the talk stays where it is."""
        self._joins = why.joins
        if not why.joins:
            self._content |= {"kept": why.why} | ({"media": list(self._inbound.media)} if self._inbound.media else {})
        return t.Turn(state)

    def take_what_was_sent(self) -> str:
        """Files or a place without a word; which of `bot.bare` that is."""
        self._content |= {"media": list(self._inbound.media)} if self._inbound.media else {}
        if self._inbound.location is not None:
            self._note_place("place", *self._inbound.location)
        self._note_words()
        return SENT

    def handle(self, turn: t.Turn) -> None:
        """Takes in the events of a turn."""
        for event in turn.events:
            self._handle_one(event)

    def _handle_one(self, event: t.Event) -> None:
        match event:
            case t.FlowStarted(flow):
                self._content["flow"] = flow
                self.memory = replace(self.memory, bare=False)
                self._says_something |= flow in CASE_FLOWS
            case t.Answered(step, choices):
                self._answers[step] = list(choices) if len(choices) != 1 else choices[0]
                if step in ("which", "subdivision") and choices:
                    self.country, self.subdivision = choices[0][:2], choices[0]
                    self._content["place"] = {"country": self.country, "subdivision": choices[0], "words": []}
            case t.TextGiven(step, _):
                self._content["step"] = step
                self._note_words()
            case t.PlaceGiven(step, lat, lon):
                self._note_place(step, lat, lon)
            case t.MediaGiven(step) | t.CardGiven(step):
                self._content |= {"step": step, "media": list(self._inbound.media)}
                self._note_words()
            case t.UrgentAsked() | t.DangerNow():
                self._answers.setdefault("danger_now", "yes")
                self._urgent = self._says_something = True
            case t.HumanAsked():
                self._content["human"] = True
                self._says_something = True
            case _:
                self._handle_wish(event)

    def _handle_wish(self, event: t.Event) -> None:
        match event:
            case t.UnsafePhone():
                self._after.append(self._leave_phone)
            case t.Stopped():
                self.talk = replace(self.talk, stopped_at=self._now)
            case t.LanguageChosen(lang):
                self.memory = replace(self.memory, chose_lang=True)
                self.speaks(lang)
            case t.ShareChosen(who):
                self._after.append(lambda: self._share(who))
            case t.StrangerAsked():
                self._content["flag"] = "other_hands"
            case t.ReadAsked():
                self._after.append(self._read)
            case t.CodeGiven(skipped):
                self._take_code(skipped)
            case t.WordGiven(skipped):
                self._check_word(skipped)
            case t.WordChosen():
                self._after.append(self._keep_word)
            case t.EraseAsked(scope):
                self._after.append(lambda: self._erase(scope))
            case t.FlowEnded("info", _):
                self._after.append(self._close_question)
            case t.Flagged(name):
                self._content["flag"] = name
            case _:
                self._handle_contact(event)

    def _handle_contact(self, event: t.Event) -> None:
        match event:
            case t.ContactChosen(way):
                self.talk = replace(self.talk, safe_hours=mask_of(()) if way == "here_at_hours" else None)
                self._after.append(lambda: self._wish(no_outbound=way == "i_will_write"))
            case t.HoursChosen(hours):
                self.talk = replace(self.talk, safe_hours=mask_of(hours))
            case _:
                pass

    def _read(self) -> None:
        """What was answered, opened by the receipt code alone."""
        case_id, code = self.memory.asked or self.talk.case_id, self.memory.opened or self.memory.code
        if case_id and code:
            self.answers_text = read_answers(self.tx, case_id, code)

    def _note_words(self) -> None:
        self._says_something = True
        self.memory = replace(self.memory, words=True)

    def _note_place(self, step: str, lat: float | None, lon: float | None) -> None:
        self._content["step"] = step
        self._note_words()
        if lat is not None and lon is not None:
            near = self._parts.gazetteer.nearest(lat, lon)
            place = {"country": near.country, "subdivision": near.subdivision, "words": list(near.words)}
            self._content |= {"pin": [lat, lon], "place": place}

    def finish(self, turn: t.Turn) -> None:
        """Stores the message on its case (made now, if this is the first that says anything), then applies the person's wishes."""
        if (self.talk.stopped_at or self._now) < self._now and not self._parts.book.keywords.affirms(self._inbound.text):
            self.talk = replace(self.talk, stopped_at=None)
        if self._says_something:
            self._part()
        if self.talk.case_id is None and self._says_something:
            self._accept(turn)
        elif self.refusal.no_authorities:
            self._after.append(lambda: self._wish(no_authorities=True))
        if self.talk.case_id is not None and (self._says_something or self._answers or self._content):
            if self._seen is not None and not self.bare:
                self.memory = replace(self.memory, words=True)
            bare = {"flag": self.bare} if self.bare else {}
            content = {"text": self._inbound.text, **bare, **self._content, "answers": self._answers}
            self.message_id = intake.add_word(self.tx, self._parts.routing, self.talk.case_id, content, self._now)
            if self._urgent:
                self.level, self.due_at = wishes.raise_to_emergency(self.tx, self._parts.routing, self.talk.case_id, self._now)
            elif self.tells_more and self._seen is not None:
                rules = [reason.rule for reason in self._seen.reasons if reason.level]
                wishes.raise_by_words(self.tx, self._parts.routing, self.talk.case_id, self._seen.urgency, rules, self._now)
                _, _, self.level, self.due_at = wishes.glance(self.tx, self.talk.case_id) or ("", "", self.level, self.due_at)
                if self._seen.country:
                    self.country, self.subdivision = self._seen.country, self._seen.subdivision
        self._add_files()
        for wish in self._after:
            wish()
        neutral = waiting_in(self._parts, turn.state.lang) if turn.state.cover else self.talk.neutral
        self.talk = replace(self.talk, utc_offset=offset_of(self.country), neutral=neutral)

    def _add_files(self) -> None:
        word = self.message_id or self._joins
        if word and self._inbound.files:
            files = [fresh(item) for item in self._inbound.files]
            attachments.add(self.tx, self._parts.keys.sealer, word, self.talk.id, self._inbound.channel, files, self._now)

    def _accept(self, turn: t.Turn) -> None:
        look = first_look(self._seen, turn.state.lang, self._content.get("flow"), self.refusal, self._urgent)
        made = intake.accept(self.tx, self._parts.keys, self._parts.routing, self._inbound.channel, look, self._now)
        self.talk = replace(self.talk, case_id=made.case_id)
        self.memory = replace(self.memory, code=made.code, bare="flow" not in self._content)
        self._made = True
        self.country, self.subdivision, self.level, self.due_at = look.country, look.subdivision, look.level, made.due_at
        if self._past is not None:
            links.follow(self.tx, self._past, made.case_id, self.talk.id, self._now)

    def _share(self, who: tuple[str, ...]) -> None:
        if self.talk.case_id is not None:
            wishes.choose_sharing(self.tx, self._parts.routing, self.talk.case_id, who, self._now)

    def _wish(self, **flags: bool) -> None:
        if self.talk.case_id is not None:
            wishes.set_wishes(self.tx, self.talk.case_id, self._now, **flags)
            if flags.get("no_authorities"):
                wishes.route_again(self.tx, self._parts.routing, self.talk.case_id, self._now)

    def _leave_phone(self) -> None:
        """The phone is not safe: nothing goes out, and where only a menu was used nothing is kept but a count."""
        if self.talk.case_id is not None and self.memory.words:
            wishes.hush(self.tx, self.talk.case_id, self._now)
        else:
            self._forget("unsafe_phone")
        self.forgotten = True

    def _forget(self, why: str) -> None:
        if self.talk.case_id is not None:
            intake.forget(self.tx, self.talk.case_id, self._now, why)
        else:
            tallies.count(self.tx, self._now, "forgotten", why)
        self.talk = replace(self.talk, case_id=None)
        self.message_id = None
        self.memory = replace(self.memory, code=None, words=False)

    def _take_code(self, skipped: bool) -> None:
        found, opened = (self.talk.case_id, None) if skipped else proving.case_of(self.tx, self._parts.keys, self._inbound.text)
        self.memory = replace(self.memory, asked=found or 0, opened=opened)

    def _check_word(self, skipped: bool) -> None:
        asked, inbound = self.memory.asked, self._inbound
        word = None if skipped else inbound.text
        self.outcome = proving.check_word(
            self.tx, self._parts.keys, inbound.channel, inbound.sender, asked, self.talk.case_id, word, self._now
        )
        if self.outcome == "ok" and asked:
            self.case_state = wishes.state_for_reporter(self.tx, asked)
            self.talk = replace(self.talk, case_id=asked)

    def speaks(self, lang: str) -> None:
        """The case is answered in this language from now on."""
        self._after.append(lambda: wishes.speak(self.tx, self.talk.case_id, lang.split("-")[0]))

    def _keep_word(self) -> None:
        if self.talk.case_id is not None:
            wishes.set_word(self.tx, self._parts.keys, self.talk.case_id, self._inbound.text)

    def _erase(self, scope: str) -> None:
        case_id = self.memory.asked or self.talk.case_id
        if not case_id:
            return
        self.talk = replace(self.talk, case_id=case_id)
        if scope == "everything":
            self._forget("asked")
            self.forgotten = True
        elif scope == "my_contact_only":
            self._wish(no_outbound=True)
            wishes.forget_contact(self.tx, case_id, self._now)
        else:
            wishes.withdraw_sharing(self.tx, case_id, self._now)

    def _close_question(self) -> None:
        if self.talk.case_id is not None:
            wishes.close_question(self.tx, self.talk.case_id, self._now)
