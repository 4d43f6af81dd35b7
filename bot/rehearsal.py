"""A conversation rehearsed: what would be answered, and where the case would go. Nothing is stored: no database, no case, no log.

The simulator of the desk and `hotline chat --save` are made of it. It does what `conversation` does, without what must be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.bare import tells_language
from bot.flows import engine, render
from bot.flows.build import build
from bot.flows.check import SAMPLES
from bot.flows.definition import Book
from bot.flows.gsm7 import is_gsm7, parts
from bot.flows.turns import Answered, DangerNow, FlowStarted, Outcome, Press, ShareChosen, Text, Turn, UrgentAsked, WordGiven
from bot.looks import known_from
from bot.params import fill, local_day
from bot.quiet import asks, covered, heeds
from bot.regions import regions
from bot.transcripts import given, place, spoken
from config.desks import Routing, Services, read_routing, read_services
from config.files import read_yaml
from config.flow_files import read_flows
from config.gazetteer import read_places, read_points, read_roles
from config.texts import Texts, read_texts
from config.triage_rules import read_triage_rules
from triage import receipt
from triage.assess import Assessment, Triage
from triage.places import Gazetteer
from triage.refusals import reader
from triage.routing import CaseFacts, route
from triage.urgency import Reason
from triage.values import rank

CHANNELS = ("sms", "telegram", "web")
NEVER = "never_police_or_government"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a rehearsal is played with, all of it from one config folder."""

    book: Book
    texts: Texts
    triage: Triage
    routing: Routing
    services: Services
    prices: Mapping[str, Any]


def read_stage(folder: Path) -> Stage:
    """The stage of a config folder; numbers are shown as in a demo."""
    places = folder / "places"
    gazetteer = Gazetteer(read_places(places), read_roles(places), read_points(places))
    raw, texts = read_flows(folder), read_texts(folder / "texts")
    book = build(raw, texts.translate, regions(gazetteer, raw["blocks"]["languages"]))
    triage = Triage(read_triage_rules(folder), gazetteer)
    return Stage(book, texts, triage, read_routing(folder), read_services(folder, demo=True), read_yaml(folder / "sms.yaml"))


@dataclass(frozen=True, slots=True)
class Way:
    """Where the case would go: level, kind and place as triage has them, the desk, and each reason in a sentence."""

    level: str
    kind: str
    country: str | None
    subdivision: str | None
    desk: str
    route: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """One message and what came of it. `shown` are the answer's texts, `buttons` (what pressing them gives, label)."""

    line: Mapping[str, Any]
    said: str
    shown: tuple[str, ...]
    buttons: tuple[tuple[str, str], ...]
    place: str
    lang: str
    events: tuple[str, ...]
    look: Mapping[str, Any] | None
    known: Mapping[str, str]
    path: Way | None
    segments: int = 0
    gsm7: bool = True
    price: float | None = None
    hushed: str = ""  # "begins" or "lasts": nothing is said on a phone that is looked at
    told: str = ""  # the beginning of the last text, without what is filled in

    def as_line(self) -> dict[str, Any]:
        """The scene as a line of a transcript."""
        found = dict(self.line) | {"at": self.place, "events": list(self.events)}
        if self.hushed:
            found["hushed"] = self.hushed
        elif self.told:
            found["text"] = [self.told]
        if self.look is not None:
            found["look"] = dict(self.look)
        elif self.known:
            found["known"] = dict(self.known)
        return found


