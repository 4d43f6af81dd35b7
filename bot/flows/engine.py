"""The moves of a conversation: state and what was given in, state, what to say and what happened out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.flows import commands
from bot.flows.answers import read_many, read_one, without_outruled
from bot.flows.dates import read_date, read_number
from bot.flows.definition import CHOICES, LISTED, TYPED, Book, Step
from bot.flows.hear import hear, open_from_menu, take_typed
from bot.flows.keywords import normalise
from bot.flows.lists import options_of
from bot.flows.move import Move
from bot.flows.state import PIN, TEXT, State
from bot.flows.turns import (
    NONE,
    Card,
    CardGiven,
    Form,
    Given,
    Media,
    MediaGiven,
    Outcome,
    Pin,
    PlaceGiven,
    Press,
    Say,
    Text,
    TextGiven,
    Turn,
)

SECRETS = ("code", "word")
VALUES = ("number", "date", "contact", *SECRETS)  # what a form's line holds of these is a value, no report
ANY_DAY = date(2026, 1, 1)  # whether a text names a day does not hang on which day it is


def start(lang: str, small: bool = False) -> State:
    """A person of whom nothing is known: at the menu, nothing said. `small`: long lists come four at a time (SMS)."""
    return State(lang=lang, small=small)


def begin(book: Book, state: State, flow: str | None, known: Mapping[str, str] = NONE, ack: bool = True, keys: bool = True) -> Turn:
    """Starts a flow (None: the menu) after the first message that said something; `known` answers are not asked again.

    `ack`: first that it has come; with `keys` also what the keys are.
    """
    move = Move(book, state)
    if ack:
        move.say("received")
    if ack and keys:
        move.say("keys")
    if flow is None or flow not in book.flows:
        if known.get("danger_now") == "yes":
            move.say("call_number")
        move.menu()
    else:
        move.start_flow(flow, known)
    return move.turn()


def ask_again(book: Book, state: State) -> Turn:
    """What is open now, once more; nothing moves."""
    move = Move(book, state)
    move.ask()
    return Turn(state, tuple(move.says))


def command_of(book: Book, text: str) -> str | None:
    """The command that the whole message is wherever it is said (stop, exit, delete …), or None."""
    return book.keywords.command(normalise(text), at_choice=False)


def calls_help(book: Book, state: State, text: str) -> bool:
    """True for HELP in words where no question is open: the menu opens, and somebody has asked for help."""
    word = normalise(text)
    return not state.talking and not word.startswith("/") and book.keywords.command(word, at_choice=True) == "help"


def takes(book: Book, state: State, given: Given) -> bool:
    """True where the engine knows what to do with this by itself; False for free words, which should be triaged first."""
    if isinstance(given, Press | Outcome):
        return True
    if isinstance(given, Form):
        open_step = _open_step(book, state)
        return not given.text.strip() or (open_step is not None and open_step.kind in VALUES)
    if not isinstance(given, Text):
        return state.talking
    word = normalise(given.text)
    if not word or word.isdigit() and len(word) < 4:
        return True
    keywords, step = book.keywords, _open_step(book, state)
    if keywords.command(word, at_choice=True) or keywords.language(word, at_choice=True):
        return True
    if step is None or step.kind in ("text", "place", "media"):
        return False
    if step.kind in ("number", "date"):
        return (read_number(word, book.dates) if step.kind == "number" else read_date(word, book.dates, ANY_DAY)) is not None
    if step.kind in LISTED:
        return any(normalise(name) == word for _, name in options_of(book, step, state.lang, state.answers))
    words = step.words.get(state.lang, NONE)
    if step.kind == "many":
        return read_many(word, step.options, words, book.joiners) is not None
    return step.kind in TYPED or read_one(word, step.options, words) is not None


def asks_secret(book: Book, state: State) -> bool:
    """True where a code or a secret word is asked for: what is typed there is no report, unless it cries for help."""
    step = _open_step(book, state)
    return step is not None and step.kind in SECRETS


def advance(book: Book, state: State, given: Given, known: Mapping[str, str] = NONE, today: date | None = None) -> Turn:
    """One step of the conversation; `today` is the person's own date, by which "yesterday" is read. Never raises on what a person sends."""
    move = Move(book, state, today)
    lost = move.recover()
    if known:
        move.learn(known)
    if lost and _was_for_what_is_gone(move, given):
        if isinstance(given, Text) and not normalise(given.text).isdigit():
            move.emit(TextGiven("" if move.step.kind == "menu" else move.step.key, False))
        move.ask()
    elif isinstance(given, Text):
        hear(move, given.text)
    elif isinstance(given, Press):
        _press(move, given.data)
    elif isinstance(given, Form):
        _form(move, given)
    elif isinstance(given, Pin):
        _pin(move, given)
    elif isinstance(given, Media):
        _media(move, given)
    elif isinstance(given, Card):
        _card(move)
    else:
        _outcome(move, given.name)
    return move.turn()


