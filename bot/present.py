"""A turn as its channel shows it, with every placeholder filled or its sentence left out."""

from __future__ import annotations

import json

from bot.effects import Effects
from bot.flows import render
from bot.flows.turns import Turn
from bot.params import fill
from bot.parts import Parts
from bot.quiet import TEXT_CHANNELS
from bot.reply import Field, Reply


def reply(parts: Parts, channel: str, turn: Turn, effects: Effects, now: int) -> Reply:
    """The reply to a turn on this channel."""
    lang, translate = turn.state.lang, parts.texts.translate
    params = dict(
        fill(
            parts.services,
            parts.routing,
            country=effects.country,
            lang=lang,
            level=effects.level,
            due_at=effects.due_at,
            code=effects.memory.code,
            now=now,
        )
    )
    if effects.case_state:
        english = parts.book.phrases.get(f"state_{effects.case_state}", effects.case_state)
        params["state"] = translate(lang, f"phrase.state_{effects.case_state}", english)
    nothing = translate(lang, "phrase.nothing_yet", parts.book.phrases.get("nothing_yet", ""))
    params["answers"] = effects.answers_text or nothing
    ended = not turn.state.talking
    if channel in TEXT_CHANNELS:
        return Reply(lang, _noted(parts, effects, render.sms(turn.says, lang, translate, params), lang), ended=ended)
    if channel == "web":
        # A page has buttons for what the keys do.
        page = render.web(tuple(say for say in turn.says if say.context != "phrase.keys"), lang, translate, params)
        field = None
        if page.field is not None:
            f = page.field
            field = Field(f.kind, f.data, f.text, tuple(f.choices), f.skip)
        return Reply(lang, notes=tuple(page.notes), field=field, code=params.get("code"), ended=ended)
    chat = render.telegram(turn.says, lang, translate, params)
    return Reply(lang, _noted(parts, effects, chat.text, lang), tuple(chat.buttons), chat.ask_location, ended=ended)


def _noted(parts: Parts, effects: Effects, text: str, lang: str) -> str:
    """The text, after a word on a file that was too large to keep."""
    if not effects.file_too_large:
        return text
    note = parts.texts.translate(lang, "phrase.file_too_large", parts.book.phrases["file_too_large"])
    return f"{note}\n{text}" if text else note


def json_bytes(value: str) -> bytes:
    """A contact as it is sealed."""
    return json.dumps(value, ensure_ascii=True).encode()
