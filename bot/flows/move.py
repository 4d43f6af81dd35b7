"""One move under way: the state as it changes, with what is said and what happens on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.flows import turns
from bot.flows.answers import without_outruled
from bot.flows.definition import CHOICES, KINDS, LISTED, Flow, Step
from bot.flows.speech import Speech
from bot.flows.state import SKIPPED
from bot.flows.turns import NONE, Answered, Event, FlowEnded, FlowStarted, Say

TRAIL = 40  # steps that 00 can walk back over
CALLS = 5  # flows that call one another; `build` refuses circles
LONGEST = 400  # steps passed at one go; only flows that run in a circle come there, and `check` refuses them
TWICE = (*CHOICES, "number", "date", *LISTED)  # asked once more where the answer is unclear, then left open


class Move(Speech):
    """The builder of one Turn: is told what a person gave, and goes where that leads."""

    __slots__ = ()

    def recover(self) -> bool:
        """After an edit of the flows: a step that is gone resumes at the nearest one still there, the answers stay; True where it did."""
        if not self.talking:
            return False
        if any(call.split("/")[0] not in self.book.flows for call in self.calls[1:]):
            self.flow, self.calls, self.step_id = self.root, (), ""
        flow = self.book.flows.get(self.flow)
        if flow is None and self.root in self.book.flows:
            self.flow, self.calls, self.step_id = self.root, (), ""
            flow = self.book.flows[self.flow]
        if flow is None:
            flow = self._renamed()
        if flow is None:
            self.flow, self.step_id, self.calls = "", "menu", ()
            self.moved()
            return True
        if self.step_id not in flow.steps or flow.steps[self.step_id].kind not in KINDS:
            before = next((step for name in reversed(self.trail) if (step := flow.steps.get(name)) is not None), None)
            self.walk((before.goto.get(self.answers.get(before.key, "")) or before.next) if before is not None else flow.first)
            self.says.clear()
            return True
        return False

    def _renamed(self) -> Flow | None:
        """The flow that an edit gave another name: the only one that has all the steps which this talk went."""
        for gone in ({*self.trail, self.step_id}, {*self.trail}):
            found = [flow for flow in self.book.flows.values() if gone <= flow.steps.keys() and (self.trail or flow.first == self.step_id)]
            if len(found) == 1:
                self.flow, self.calls = found[0].id, ()
                return found[0]
        return None

    def unclear(self, phrase: str, counts: bool = True) -> None:
        """What came is no answer: it is noted, the question asked once more, the second time it is left open."""
        step = self.step
        if self.end:
            self.say("added" if phrase == "noted" else "help")
            return
        self.say(phrase)
        if step.kind != "menu" and step.key in self.answers:
            self.trail = (*self.trail[-TRAIL:], self.here(step))
            self.walk(step.id)  # learnt from this very message
        elif counts and self.misses and step.kind in TWICE:
            self.answer(step, without_outruled(self.picked, step.outrules))
        else:
            self.misses += 1 if counts else 0
            self.ask()

    # Moving

    def start_flow(self, name: str, known: Mapping[str, str], first: str = "") -> None:
        """Begins a flow anew; of what was before, only cover mode stays."""
        flow = self.book.flows[name]
        self.flow, self.end, self.trail, self.answers, self.calls = name, "", (), {}, ()
        self.flags = tuple(flag for flag in self.flags if flag == "cover")
        self.emit(FlowStarted(name))
        if not self.says and not first and not self.flags:
            self.says.extend(Say("say", context, text) for context, text in flow.opening)
        self.learn(known)
        self.walk(first or flow.first)

    def learn(self, known: Mapping[str, str]) -> None:
        """Takes over answers that were found elsewhere; what the person said themselves stays."""
        before = self.answers
        self.alarmed = known.get("danger_now") == "yes"
        self.answers = {**known, **before}
        # Where the question about danger was passed or does not exist, the number is still told at once.
        if known.get("danger_now") == "yes" and self.talking and ("danger_now" in before or not self._asks("danger_now")):
            self.danger()

    def _asks(self, key: str) -> bool:
        return any(step.key == key for step in self.book.flows[self.root].steps.values())

    def menu(self) -> None:
        """Opens the menu; the case stands as it is."""
        self.flow, self.step_id, self.end, self.answers, self.trail, self.calls = "", "menu", "", {}, (), ()
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
        elif step.key == "contact_hours":
            self.events.append(turns.HoursChosen(chosen))

    def _leave_step(self, step: Step, value: str, target: str) -> None:
        self.answers = {**self.answers, step.key: value}
        if step.kind == "which" and value:
            self.answers |= {"country": value[:2], "subdivision": value}
        self.trail = (*self.trail[-TRAIL:], self.here(step))
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
        for _ in range(LONGEST):
            flow, answers, flags = self.book.flows[self.flow], self.answers, self.flags
            step = flow.steps.get(target)
            if step is None and self.calls and target in flow.ends:
                target = self._return(target)
            elif step is None:
                self._leave_flow(target)
                return
            elif step.when is not None and not step.when(answers, flags):
                target = step.next
            elif step.kind == "say":
                self.says.append(Say("say", step.context, step.cover if step.cover and "cover" in flags else step.text))
                target = step.next
            elif step.kind == "branch":
                target = next((to for holds, to in step.branch if holds(answers, flags)), step.next)
            elif step.kind == "call":
                target = self._call(step)
            elif self._beyond(step):
                target = step.next
            elif step.key in answers:
                self._apply(step, tuple(answers[step.key].split(",")))
                target = step.goto.get(answers[step.key]) or step.next
            else:
                self.step_id = target
                self.moved()
                self.ask()
                return
        self.menu()  # only a flow that runs in a circle comes here, and `check` refuses it

    def _beyond(self, step: Step) -> bool:
        """True where the channel or the place has nothing to answer with: no photo by SMS, no list for a country without one."""
        return (
            (step.kind == "media" and self.small)
            or (step.kind in LISTED and not self.options(step))
            or (step.kind == "which" and len(self.options(step)) < 2)
        )

    def _call(self, step: Step) -> str:
        """Into the flow that a step calls; where it leads next."""
        if len(self.calls) >= CALLS or step.call not in self.book.flows:
            return step.next
        self.calls = (*self.calls, f"{self.flow}/{step.id}")
        self.flow = step.call
        return self.book.flows[step.call].first

    def _return(self, end: str) -> str:
        """From the end of a called flow back to the step after the call; where that has gone, to the first open question."""
        self.says.extend(Say("say", context, text) for context, text in self.book.flows[self.flow].ends[end])
        self.flow, _, name = self.calls[-1].partition("/")
        self.calls = self.calls[:-1]
        flow = self.book.flows[self.flow]
        return flow.steps[name].next if name in flow.steps else flow.first

    def here(self, step: Step) -> str:
        """A step as 00 finds it again: its name, and before it the calls that led to its flow."""
        return "|".join((*self.calls, step.id)) if self.calls else step.id

    def go_to(self, place: str) -> bool:
        """To a step by what `here` gave, whatever was answered there; False where it has gone."""
        *calls, name = place.split("|")
        root, calls_ = self.root, tuple(calls)
        callers = [(self.book.flows.get(call.split("/")[0]), call.partition("/")[2]) for call in calls_]
        if any(flow is None or name_ not in flow.steps for flow, name_ in callers):
            return False
        called = self.book.flows[calls_[-1].split("/")[0]].steps[calls_[-1].split("/")[1]].call if calls_ else root
        flow = self.book.flows.get(called)
        step = flow.steps.get(name) if flow is not None else None
        if step is None:
            return False
        self.flow, self.calls, self.step_id = called, calls_, name
        self.answers = {key: value for key, value in self.answers.items() if key != step.key}
        self.moved()
        self.ask()
        return True

    # Ends

    def _leave_flow(self, target: str) -> None:
        if "/" in target:
            name, first = target.split("/", 1)
            self.start_flow(name, NONE, first)
        else:
            self._finish(target)

    def _finish(self, end: str) -> None:
        flow = self.book.flows[self.flow]
        for name, holds in flow.flags:
            if holds(self.answers, self.flags):
                self.emit(turns.Flagged(name))
        self.emit(FlowEnded(flow.id, end))
        said = f"{end}_cover" if "cover" in self.flags and f"{end}_cover" in flow.ends else end
        self.says.extend(Say("end", *self.covered(context, text)) for context, text in flow.ends[said])
        self.close(end)
        if flow.then == "menu":
            self.menu()

    def close(self, end: str) -> None:
        """Nothing of the talk is kept but where it ended."""
        self.end, self.step_id, self.answers, self.trail, self.calls = end, "", {}, (), ()
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
    "read": lambda move: move.emit(turns.ReadAsked()),
}
