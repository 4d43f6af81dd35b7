"""What is said, as it reaches a person: SMS text, Telegram buttons, web field. Pure; never raises on a missing value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flows.definition import KINDS, LONG_PAGE, PAGE, Book, Translate
from bot.flows.turns import NONE, Say

QUESTIONS = frozenset((*KINDS, "menu", "languages"))
_SMS_KEYS = {"skip": "0", "none": "0", "more": str(PAGE + 1)}
_LONG_KEYS = _SMS_KEYS | {"more": str(LONG_PAGE + 1)}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Chat:
    """A message with buttons: (callback data, label) rows, and the label of a share-my-place button."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    ask_location: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question as a form: kind radio, checkbox, select, textarea, media or line; `skip` is its label, if shown.

    `choices` are (id, label, checked).
    """

    kind: str
    data: str
    text: str
    choices: tuple[tuple[str, str, bool], ...] = ()
    skip: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page shows: notes, then at most one question."""

    notes: tuple[str, ...]
    field: Field | None


def fill(text: str, params: Mapping[str, str]) -> str | None:
    """The text with its values; None where one is missing or empty."""
    if "{" not in text:
        return text
    if any(not params.get(name) for name in _PLACEHOLDER.findall(text)):
        return None
    return _PLACEHOLDER.sub(lambda match: params[match.group(1)], text)


def say_text(say: Say, lang: str, translate: Translate, params: Mapping[str, str] = NONE) -> str | None:
    """The text alone; None for a statement of which a value is missing. A question is always asked."""
    text = translate(lang, say.context, say.text)
    filled = fill(text, params)
    if filled is None and say.kind in QUESTIONS:
        return _PLACEHOLDER.sub("", text)
    return filled


def phrase(book: Book, name: str, lang: str, translate: Translate, params: Mapping[str, str] = NONE, cover: bool = False) -> str | None:
    """A fixed phrase, its neutral form under cover; None where a value is missing. Raises KeyError for an unknown name."""
    if cover and f"{name}_cover" in book.phrases:
        name = f"{name}_cover"
    return fill(translate(lang, f"phrase.{name}", book.phrases[name]), params)


def data_of(say: Say, option: str) -> str:
    """What a button carries, at most 64 bytes."""
    return f"v{say.version}:{say.step}:{option}"


def sms(says: Sequence[Say], lang: str, translate: Translate, params: Mapping[str, str] = NONE) -> str:
    """All that a turn says as one text: question, numbered answers, keys."""
    texts = (_sms_one(say, lang, translate, params) for say in says)
    return "\n".join(text for text in texts if text)


def _sms_one(say: Say, lang: str, translate: Translate, params: Mapping[str, str]) -> str | None:
    text = say_text(say, lang, translate, params)
    if text is None:
        return None
    if say.kind == "languages":
        return f"{text} {', '.join(name for _, name in say.options)}"
    labels = _labels(say, lang, translate)
    numbered = [text, *(f"{at} {label}" for at, (_, label) in enumerate(labels, 1))]
    digits = _LONG_KEYS if say.kind == "subdivision" else _SMS_KEYS
    keys = [f"{digits[name]} {translate(lang, context, english)}" for name, context, english in say.keys if name in digits]
    stop = "." if keys and say.options else ""
    return " ".join([" ".join(numbered) + stop, *keys])


def _labels(say: Say, lang: str, translate: Translate) -> list[tuple[str, str]]:
    """(id, label) of each option; without a context a label is shown as it is."""
    if not say.labels:
        return list(say.options)
    return [(option, translate(lang, say.labels, label)) for option, label in say.options]


def telegram(says: Sequence[Say], lang: str, translate: Translate, params: Mapping[str, str] = NONE) -> Chat:
    """All that a turn says as one message; the last question gives the buttons."""
    texts = [text for say in says if (text := say_text(say, lang, translate, params))]
    question = next((say for say in reversed(says) if say.kind in QUESTIONS), None)
    if question is None:
        return Chat("\n".join(texts))
    keys = {name: translate(lang, context, english) for name, context, english in question.keys}
    if "pin" in keys:
        return Chat("\n".join(texts) + (f" (0 {keys['skip']})" if "skip" in keys else ""), (), keys["pin"])
    return Chat("\n".join(texts), _buttons(question, keys, lang, translate))


def _buttons(say: Say, keys: Mapping[str, str], lang: str, translate: Translate) -> tuple[tuple[str, str], ...]:
    labels = _labels(say, lang, translate)
    if say.kind == "subdivision" and len(labels) > LONG_PAGE:
        labels = labels[say.page * LONG_PAGE :][:LONG_PAGE]
    rows = [(data_of(say, option), ("✓ " if option in say.picked else "") + capital(label)) for option, label in labels]
    if "more" in keys and say.kind == "subdivision":
        rows.append((data_of(say, "more"), capital(keys["more"])))
    if say.picked and "done" in keys:
        rows.append((data_of(say, "done"), capital(keys["done"])))
    else:
        rows.extend((data_of(say, "0"), capital(keys[name])) for name in ("skip", "none") if name in keys)
    return tuple(rows)


def capital(label: str) -> str:
    """The label as it stands alone."""
    return label[:1].upper() + label[1:]


def web(says: Sequence[Say], lang: str, translate: Translate, params: Mapping[str, str] = NONE) -> Page:
    """All that a turn says as notes and one field."""
    question = next((say for say in reversed(says) if say.kind in QUESTIONS and say.kind != "languages"), None)
    notes = tuple(
        text for say in says if say is not question and say.kind != "languages" and (text := say_text(say, lang, translate, params))
    )
    return Page(notes, _field(question, lang, translate, params) if question else None)


def _field(say: Say, lang: str, translate: Translate, params: Mapping[str, str]) -> Field:
    kind = _WEB_KINDS.get(say.kind, "line")
    skip = next((capital(translate(lang, context, english)) for name, context, english in say.keys if name in ("skip", "none")), None)
    choices = tuple((option, capital(label), option in say.picked) for option, label in _labels(say, lang, translate))
    return Field(kind, f"v{say.version}:{say.step}", say_text(say, lang, translate, params) or "", choices, skip)


_WEB_KINDS = {
    "one": "radio",
    "menu": "radio",
    "many": "checkbox",
    "text": "textarea",
    "place": "textarea",
    "subdivision": "select",
    "which": "radio",
    "media": "media",
}
