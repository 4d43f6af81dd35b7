"""What a person types: a command, a language, an answer, or something to note."""

from __future__ import annotations

from bot.flows import commands
from bot.flows.answers import read_many, read_one, without_outruled
from bot.flows.dates import read_date, read_number
from bot.flows.definition import CHOICES, LISTED, TYPED, Step
from bot.flows.keywords import normalise, spellings
from bot.flows.lists import page_size
from bot.flows.move import Move
from bot.flows.state import TEXT
from bot.flows.turns import NONE, Answered, CodeGiven, PlaceGiven, StrangerAsked, TextGiven, WordChosen, WordGiven

_SEPARATORS = str.maketrans("", "", " ,.;+-/&")  # between the numbers of several answers
MAX_WORD = 60  # characters of a code word; more is a message


def hear(move: Move, text: str) -> None:
    """One message in words or numbers."""
    step = move.step
    word = normalise(text)
    if not word:
        move.ask()
    elif "cover" in move.flags and move.book.keywords.asks_who(word):
        _stranger(move)
    elif len(word) == 1 and word.isdigit() and word != "0" and step.kind in (*CHOICES, "menu", *LISTED):
        _number(move, step, word)
    else:
        _words(move, step, word)


def _stranger(move: Move) -> None:
    """Somebody else has the phone: a wrong number, and nothing more."""
    move.says.clear()
    move.emit(StrangerAsked())
    move.say("wrong_number")
    move.close("cover")


def _words(move: Move, step: Step, word: str) -> None:
    keywords = move.book.keywords
    lang = keywords.language(word, at_choice=False)
    command = keywords.command(word, at_choice=False) if lang is None else None
    # "Delete" is also an answer of people who showed their code.
    if command is not None and not (command == "delete" and step.kind == "one" and word in step.words.get(move.lang, NONE)):
        commands.run(move, command)
        return
    # In its own language a country's name may be its language's: ລາວ answers "which country?", ไทย "where?".
    if lang is not None and not (step.kind == "one" and word in step.words.get(move.lang, NONE)) and lang != move.lang:
        commands.change_language(move, lang)
        return
    if step.kind in TYPED:
        take_typed(move, step, word)
        return
    if _choice(move, step, word):
        return
    command, lang = keywords.command(word, at_choice=True), lang or keywords.language(word, at_choice=True)
    if command is not None:
        commands.run(move, command)
    elif lang is not None:
        commands.change_language(move, lang)
    elif word.isdigit():
        move.unclear("not_understood")
    else:
        move.emit(TextGiven("" if step.kind == "menu" else step.key, False))
        # On a phone that they called safe it is the person who wants to know whom they talk to; elsewhere it may be a stranger.
        told = keywords.asks_who(word) and move.answers.get("phone_safe") == "yes" and "opening" in move.book.phrases
        move.unclear("opening" if told else "noted", counts=not told)


def _renumbered(move: Move) -> None:
    """A number of a list that has been edited since: it answers nothing, the list as it is now is shown."""
    move.page, move.picked = 0, ()
    move.say("past")
    move.ask()


def _choice(move: Move, step: Step, word: str) -> bool:
    if word.translate(_SEPARATORS).isdigit() and move.is_renumbered(step):
        _renumbered(move)
        return True
    words = step.words.get(move.lang, NONE)
    if step.kind == "menu":
        return open_from_menu(move, read_one(word, (), words))
    if step.kind in ("one", *LISTED):
        named = words if step.kind == "one" else _names(move, step)
        option = read_one(word, move.shown(step), named)
        if option is not None:
            move.answer(step, (option,))
        return option is not None
    chosen = read_many(word, move.shown(step), words, move.book.joiners)
    if chosen is not None:
        _pick(move, step, chosen)
    return chosen is not None


def _names(move: Move, step: Step) -> dict[str, str]:
    return {word: code for code, name in move.options(step) for word in spellings(name)}


def open_from_menu(move: Move, flow: str | None) -> bool:
    """Begins the chosen flow; False where none was chosen."""
    if flow is None:
        return False
    move.start_flow(flow, NONE)
    return True


def _number(move: Move, step: Step, digit: str) -> None:
    """A single digit, the most common answer of all."""
    shown, at = move.shown(step), int(digit) - 1
    if move.end:
        move.menu()  # after an end a number means nothing: show what it would mean
    elif move.is_renumbered(step):
        _renumbered(move)
    elif at < len(shown):
        if step.kind == "menu":
            move.start_flow(shown[at][0], NONE)
        elif step.kind in ("one", *LISTED):
            move.answer(step, (shown[at][0],))
        else:
            _pick(move, step, (shown[at][0],))
    elif at == page_size(step) and move.has_more(step):
        move.turn_page(step)
    else:
        move.unclear("not_understood")


def _pick(move: Move, step: Step, chosen: tuple[str, ...]) -> None:
    """Several choices; a list that is read in pages goes on to its next page first."""
    chosen = (*move.picked, *(option for option in chosen if option not in move.picked))
    if move.has_next_page(step):
        move.picked = chosen
        move.turn_page(step)
    else:
        move.answer(step, without_outruled(chosen, step.outrules))


def take_typed(move: Move, step: Step, word: str) -> None:
    """An answer in the person's own words; what they are is the layer's to keep."""
    if step.kind in ("code", "word") and _is_no_secret(move, step, word):
        move.emit(TextGiven(step.key, False))  # somebody tells us something instead
        move.unclear("noted")
    elif step.kind == "code":
        move.emit(CodeGiven())
        move.note(step, TEXT)
    elif step.kind == "word" and not step.sets:
        move.emit(WordGiven())
    elif step.kind in ("number", "date"):
        _take_value(move, step, word)
    else:
        move.emit(WordChosen() if step.kind == "word" else TextGiven(step.key, True))
        if step.kind == "place":
            move.emit(PlaceGiven(step.key))
        move.note(step, TEXT)


def _is_no_secret(move: Move, step: Step, word: str) -> bool:
    """True for words where a code is asked for, a long text where a word is, and a cry for help at either."""
    if move.alarmed:
        return True
    digits = sum(map(str.isdigit, word))
    return len(word) > MAX_WORD if step.kind == "word" else not digits or sum(map(str.isalpha, word)) > digits


def _take_value(move: Move, step: Step, word: str) -> None:
    """A number or a day; what cannot be read as one is noted as words."""
    dates, value = move.book.dates, ""
    if step.kind == "number":
        number = read_number(word, dates)
        value = str(number) if number is not None and step.low <= number <= step.high else ""
    elif move.today is not None:
        day = read_date(word, dates, move.today)
        value = day.isoformat() if day is not None else ""
    if value:
        move.emit(Answered(step.key, (value,)))
        move.note(step, value)
        return
    move.emit(TextGiven(step.key, False))
    move.unclear("noted")
