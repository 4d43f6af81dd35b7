"""What the keys do: 0, 00, 000, 88, 99, X, STOP, DELETE, help and languages, at every prompt."""

from __future__ import annotations

from bot.flows.answers import without_outruled
from bot.flows.move import Move
from bot.flows.state import SKIPPED
from bot.flows.turns import NONE, CodeGiven, DangerNow, Exited, FlowStarted, LanguageChosen, Say, Stopped, UrgentAsked, WordGiven


def run(move: Move, name: str) -> None:
    """Does what a command says."""
    if name == "stop" or name == "exit":
        leave(move, name)
    elif name == "skip":
        skip(move)
    elif name == "urgent":
        urgent(move)
    elif name == "human":
        move.human()
    elif name == "back":
        go_back(move)
    elif name == "menu":
        move.menu()
    elif name == "delete" and "erase" in move.book.flows:
        move.start_flow("erase", NONE)
    elif name == "language":
        offer_languages(move)
    else:
        explain(move)


def skip(move: Move) -> None:
    """0: the question is left open; in a list read in pages, on to the next page."""
    step = move.step
    if step.kind == "menu":
        move.menu()
    elif step.kind == "code":
        move.emit(CodeGiven(skipped=True))
        move.note(step, SKIPPED)
    elif step.kind == "word" and not step.sets:
        move.emit(WordGiven(skipped=True))
    elif step.kind == "many" and move.has_next_page(step):
        move.turn_page(step)
    else:
        move.answer(step, without_outruled(move.picked, step.outrules))


def go_back(move: Move) -> None:
    """To the question before this one, which is then open again."""
    if not move.trail:
        move.ask()
        return
    previous = move.trail[-1]
    move.trail = move.trail[:-1]
    if not move.go_to(previous):
        move.ask()


def change(move: Move, name: str) -> None:
    """Opens a question of this talk anew; what was answered after it stays."""
    at = next((at for at, place in enumerate(move.trail) if place.split("|")[-1] == name), None)
    if at is None:
        move.ask()
        return
    place, move.trail = move.trail[at], move.trail[:at]
    if not move.go_to(place):
        move.ask()


def leave(move: Move, how: str) -> None:
    """X or STOP: a neutral word, and nothing more."""
    move.says.clear()
    move.emit(Stopped() if how == "stop" else Exited())
    move.say("stopped" if how == "stop" else "exited")
    move.close(how)


def urgent(move: Move) -> None:
    """99: responders are told, and only what is needed to come is asked."""
    move.events.extend((UrgentAsked(), DangerNow()))
    move.say("urgent")
    move.say("call_number")
    if "urgent" in move.flags and move.flow and not move.end:
        move.ask()
        return
    move.flow, move.calls = move.root, ()
    flow = move.book.flows.get(move.flow)
    if flow is None or move.end or not flow.urgent:
        name = next((one for one, _ in move.book.menu.options if move.book.flows[one].urgent), "")
        if not name:
            return
        flow = move.book.flows[name]
        move.flow, move.end, move.answers = name, "", {}
        move.emit(FlowStarted(name))
    move.trail = ()
    move.flags = tuple(dict.fromkeys((*move.flags, "danger", "urgent")))
    move.walk(flow.urgent)


def change_language(move: Move, lang: str) -> None:
    """From now on in this language; an unknown one shows the list."""
    if lang not in move.book.languages:
        offer_languages(move)
        return
    if lang != move.lang:
        move.lang, move.page = lang, 0
        move.emit(LanguageChosen(lang))
    move.ask()


def offer_languages(move: Move) -> None:
    """The languages, each by its own name."""
    phrases = move.book.phrases
    move.says.append(
        Say("languages", "phrase.languages", phrases["languages"], tuple(move.book.languages.items()), "", (), "lang", move.version)
    )


def explain(move: Move) -> None:
    """The keys, and the question again; at the menu only the menu."""
    if move.end or not move.flow:
        move.menu()
        return
    move.say("help")
    move.ask()
