"""Every shipped flow walked to its end, in every language, on three channels, by first answers and by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

from bot.flows import engine
from bot.flows import turns as t
from bot.flows.build import build
from bot.flows.check import SAMPLES
from bot.flows.definition import CHOICES, LISTED, SILENT, Book, Step
from bot.flows.gsm7 import is_gsm7, parts
from bot.flows.render import sms, telegram, web
from bot.flows.state import State
from bot.regions import regions
from config.catalogues import read_catalogue
from config.deny import DenyList, read_deny
from config.flow_files import read_flows
from config.gazetteer import read_places, read_roles
from config.texts import Texts, read_texts
from tests.transcripts.test_transcripts import CONFIG, PLACES
from triage.places import Gazetteer

LANGUAGES = ("en", "km", "lo", "my", "th", "vi", "zh", "zh-Hant")
CHANNELS = ("sms", "telegram", "web")
FLOWS = sorted(path.stem for path in (CONFIG / "flows").glob("*.yaml") if path.stem not in ("blocks", "keywords"))
TODAY = date(2026, 11, 24)
SEEDS = 6
ALL_SEEDS = 400  # far more than are needed; the walks stop where everything was said
Said = tuple[str, str]
# Written alike in English and in Vietnamese.
ALIKE = {("vi", "Myanmar")}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return read_texts(CONFIG / "texts")


@pytest.fixture(scope="module")
def book(texts: Texts) -> Book:
    gazetteer = Gazetteer(read_places(PLACES), read_roles(PLACES))
    return build(read_flows(CONFIG), texts.translate, regions(gazetteer, LANGUAGES))


@pytest.fixture(scope="module")
def deny() -> DenyList:
    return read_deny(CONFIG)


def open_step(book: Book, state: State) -> Step:
    return book.flows[state.flow].steps[state.step] if state.talking else book.menu


def answer(book: Book, state: State, turn: t.Turn, channel: str, chance: random.Random | None) -> t.Given:
    """What a person gives to the open question: the first answer, or one by chance."""
    step, data = open_step(book, state), f"v{state.version}:{state.step}"
    pick = (lambda many: many[0]) if chance is None else chance.choice
    if step.kind == "word" and not step.sets and isinstance(turn.events[-1] if turn.events else None, t.WordGiven):
        return t.Outcome("ok" if chance is None else chance.choice(["ok", "wrong", "locked"]))
    if chance is not None and step.zero and not state.picked and chance.random() < 0.2:
        return t.Form(data, ("0",)) if channel == "web" else t.Press(f"{data}:0") if channel == "telegram" else t.Text("0")
    if step.kind in (*CHOICES, *LISTED):
        move = engine.ask_again(book, state).says[-1]
        at = pick(range(len(move.options)))
        option = move.options[at][0]
        if channel == "sms":
            return t.Text(str(at + 1))
        if channel == "web":
            return t.Form(data, (option,))
        done = step.kind == "many" and (option in state.picked if chance is None else len(state.picked) > chance.randrange(6))
        return t.Press(f"{data}:{'done' if done else option}")
    typed = {"number": "3", "date": "20/11/2026", "code": "1234 5678 9012 3456 7890", "contact": "081 555 0100"}.get(step.kind, "abc")
    return t.Form(data, (), typed) if channel == "web" else t.Text(typed)


def walk(book: Book, flow: str, lang: str, channel: str, chance: random.Random | None, cover: bool = False) -> Iterator[t.Turn]:
    # Now and then the first words named the Golden Triangle, which is three places.
    known = {} if chance is None or chance.random() < 0.7 else {"candidates": "LA-BK,TH-57,MM-17"}
    state = engine.start(lang, channel == "sms")._replace(flags=("cover",) if cover else ())
    turn = engine.begin(book, state, flow, known, ack=False)
    yield turn
    for _ in range(150):
        state = State.loads(turn.state.dumps())
        if not state.talking:
            return
        turn = engine.advance(book, state, answer(book, state, turn, channel, chance), today=TODAY)
        yield turn
    raise AssertionError(f"{flow} comes to no end: {turn.state}")


def said_by(turn: t.Turn, lang: str, channel: str, texts: Texts) -> list[str]:
    if channel == "sms":
        return [sms((say,), lang, texts.translate, SAMPLES) for say in turn.says]
    if channel == "telegram":
        chat = telegram(turn.says, lang, texts.translate, SAMPLES)
        assert all(len(data.encode()) <= 64 for data, _ in chat.buttons), chat.buttons
        return [chat.text, *(label for _, label in chat.buttons)]
    page = web(turn.says, lang, texts.translate, SAMPLES)
    return [*page.notes, *([page.field.text, *(label for _, label, _ in page.field.choices)] if page.field else [])]


def untranslated(turn: t.Turn, lang: str, texts: Texts) -> list[str]:
    """English that a person of another language would read."""
    found = []
    for say in turn.says:
        pairs = [
            (say.context, say.text),
            *((say.labels, label) for _, label in say.options if say.labels),
            *((c, e) for _, c, e in say.keys),
        ]
        found += [
            english
            for context, english in pairs
            if english != "{answers}" and (lang, english) not in ALIKE and texts.translate(lang, context, english) == english
        ]
    return found


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_flow_runs_to_its_end(book: Book, texts: Texts, deny: DenyList, lang: str, channel: str) -> None:
    for flow in FLOWS:
        for seed in (None, *range(SEEDS)):
            chance = None if seed is None else random.Random(f"{flow}{seed}")
            ended: list[str] = []
            for turn in walk(book, flow, lang, channel, chance):
                ended += [event.flow for event in turn.events if isinstance(event, t.FlowEnded)]
                where = f"{flow} in {lang} by {channel}, seed {seed}"
                assert lang == "en" or untranslated(turn, lang, texts) == [], where
                for text in said_by(turn, lang, channel, texts):
                    assert "{" not in text and deny.found(text, lang, "cover" in turn.state.flags and flow == "help_self") == (), (
                        f"{where}: {text}"
                    )
                if channel == "sms":
                    assert all(parts(text) <= 3 for text in said_by(turn, lang, channel, texts)), where
                    assert lang != "en" or all(
                        is_gsm7(text)
                        for say, text in zip(turn.says, said_by(turn, lang, channel, texts), strict=True)
                        if say.kind not in LISTED
                    )
            assert ended == [flow], f"{flow} in {lang} by {channel}, seed {seed}: ended {ended}"


def warned(book: Book, lang: str, channel: str, count: int) -> t.Turn:
    """Who sees so many warning signs in an offer: chance rarely ticks more than one."""
    turn = engine.begin(book, engine.start(lang, channel == "sms"), "info", ack=False)
    signs = [option for option, _ in book.flows["info"].steps["job_check"].options[:count]]
    for chosen in (("is_this_job_safe",), ("TH",), tuple(signs)):
        turn = engine.advance(book, turn.state, t.Form(f"v{turn.state.version}:{turn.state.step}", chosen), today=TODAY)
    return turn


def wanted(book: Book, channel: str) -> tuple[set[Said], set[Said]]:
    """Everything that a person may be asked or told in some talk, and every end."""
    steps = [step for flow in book.flows.values() for step in flow.steps.values() if step.kind not in SILENT]
    asked = [step for step in steps if not (channel == "sms" and step.kind == "media")]  # an SMS carries no photo
    said = {(step.context, text) for step in asked for text in (step.text, step.cover) if text}
    said |= {line for flow in book.flows.values() for lines in flow.ends.values() for line in lines}
    return said, {(flow.id, end) for flow in book.flows.values() for end in flow.ends if not end.endswith("_cover")}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_and_every_end_is_come_to(book: Book, lang: str, channel: str) -> None:
    said, ends = wanted(book, channel)
    said -= {(say.context, say.text) for count in (2, 4) for say in warned(book, lang, channel, count).says}
    for seed in range(ALL_SEEDS):
        for flow in FLOWS:
            for turn in walk(book, flow, lang, channel, random.Random(f"all {flow}{seed}"), cover=seed % 2 == 1):
                said -= {(say.context, say.text) for say in turn.says}
                ends -= {(event.flow, event.end) for event in turn.events if isinstance(event, t.FlowEnded)}
        if not said and not ends:
            return
    raise AssertionError(f"never said: {sorted(said)}; never come to: {sorted(ends)}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_talk_on_a_phone_that_others_may_read_says_what_it_is_about(book: Book, texts: Texts, deny: DenyList, lang: str) -> None:
    """The menu and information that somebody asks for by itself are what they are."""
    for flow in FLOWS:
        for seed in range(SEEDS * 5 if flow != "info" else 0):
            for turn in walk(book, flow, lang, "telegram", random.Random(f"cover {flow}{seed}"), cover=True):
                for say in turn.says if turn.state.talking or turn.state.end else ():
                    for text in said_by(t.Turn(turn.state, (say,)), lang, "telegram", texts):
                        assert deny.found(text, lang, cover=True) == (), f"{flow} in {lang}: {say.context}: {text}"


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_text_is_there_in_every_language(texts: Texts, lang: str) -> None:
    for name, template in (("flows.po", "messages.pot"), ("web.po", "web.pot")):
        found = {entry.key: entry for entry in read_catalogue(CONFIG / "texts" / lang / name)}
        for entry in read_catalogue(CONFIG / "texts" / template):
            assert entry.key in found and found[entry.key].text.strip() and not found[entry.key].outdated, (lang, entry.key)
