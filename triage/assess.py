"""The whole of triage for one message: text, language, place, urgency and kind, each with its reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.triage_rules import TriageRules
from triage import language
from triage.judge import Judge
from triage.kinds import Kind, Kinds
from triage.language import Language
from triage.model import Model, Opinion, agreed
from triage.origin import original, origins
from triage.place_model import Known
from triage.places import Gazetteer, Located, Reading
from triage.signals import Lexicon, Signals
from triage.text import normalise
from triage.traits import Seen
from triage.urgency import Reason, Urgency, highest
from triage.values import KINDS, level_of, rank
from triage.zawgyi import to_unicode

# What is read of one message; more is kept, and a responder reads it.
MAX_READ = 4000
# The context in which the model is not asked for a level.
SETTLED = "settled"
MODEL_RULE = "M01"
EVEN = 0.5
# In letters: below the first the model is not asked, below the second it takes back nothing that a rule said.
FEW, FEW_HAN = 12, 5
PLAIN, PLAIN_HAN = 20, 8
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What triage makes of a message. `text` is the normal form that was read; places are where the person is now; `indicators`
    are signs of trafficking (config/indicators.yaml), never proof."""

    lang: str
    country: str | None
    subdivision: str | None
    urgency: str
    kind: str
    signals: tuple[str, ...]
    reasons: tuple[Reason, ...]
    zawgyi: bool
    text: str
    place_words: tuple[str, ...]
    why: str
    place_candidates: tuple[str, ...] = ()  # the codes between which the words leave it open: ask which one
    place_unknown: bool = False  # they say that they do not know where they are
    vessel: tuple[str, ...] = ()  # what is said of a vessel, labelled
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules find in the words alone: `read` is the text with its places blanked."""

    read: str
    plain: str
    zawgyi: bool
    spoken: Language
    place: Located
    signals: Signals
    facts: frozenset[str]
    kind: Kind


class Triage:
    """Assesses messages by the operators' rules; the same message always gets the same answer."""

    def __init__(self, rules: TriageRules, gazetteer: Gazetteer, model: Mapping[str, Any] | None = None) -> None:
        self._lexicon = Lexicon(rules)
        self._judge = Judge(rules)
        self.urgency = Urgency(rules, self._judge)
        self.deadlines = rules.deadlines
        self._kinds = Kinds(rules)
        self._gazetteer = gazetteer
        self._model = Model(rules.model if model is None else model)

    def look(self, text: str, lang: str | None = None) -> Look:
        """The words alone, by the rules alone."""
        unicode_text, zawgyi = to_unicode(text[:MAX_READ])
        plain = normalise(unicode_text)
        named = self._gazetteer.read(plain)
        # The person's language, not the place names'.
        own = _without_places(plain, named)
        spoken = language.detect(own if sum(char.isalpha() for char in own) > 3 else plain)
        code = lang if lang and spoken.sure < 0.4 else spoken.code
        signals = self._lexicon.read(own, code)
        facts = self._judge.facts(signals)
        kind = self._kinds.of(facts)
        place = self._gazetteer.decide(named, Known(signals.found.keys() | facts, kind.kind))
        return Look(own, plain, zawgyi, replace(spoken, code=code), place, signals, facts, kind)

    def by_rules(self, signals: Signals) -> tuple[tuple[Reason, ...], frozenset[str], Kind]:
        """Reasons, facts and kind that the rules give to signals, without a text."""
        facts = self._judge.facts(signals)
        return self.urgency.of_text(signals, facts), facts, self._kinds.of(facts)

    def _as_far(self, reason: Reason, opinion: Opinion) -> Reason:
        """What a rule found, as far as it is sure or the model agrees."""
        said = agreed(opinion.chances, rank(reason.level or "low"), self._model.least)
        level = max(self.urgency.least[reason.rule], level_of(said), key=rank)
        if level == reason.level:
            return reason
        return replace(reason, level=level, text=f"{reason.text}; the whole reads as less ({MODEL_RULE})")

    def assess(self, text: str, *, answers: Mapping[str, Any] | None = None, lang: str | None = None) -> Assessment:
        """`answers` are the choices made in a flow; a chosen flow decides the kind. `lang` is a hint where the text tells nothing."""
        look = self.look(text, lang)
        found = self.urgency.of_text(look.signals, look.facts)
        opinion = None if says_little(look.read) else self._model.judge(look.read, seen(look, found))
        if opinion is not None:
            found = found if is_plain(look.read) else tuple(self._as_far(reason, opinion) for reason in found)
            found += () if SETTLED in look.facts else _raised(opinion, found)
        if found and not look.zawgyi:
            places = origins(text[:MAX_READ], look.plain)
            found = tuple(replace(reason, spans=original(reason.spans, places)) for reason in found)
        said = self.urgency.signs(look.signals.found.keys(), {}) if not {"past_only", "tale", "ask_only"} & look.facts else ()
        reasons = found + (self.urgency.of_answers(answers, frozenset(said)) if answers else ())
        reasons = tuple(sorted(reasons, key=lambda reason: -rank(reason.level or "low")))
        kind, why = _kind(look.kind, opinion, is_plain(look.read) and rank(highest(found)) >= rank("high"))
        flow = str((answers or {}).get("flow", ""))
        return Assessment(
            lang=look.spoken.code,
            country=look.place.country,
            subdivision=look.place.subdivision,
            urgency=highest(reasons),
            kind=flow if flow in KINDS else kind,
            signals=tuple(sorted(look.signals.found)),
            reasons=reasons,
            zawgyi=look.zawgyi,
            text=look.plain,
            place_words=look.place.words,
            why=_sentence(look.spoken.why, look.place.why, reasons, why),
            indicators=tuple(sorted({*said, *self.urgency.signs(frozenset(), answers or {})})),
            place_candidates=look.place.ambiguous,
            place_unknown=look.place.unknown,
            vessel=look.place.sea.words() if look.place.sea else (),
        )


