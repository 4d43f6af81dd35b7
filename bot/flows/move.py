"""One move under way: the state as it changes, with what is said and what happens on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.flows import turns
from bot.flows.answers import without_outruled
from bot.flows.definition import CHOICES, PAGE, Book, Step
from bot.flows.state import SKIPPED, State
from bot.flows.turns import NONE, Answered, Event, FlowEnded, FlowStarted, Say, Turn

TRAIL = 40  # steps that 00 can walk back over


class Move:
    """The builder of one Turn: starts from a state, is told what happens, gives the turn."""

    __slots__ = ("book", "events", "says", "step_id", *(name for name in State._fields if name != "step"))

    def __init__(self, book: Book, state: State) -> None:
        self.book = book
        self.says: list[Say] = []
        self.events: list[Event] = []
        (self.flow, self.step_id, self.lang, self.version, self.answers, self.trail, self.flags) = state[:7]
        (self.misses, self.picked, self.page, self.end, self.small) = state[7:]

    def turn(self) -> Turn:
        """What has come of it."""
        where = (self.flow, self.step_id, self.lang, self.version, self.answers, self.trail, self.flags)
        state = State(*where, self.misses, self.picked, self.page, self.end, self.small)
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

    def recover(self) -> None:
        """After an edit of the flows: a step that is gone resumes at the first question not yet answered."""
        if not self.talking:
            return
        flow = self.book.flows.get(self.flow)
        if flow is None:
            self.flow, self.step_id = "", "menu"
            self.moved()
        elif self.step_id not in flow.steps:
            self.walk(flow.first)
            self.says.clear()

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

    def ask(self) -> None:
        """Says the open question, or the menu."""
        if self.end:
            self.say("help")
            return
        step = self.step
        shown = self.shown(step)
        keys = step.keys
        if step.paged and self.has_more(step):
            keys = (("more", "phrase.key_more", self.book.phrases["key_more"]), *keys)
        self.says.append(Say(step.kind, step.context, step.text, shown, step.labels, keys, step.id, self.version, self.picked))

    def shown(self, step: Step) -> tuple[tuple[str, str], ...]:
        """The options as they are numbered now: all, or the page of four."""
        if self.small and self.lang in step.paged:
            return step.options[self.page * PAGE : self.page * PAGE + PAGE]
        return step.options

    def has_next_page(self, step: Step) -> bool:
        """True where options follow that were not shown yet."""
        return self.small and self.lang in step.paged and (self.page + 1) * PAGE < len(step.options)

    def has_more(self, step: Step) -> bool:
        """True where `more` is offered: a single choice goes round, a list of several ends with its last page."""
        return self.small and self.lang in step.paged and (step.kind != "many" or self.has_next_page(step))

    def turn_page(self, step: Step) -> None:
        """The next four options; from the last page back to the first."""
        self.page = self.page + 1 if self.has_next_page(step) else 0
        self.misses = 0
        self.ask()

    def unclear(self, phrase: str, counts: bool = True) -> None:
        """What came is no answer: it is noted, the question asked once more, the second time it is left open."""
        step = self.step
        if self.end:
            self.say("added" if phrase == "noted" else "help")
            return
        self.say(phrase)
        if step.kind != "menu" and step.key in self.answers:
            self.trail = (*self.trail[-TRAIL:], step.id)
            self.walk(step.id)  # learnt from this very message
        elif counts and self.misses and step.kind in CHOICES:
            self.answer(step, without_outruled(self.picked, step.outrules))
        else:
            self.misses += 1 if counts else 0
            self.ask()

    # Moving

    def moved(self) -> None:
        """Another question is open: old buttons are stale from now on."""
        self.version += 1
        self.misses = 0
        self.picked = ()
        self.page = 0

    def start_flow(self, name: str, known: Mapping[str, str], first: str = "") -> None:
        """Begins a flow anew; of what was before, only cover mode stays."""
        flow = self.book.flows[name]
        self.flow, self.end, self.trail, self.answers = name, "", (), {}
        self.flags = tuple(flag for flag in self.flags if flag == "cover")
        self.emit(FlowStarted(name))
        if not self.says and not first:
            self.says.extend(Say("say", context, text) for context, text in flow.opening)
        self.learn(known)
        self.walk(first or flow.first)

    def learn(self, known: Mapping[str, str]) -> None:
        """Takes over answers that were found elsewhere; what the person said themselves stays."""
        before = self.answers
        self.answers = {**known, **before}
        # Where the question about danger was passed or does not exist, the number is still told at once.
        if known.get("danger_now") == "yes" and self.talking and ("danger_now" in before or not self._asks("danger_now")):
            self.danger()

    def _asks(self, key: str) -> bool:
        return any(step.key == key for step in self.book.flows[self.flow].steps.values())

    def menu(self) -> None:
        """Opens the menu; the case stands as it is."""
        self.flow, self.step_id, self.end, self.answers, self.trail = "", "menu", "", {}, ()
        self.moved()
        self.ask()

    def note(self, step: Step, mark: str) -> None:
        """A typed answer was given: remembers that, not what."""
        self._leave_step(step, mark, "")

    def answer(self, step: Step, chosen: tuple[str, ...]) -> None:
        """A choice was made (none: skipped): the event, its effects, and on to where it leads."""
        self._tell(step, chosen)
        value = ",".join(chosen) if chosen else SKIPPED
        self._apply(step, chosen or ("skip",))
        if self.end:
            return
        self._leave_step(step, value, step.fallback if not chosen else "")

    def pick_one(self, step: Step, option: str) -> None:
        """A button of a list of several: kept at once, the list stays open."""
        if option not in self.picked:
            self.picked = tuple(one for one, _ in step.options if one in self.picked or one == option)
        self._tell(step, without_outruled(self.picked, step.outrules))
        self.ask()

    def _tell(self, step: Step, chosen: tuple[str, ...]) -> None:
        self.events.append(Answered(step.key, chosen))
        if step.key == "contact" and chosen:
            self.events.append(turns.ContactChosen(chosen[0]))
        elif step.key == "share" and chosen:
            self.events.append(turns.ShareChosen(chosen))

    def _leave_step(self, step: Step, value: str, target: str) -> None:
        self.answers = {**self.answers, step.key: value}
        self.trail = (*self.trail[-TRAIL:], step.id)
        self.walk(target or step.goto.get(value) or step.next)

    def jump(self, target: str) -> None:
        """Goes to a step whatever was answered there before."""
        step = self.book.flows[self.flow].steps.get(target)
        if step is not None:
            self.answers = {key: value for key, value in self.answers.items() if key != step.key}
            self.trail = ()
        self.walk(target)

    def walk(self, target: str) -> None:
        """From a target over all that need not be asked to the next question or the end."""
        flow = self.book.flows[self.flow]
        answers, flags = self.answers, self.flags
        for _ in range(2 * len(flow.steps) + 1):
            step = flow.steps.get(target)
            if step is None:
                if "/" in target:
                    name, first = target.split("/", 1)
                    self.start_flow(name, NONE, first)
                else:
                    self._finish(target)
                return
            if step.when is not None and not step.when(answers, flags):
                target = step.next
            elif step.kind == "say":
                self.says.append(Say("say", step.context, step.text))
                target = step.next
            elif step.key in answers:
                self._apply(step, (answers[step.key],))
                flags = self.flags
                target = step.goto.get(answers[step.key]) or step.next
            else:
                self.step_id = target
                self.moved()
                self.ask()
                return
        self.menu()  # only a flow that runs in a circle comes here, and `check` refuses it

    # Ends

    def _finish(self, end: str) -> None:
        flow = self.book.flows[self.flow]
        for name, holds in flow.flags:
            if holds(self.answers, self.flags):
                self.emit(turns.Flagged(name))
        self.emit(FlowEnded(flow.id, end))
        said = f"{end}_cover" if "cover" in self.flags and f"{end}_cover" in flow.ends else end
        self.says.extend(Say("end", context, text) for context, text in flow.ends[said])
        self.close(end)
        if flow.then == "menu":
            self.menu()

    def close(self, end: str) -> None:
        """Nothing of the talk is kept but where it ended."""
        self.end, self.step_id, self.answers, self.trail = end, "", {}, ()
        self.moved()

    # Effects

    def _flag(self, name: str, event: Event | None = None) -> bool:
        if name in self.flags:
            return False
        self.flags = (*self.flags, name)
        if event is not None:
            self.emit(event)
        return True

    def _apply(self, step: Step, chosen: tuple[str, ...]) -> None:
        for option in chosen:
            for effect in step.effects.get(option, ()):
                _EFFECTS[effect](self)

    def cover(self) -> None:
        """The phone may be read."""
        self._flag("cover", turns.CoverMode())

    def danger(self) -> None:
        """Somebody is in danger now: a number to call at once."""
        if self._flag("danger", turns.DangerNow()):
            self.say("call_number")

    def child(self) -> None:
        """The person is under 18."""
        self._flag("child")

    def human(self) -> None:
        """88: a person takes over; what is written from now on reaches them."""
        self.emit(turns.HumanAsked())
        self.say("human")
        if self.flow:
            self.emit(FlowEnded(self.flow, "human"))
        self.close("human")


_EFFECTS: Mapping[str, Callable[[Move], None]] = {
    "cover_mode": Move.cover,
    "danger": Move.danger,
    "unsafe_phone": lambda move: move.emit(turns.UnsafePhone()),
    "human": Move.human,
    "child": Move.child,
    "erase": lambda move: move.emit(turns.EraseAsked(move.answers.get("choose", ""))),
}
