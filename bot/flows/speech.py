"""A move's voice: the state under change, and how the open question is said, whole or a page at a time. Pure."""

from __future__ import annotations

from datetime import date

from bot.flows import lists
from bot.flows.definition import Book, Step
from bot.flows.lists import mark_of
from bot.flows.state import State
from bot.flows.turns import Event, Say, Turn


class Speech:
    """Starts from a state, gathers what is said and what happens, gives the turn."""

    __slots__ = ("alarmed", "book", "events", "says", "step_id", "today", *(name for name in State._fields if name != "step"))

    def __init__(self, book: Book, state: State, today: date | None = None) -> None:
        self.book = book
        self.today = today
        self.alarmed = False  # this very message is a cry for help
        self.says: list[Say] = []
        self.events: list[Event] = []
        (self.flow, self.step_id, self.lang, self.version, self.answers, self.trail, self.flags) = state[:7]
        (self.misses, self.picked, self.page, self.end, self.small, self.calls, self.listed) = state[7:]

    def turn(self) -> Turn:
        """What has come of it."""
        where = (self.flow, self.step_id, self.lang, self.version, self.answers, self.trail, self.flags)
        state = State(*where, self.misses, self.picked, self.page, self.end, self.small, self.calls, self.listed)
        return Turn(state, tuple(self.says), tuple(self.events))

    @property
    def talking(self) -> bool:
        """True while a question of a flow is open."""
        return self.flow != "" and self.end == ""

    @property
    def step(self) -> Step:
        """The open question; the menu where there is none."""
        if not self.talking:
            return self.book.menu
        return self.book.flows[self.flow].steps[self.step_id]

    @property
    def root(self) -> str:
        """The flow that the person chose: the one on which the others were called."""
        return self.calls[0].split("/")[0] if self.calls else self.flow

    # Saying

    def emit(self, event: Event) -> None:
        """Something happened."""
        self.events.append(event)

    def say(self, name: str) -> None:
        """A phrase; its neutral form where the phone may be read."""
        phrases = self.book.phrases
        if "cover" in self.flags and f"{name}_cover" in phrases:
            name = f"{name}_cover"
        self.says.append(Say("say", f"phrase.{name}", phrases[name]))

    def covered(self, context: str, text: str) -> tuple[str, str]:
        """A line that is a phrase as its neutral form, where the phone may be read and there is one."""
        name = f"{context.removeprefix('phrase.')}_cover"
        if "cover" in self.flags and context.startswith("phrase.") and name in self.book.phrases:
            return f"phrase.{name}", self.book.phrases[name]
        return context, text

    def ask(self) -> None:
        """Says the open question, or the menu."""
        if self.end:
            self.say("help")
            return
        step = self.step
        # A chat's buttons show a long list a page at a time too; the page of a web form holds all of it.
        options = self.shown(step) if self.small else self.options(step)
        self.listed = mark_of(options)
        keys = step.keys
        if self.has_more(step):
            keys = (("more", "phrase.key_more", self.book.phrases["key_more"]), *keys)
        text = step.cover if step.cover and "cover" in self.flags else step.text
        self.says.append(Say(step.kind, step.context, text, options, step.labels, keys, step.id, self.version, self.picked, self.page))

    def is_renumbered(self, step: Step) -> bool:
        """True where an edit has changed the list since it was shown: its numbers mean something else now."""
        return self.listed not in (0, mark_of(self.shown(step) if self.small else self.options(step)))

    def options(self, step: Step) -> lists.Options:
        """All options of a step."""
        return lists.options_of(self.book, step, self.lang, self.answers)

    def shown(self, step: Step) -> lists.Options:
        """The options as they are numbered now: all, or one page."""
        options = self.options(step)
        return lists.page_of(options, step, self.page) if lists.is_paged(step, self.lang, self.small, len(options)) else options

    def has_next_page(self, step: Step) -> bool:
        """True where options follow that were not shown yet."""
        count = len(self.options(step))
        return lists.is_paged(step, self.lang, self.small, count) and (self.page + 1) * lists.page_size(step) < count

    def has_more(self, step: Step) -> bool:
        """True where `more` is offered: a single choice goes round, a list of several ends with its last page."""
        if not lists.is_paged(step, self.lang, self.small, len(self.options(step))):
            return False
        return step.kind != "many" or self.has_next_page(step)

    def turn_page(self, step: Step) -> None:
        """The next page of options; from the last page back to the first."""
        self.page = self.page + 1 if self.has_next_page(step) else 0
        self.misses = 0
        self.ask()

    def moved(self) -> None:
        """Another question is open: old buttons are stale from now on."""
        self.version += 1
        self.misses = 0
        self.picked = ()
        self.page = 0