@dataclass(slots=True)
class Rehearsal:
    """One person on one channel, from the first message on."""

    stage: Stage
    channel: str
    lang: str
    now: int
    _answers: dict[str, Any] = field(default_factory=dict)
    _words: bool = False
    _bare: bool = False
    _case: bool = False
    _level: str = "low"
    _kind: str = "other"
    _country: str | None = None
    _subdivision: str | None = None
    _never: bool = False
    _hushed: bool = False
    _reasons: dict[str, None] = field(default_factory=dict)
    state: Any = None

    def __post_init__(self) -> None:
        lang = self.lang if self.lang in self.stage.book.languages else "en"
        self.state = engine.start(lang, small=self.channel == "sms")

    def hear(self, line: Mapping[str, Any]) -> Scene:
        """One message: `say`, `press`, `form` … as in a transcript."""
        gave, text = given(self.state, line), str(line.get("say", line.get("typed", "")))
        book = self.stage.book
        called = isinstance(gave, Text) and engine.calls_help(book, self.state, text)
        self._hushed = self._hushed and not asks(book, text, isinstance(gave, Press))
        if self._hushed and not heeds(book, text):
            self._note(Turn(self.state, ()), self._look(text))
            return self._scene(line, Turn(self.state, ()), None, {}, "lasts")
        seen = self._look(text) if isinstance(gave, Text) and (called or not engine.takes(book, self.state, gave)) else None
        if seen is not None and not self._words and tells_language(text, seen):
            self.state, self._words = self.state._replace(lang=seen.lang), True
        look: dict[str, Any] | None = None
        known = dict(known_from(seen)) if seen else {}
        flow = None if seen is None or seen.kind == "other" or called else seen.kind
        if seen is not None and not self.state.talking and (not self._case or (self._bare and flow)):
            look = {"flow": flow, **({"known": known} if known else {}), **({"again": True} if self._case else {})}
            turn = engine.begin(book, self.state, flow, known, keys=not self._case)
            self._bare = flow is None
        else:
            turn = engine.advance(self.stage.book, self.state, gave, known, local_day(self.now))
        self._note(turn, seen)
        if any(isinstance(event, WordGiven) for event in turn.events):
            turn = engine.advance(self.stage.book, turn.state, Outcome("ok"))
            self._note(turn, None)
        begins = self.channel != "web" and seen is not None and bool(reader(self.stage.routing.refusals).read(text).no_reply)
        turn = covered(turn) if begins else turn
        self.state, self._hushed = turn.state, self._hushed or begins
        return self._scene(line, turn, look, known, "begins" if begins else "lasts" if self._hushed else "")

    def _look(self, text: str) -> Assessment | None:
        return self.stage.triage.assess(text) if text.strip() and not receipt.clean(text) else None

    def _note(self, turn: Turn, seen: Assessment | None) -> None:
        for event in turn.events:
            match event:
                case FlowStarted(flow):
                    self._answers["flow"], self._bare = flow, False
                    self._case |= self.stage.book.flows[flow].case
                case Answered(step, choices):
                    self._answers[step] = choices[0] if len(choices) == 1 else list(choices)
                case UrgentAsked() | DangerNow():
                    self._answers.setdefault("danger_now", "yes")
                case ShareChosen(who):
                    self._never = NEVER in who
                case _:
                    pass
        self._case |= seen is not None
        self._place(seen)
        for look in (seen, self.stage.triage.assess("", answers=self._answers)):
            if look is None:
                continue
            self._level = max(self._level, look.urgency, key=rank)
            self._reasons |= dict.fromkeys(map(_sentence, look.reasons))
        if self._answers.get("flow") in self.stage.book.flows and self.stage.book.flows[self._answers["flow"]].case:
            self._kind = self._answers["flow"]
        elif seen is not None:
            self._kind = seen.kind

    def _place(self, seen: Assessment | None) -> None:
        chosen = str(self._answers.get("country", ""))
        if seen is not None and seen.country:
            self._country, self._subdivision = seen.country, seen.subdivision
        elif len(chosen) == 2 and chosen.isupper() and chosen != self._country:
            self._country, self._subdivision = chosen, None

    def _path(self) -> Way | None:
        if not self._case:
            return None
        facts = CaseFacts(self._country, self._level, self._kind, self.state.lang.split("-")[0], no_authorities=self._never)
        found = route(self.stage.routing, facts)
        return Way(self._level, self._kind, self._country, self._subdivision, found.desk, found.why, tuple(self._reasons))

    def _scene(self, line: Mapping[str, Any], turn: Turn, look: Mapping[str, Any] | None, known: Mapping[str, str], hushed: str) -> Scene:
        stage, lang = self.stage, turn.state.lang
        params = {name: SAMPLES[name] for name in ("code", "state")} | dict(
            fill(
                stage.services,
                stage.routing,
                country=self._country,
                subdivision=self._subdivision,
                lang=lang,
                level=self._level,
                due_at=None,
                code=None,
                now=self.now,
                say=lambda name: stage.texts.translate(lang, f"phrase.{name}", stage.book.phrases[name]),
            )
        )
        shown, buttons = ((), ()) if hushed else self._shown(turn, params)
        path = self._path()
        events = tuple(spoken(event) for event in turn.events)
        said = str(line.get("say") or line.get("typed") or line.get("press") or ", ".join(map(str, line.get("form", ()))))
        told = stage.texts.translate(lang, turn.says[-1].context, turn.says[-1].text).split("{")[0][:60].strip() if turn.says else ""
        scene = Scene(line, said, shown, buttons, place(turn.state), lang, events, look, known, path, told=told, hushed=hushed)
        if self.channel != "sms" or not shown:
            return scene
        price, count = _price(stage.prices, lang), parts(shown[0])
        return replace(scene, segments=count, gsm7=is_gsm7(shown[0]), price=None if price is None else price * count)

    def _shown(self, turn: Turn, params: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        translate, lang = self.stage.texts.translate, turn.state.lang
        if self.channel == "sms":
            text = render.sms(turn.says, lang, translate, params)
            return ((text,) if text else ()), ()
        if self.channel == "telegram":
            chat = render.telegram(turn.says, lang, translate, params)
            return ((chat.text,) if chat.text else ()), tuple(chat.buttons)
        page = render.web(tuple(say for say in turn.says if say.context != "phrase.keys"), lang, translate, params)
        if page.field is None:
            return page.notes, ()
        choices = tuple((choice[0], choice[1]) for choice in page.field.choices)
        return (*page.notes, page.field.text), (*choices, *((("0", page.field.skip),) if page.field.skip else ()))


def _sentence(reason: Reason) -> str:
    words = f": {', '.join(reason.words)}" if reason.words else ""
    return f"{reason.level or 'note'}: {reason.text} ({reason.rule}{words})"


def _price(prices: Mapping[str, Any], lang: str) -> float | None:
    found = prices.get("prices", {}).get("per_segment", {}).get(prices.get("speaks", {}).get(lang.split("-")[0]))
    return float(found) if isinstance(found, int | float) else None
