from __future__ import annotations

import pytest

from bot.flows import engine
from bot.flows import turns as t
from bot.flows.build import english
from bot.flows.check import SAMPLES
from bot.flows.definition import Book
from bot.flows.gsm7 import MAX_UCS2, is_gsm7, length
from bot.flows.render import fill, phrase, sms, telegram, web
from bot.flows.turns import Say, Turn
from config.texts import Texts

LANGS = ("en", "km", "lo", "my", "th", "vi", "zh")


def _at(book: Book, *texts: str) -> Turn:
    turn = Turn(engine.start("en"))
    for text in texts:
        turn = engine.advance(book, turn.state, t.Text(text))
    return turn


def test_an_sms_reads_like_the_question_with_its_numbers(book: Book) -> None:
    assert (
        sms(_at(book, "1", "1").says, "en", english)
        == "Are you in danger now: hurt, locked in, or to be moved today? 1 Yes 2 No 3 Not sure"
    )
    assert sms(_at(book, "1", "1", "2", "0", "0", "2").says, "en", english).endswith("5 Passed or sold to others. 0 none")


def test_buttons_carry_version_step_and_option(book: Book) -> None:
    chat = telegram(_at(book, "1", "1", "2").says, "en", english)
    assert chat.buttons[0] == ("v3:country:KH", "Cambodia")
    assert chat.buttons[-1] == ("v3:country:0", "Skip")


def test_a_place_offers_the_phones_own(book: Book) -> None:
    chat = telegram(_at(book, "1", "1", "2", "1").says, "en", english)
    assert (chat.buttons, chat.ask_location) == ((), "Share my location")
    assert chat.text.endswith("(0 skip)")


def test_picked_buttons_are_marked_and_the_list_can_be_closed(book: Book) -> None:
    state = _at(book, "3", "3").state
    chat = telegram(engine.advance(book, state, t.Press(f"v{state.version}:saw_place:papers_held")).says, "en", english)
    labels = [label for _, label in chat.buttons]
    assert "✓ Papers held" in labels and labels[-1] == "Done"


def test_languages_are_shown_by_their_own_names(book: Book) -> None:
    chat = telegram(_at(book, "/lang").says, "en", english)
    assert ("v0:lang:km", "ខ្មែរ") in chat.buttons
    assert "ລາວ" in sms(_at(book, "/lang").says, "en", english)


def test_a_page_has_notes_and_one_field(book: Book) -> None:
    page = web(_at(book, "1").says, "en", english)
    assert page.notes == ("A helper team reads this. 0 skips a question. 88 is a person. X closes.",)
    assert page.field is not None
    assert (page.field.kind, page.field.data, page.field.skip) == ("radio", "v1:phone_safe", None)
    assert page.field.choices == (("yes", "Yes", False), ("not_sure", "Not sure", False), ("no", "No", False))


@pytest.mark.parametrize(("sent", "kind"), [(("6",), "line"), (("1", "1", "2", "1"), "textarea"), (("3", "3"), "checkbox"), ((), "radio")])
def test_each_kind_of_question_has_its_field(book: Book, sent: tuple[str, ...], kind: str) -> None:
    field = web(_at(book, *(sent or ("menu",))).says, "en", english).field
    assert field is not None and field.kind == kind


def test_a_statement_without_its_value_is_left_out_a_question_never() -> None:
    says = (Say("say", "a", "Call {number}."), Say("say", "b", "Thank you."), Say("one", "c", "It is {state}. Go on?", (("y", "Yes"),)))
    assert sms(says, "en", english) == "Thank you.\nIt is . Go on? 1 Yes"
    assert sms(says, "en", english, {"number": "", "state": "closed"}) == "Thank you.\nIt is closed. Go on? 1 Yes"
    assert fill("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


def test_a_phrase_has_a_neutral_form_under_cover(book: Book) -> None:
    assert phrase(book, "human", "en", english, {"target_time": "14:00"}, cover=True) == "An answer comes by 14:00."
    assert phrase(book, "human", "en", english) is None


@pytest.mark.parametrize("lang", LANGS)
def test_every_question_on_a_small_screen_is_three_parts_at_most(book: Book, texts: Texts, lang: str) -> None:
    """A translation may be longer than English; a list that grows past three SMS is shown in pages."""
    tried = 0
    for flow in book.flows:
        turn = engine.begin(book, engine.start(lang, small=True), flow, {"ransom_asked": "ransom_asked"})
        for _ in range(150):
            for say in turn.says:
                text = sms((say,), lang, texts.translate, SAMPLES)
                assert is_gsm7(text) or length(text) <= MAX_UCS2, f"{say.context} in {lang}: {length(text)} units: {text}"
                tried += 1
            if turn.state.end or turn.state.step == "menu":
                break
            turn = engine.advance(book, turn.state, t.Outcome("ok") if turn.state.step == "code_word" and not turn.says else t.Text("1"))
    assert tried > 50
