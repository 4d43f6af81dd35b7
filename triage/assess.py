"""The whole of triage for one message: text, language, place, urgency and kind, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.triage_rules import TriageRules
from triage import language
from triage.judge import Judge
from triage.kinds import Kinds
from triage.places import Gazetteer, Located
from triage.signals import Lexicon
from triage.text import normalise
from triage.urgency import Reason, Urgency, highest
from triage.values import KINDS, rank
from triage.zawgyi import to_unicode

# What is read of one message; more is kept, and a responder reads it.
MAX_READ = 4000


@dataclass(frozen=True, slots=True)
class Assessment:
    """What triage makes of a message. `text` is the normal form that was read; places are where the person is now."""

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


class Triage:
    """Assesses messages by the operators' rules; the same message always gets the same answer."""

    def __init__(self, rules: TriageRules, gazetteer: Gazetteer) -> None:
        self._lexicon = Lexicon(rules)
        self._judge = Judge(rules)
        self.urgency = Urgency(rules, self._judge)
        self._kinds = Kinds(rules)
        self._gazetteer = gazetteer

    def assess(self, text: str, *, answers: Mapping[str, Any] | None = None, lang: str | None = None) -> Assessment:
        """`answers` are the choices made in a flow; a chosen flow decides the kind. `lang` is a hint where the text tells nothing."""
        unicode_text, zawgyi = to_unicode(text[:MAX_READ])
        plain = normalise(unicode_text)
        place = self._gazetteer.locate(plain)
        # The person's language, not the place names'.
        own = _without_places(plain, place)
        spoken = language.detect(own if sum(char.isalpha() for char in own) > 3 else plain)
        code = lang if lang and spoken.sure < 0.4 else spoken.code
        signals = self._lexicon.read(_without_places(plain, place), code)
        facts = self._judge.facts(signals)
        reasons = self.urgency.of_text(signals, facts)
        if answers:
            reasons += self.urgency.of_answers(answers)
        reasons = tuple(sorted(reasons, key=lambda reason: -rank(reason.level or "low")))
        kind = self._kinds.of(facts)
        flow = str((answers or {}).get("flow", ""))
        return Assessment(
            lang=code,
            country=place.country,
            subdivision=place.subdivision,
            urgency=highest(reasons),
            kind=flow if flow in KINDS else kind.kind,
            signals=tuple(sorted(signals.found)),
            reasons=reasons,
            zawgyi=zawgyi,
            text=plain,
            place_words=place.words,
            why=_sentence(spoken.why, place.why, reasons, f"{kind.kind}: {kind.text} ({kind.rule})"),
            place_candidates=place.ambiguous,
            place_unknown=place.unknown,
            vessel=place.sea.words() if place.sea else (),
        )


def _without_places(text: str, place: Located) -> str:
    """The text with place names blanked: แม่ in แม่สอด is no mother. Every character stays at its place."""
    for mention in place.mentions:
        text = text[: mention.start] + "\0" * (mention.end - mention.start) + text[mention.end :]
    return text


def _sentence(spoken: str, place: str, reasons: tuple[Reason, ...], kind: str) -> str:
    fired = [f"{r.level}: {r.text} ({r.rule}{': ' + ', '.join(r.words) if r.words else ''})" for r in reasons[:4]]
    return "; ".join([*(fired or ["low: nothing urgent is said"]), kind, place, f"language by {spoken}"])