def _was_for_what_is_gone(move: Move, given: Given) -> bool:
    """True for a number or a button that was meant for a question which an edit took away: it must not answer another one."""
    if isinstance(given, Press):
        return not given.data.partition(":")[2].startswith("lang:")
    return isinstance(given, Text) and move.step.kind in (*CHOICES, *LISTED, "menu") and command_of(move.book, given.text) is None


def _open_step(book: Book, state: State) -> Step | None:
    """The open question; the menu where no flow is open."""
    if state.flow == "" or state.end:
        return book.menu
    flow = book.flows.get(state.flow)
    return flow.steps.get(state.step) if flow else None


# Buttons and forms


def _parse(data: str) -> tuple[int, str, str] | None:
    version, _, rest = data.partition(":")
    step, _, option = rest.partition(":")
    if len(data) > 64 or not (version[:1] == "v" and version[1:].isdecimal() and version.isascii() and len(version) < 12):
        return None
    return int(version[1:]), step, option


def _press(move: Move, data: str) -> None:
    parsed = _parse(data)
    if parsed is None:
        move.ask()
        return
    version, name, option = parsed
    step = move.step
    if name == "lang":
        commands.change_language(move, option)
    elif version == move.version - 1 and name != step.id:
        return  # a double tap: the answer to the first one is on its way
    elif version != move.version or name != step.id:
        move.say("past")
        move.ask()
    else:
        _press_current(move, step, option)


def _press_current(move: Move, step: Step, option: str) -> None:
    if step.kind == "menu" and option in step.ids:
        move.start_flow(option, NONE)
    elif option == "0":
        commands.skip(move)
    elif option == "done" and step.kind == "many":
        move.answer(step, without_outruled(move.picked, step.outrules))
    elif option == "more" and move.has_more(step):
        move.turn_page(step)
    elif option not in step.ids and option not in dict(move.options(step)):
        move.ask()
    elif step.kind in ("one", *LISTED):
        move.answer(step, (option,))
    else:
        move.pick_one(step, option)


def _form(move: Move, form: Form) -> None:
    parsed, step = _parse(form.data), move.step
    command = move.book.keywords.always.get(form.values[0]) if form.values else None
    if command in ("back", "menu", "human", "urgent", "exit", "delete"):
        commands.run(move, command)
    elif form.values and form.values[0].startswith("change:"):
        commands.change(move, form.values[0].removeprefix("change:"))
    elif parsed is None or parsed[:2] != (move.version, step.id):
        _old_form(move, form, parsed[1] if parsed else "")
    elif step.kind == "menu":
        if not open_from_menu(move, next((value for value in form.values if value in step.ids), None)):
            if form.text.strip():
                move.emit(TextGiven("", False))
            move.ask()
    elif step.kind in TYPED:
        word = normalise(form.text)
        if word and form.values != ("0",):
            take_typed(move, step, word)
        else:
            commands.skip(move)
    else:
        _form_choice(move, step, form)


def _old_form(move: Move, form: Form, name: str) -> None:
    """A page of an earlier question: it moves nothing, but what somebody typed on it is kept, unless it is a secret."""
    asked = move.book.flows[move.flow].steps.get(name) if move.flow in move.book.flows else None
    if form.text.strip() and (asked is None or asked.kind not in SECRETS):
        move.emit(TextGiven(name if asked is not None else "", False))
    move.say("past")
    move.ask()


def _form_choice(move: Move, step: Step, form: Form) -> None:
    if form.text.strip():
        move.emit(TextGiven(step.key, False))
    known = dict(move.options(step))
    chosen = tuple(dict.fromkeys(value for value in form.values if value in known))
    move.answer(step, without_outruled(chosen if step.kind == "many" else chosen[:1], step.outrules))


# What is no text


def _pin(move: Move, pin: Pin) -> None:
    step = move.step
    if step.kind == "place":
        move.emit(PlaceGiven(step.key, pin.lat, pin.lon))
        move.note(step, PIN)
        return
    move.emit(PlaceGiven("place", pin.lat, pin.lon))
    move.learn({"place": PIN})
    move.unclear("noted", counts=False)


def _media(move: Move, media: Media) -> None:
    step = move.step
    answers = step.kind in ("text", "place", "contact", "media")
    name = "" if step.kind == "menu" else step.key
    move.emit(MediaGiven(name))
    if media.text.strip():
        move.emit(TextGiven(name, answers))
    if answers:
        move.note(step, TEXT)
    else:
        move.unclear("noted")


def _card(move: Move) -> None:
    step = move.step
    move.emit(CardGiven("" if step.kind == "menu" else step.key))
    if step.kind in ("contact", "text"):
        move.note(step, TEXT)
    else:
        move.unclear("noted")


def _outcome(move: Move, name: str) -> None:
    step = move.step
    if step.kind != "word" or step.sets:
        return
    if name == "ok":
        move.note(step, TEXT)
        return
    if name in step.says:
        move.says.append(Say("say", step.context, step.says[name]))
    move.jump(step.goto.get(name, step.id))