def says_little(text: str) -> bool:
    """True for a "yes", a name, "locked in": in so few letters nobody says what no list knows, and the model would be guessing."""
    return _letters(text) < (FEW_HAN if _HAN.search(text) else FEW)


def is_plain(text: str) -> bool:
    """True for "not allowed to go out": what a rule reads in so few letters is all that is said."""
    return _letters(text) < (PLAIN_HAN if _HAN.search(text) else PLAIN)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def seen(look: Look, found: tuple[Reason, ...]) -> Seen:
    """What the model is told of a message that the rules looked at."""
    rules = tuple(reason.rule for reason in found)
    return Seen(look.facts, rules, highest(found), look.kind.kind, look.kind.rule, look.spoken.code, look.place.country is not None)


def _raised(opinion: Opinion, found: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The model's reason, where it is sure of more than was found."""
    if opinion.level is None or rank(opinion.level) <= rank(highest(found)):
        return ()
    return (Reason(MODEL_RULE, opinion.level, opinion.words, "reads like messages that were labelled so", tuple(sorted(opinion.spans))),)


def _kind(kind: Kind, opinion: Opinion | None, cries: bool) -> tuple[str, str]:
    """`cries`: in few words, and they are of weight, so neither a greeting nor spam."""
    # Among six kinds the model's likeliest is right more often than a weak rule; and than any where it outweighs all others together.
    if opinion is None or cries and opinion.kind == "other":
        return kind.kind, f"{kind.kind}: {kind.text} ({kind.rule})"
    if opinion.kind != kind.kind and (kind.weak or opinion.kind_chance > EVEN):
        return opinion.kind, f"{opinion.kind}: reads like messages that were labelled so ({MODEL_RULE} over {kind.rule})"
    return kind.kind, f"{kind.kind}: {kind.text} ({kind.rule})"


def _without_places(text: str, named: Reading) -> str:
    """The text with place names blanked: แม่ in แม่สอด is no mother. Every character stays at its place."""
    for mention in named.mentions:
        text = text[: mention.start] + "\0" * (mention.end - mention.start) + text[mention.end :]
    return text


def _sentence(spoken: str, place: str, reasons: tuple[Reason, ...], kind: str) -> str:
    fired = [f"{r.level}: {r.text} ({r.rule}{': ' + ', '.join(r.words) if r.words else ''})" for r in reasons[:4]]
    return "; ".join([*(fired or ["low: nothing urgent is said"]), kind, place, f"language by {spoken}"])
