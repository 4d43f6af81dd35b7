"""A turn as its channel shows it, with every placeholder filled or its sentence left out."""

from __future__ import annotations

import json

from bot.effects import Effects
from bot.flows import render
from bot.flows.turns import Say, Turn
from bot.looks import told_to
from bot.params import fill
from bot.parts import Parts
from bot.quiet import TEXT_CHANNELS
from bot.reply import Field, Reply
from triage.attachments import EMPTY, TOO_LARGE

# What keys do a page has buttons for; its code stands in a box of its own; and it leaves no talk on the phone.
NOT_ON_PAGES = ("phrase.keys", "phrase.code", "phrase.delete", "phrase.delete_talk")


def _for_page(parts: Parts, say: Say) -> Say:
    """An opening tells of the keys of a telephone; a page has another."""
    if say.context == "phrase.opening" or say.context.endswith(".opening"):
        return say._replace(context="phrase.opening_page", text=parts.book.phrases["opening_page"])
    return say


def reply(parts: Parts, channel: str, turn: Turn, effects: Effects, now: int) -> Reply:
    """The reply to a turn on this channel."""
    lang, translate = turn.state.lang, parts.texts.translate
    params = dict(
        fill(
            parts.services,
            parts.routing,
            country=effects.country,
            subdivision=effects.subdivision,
            lang=lang,
            level=effects.level,
            due_at=effects.due_at,
            code=effects.memory.code,
            now=now,
            say=lambda name: translate(lang, f"phrase.{name}", parts.book.phrases[name]),
        )
    )
    if effects.case_state:
        english = parts.book.phrases.get(f"state_{effects.case_state}", effects.case_state)
        params["state"] = translate(lang, f"phrase.state_{effects.case_state}", english)
    nothing = translate(lang, "phrase.nothing_yet", parts.book.phrases.get("nothing_yet", ""))
    if any("{told}" in say.text for say in turn.says) and (
        told := told_to(parts, effects.tx, effects.memory.asked or effects.talk.case_id, turn.state.cover)
    ):
        params["told"] = told
    params["answers"] = effects.answers_text or nothing
    ended = not turn.state.talking
    if channel in TEXT_CHANNELS:
        return Reply(lang, _noted(parts, effects, render.sms(turn.says, lang, translate, params), lang), ended=ended)
    if channel == "web":
        # A page has buttons for what the keys do.
        page = render.web(tuple(_for_page(parts, say) for say in turn.says if say.context not in NOT_ON_PAGES), lang, translate, params)
        field = None
        if page.field is not None:
            f = page.field
            field = Field(f.kind, f.data, f.text, tuple(f.choices), f.skip)
        return Reply(lang, notes=(*_of_files(parts, effects, lang), *page.notes), field=field, code=params.get("code"), ended=ended)
    chat = render.telegram(turn.says, lang, translate, params)
    return Reply(lang, _noted(parts, effects, chat.text, lang), tuple(chat.buttons), chat.ask_location, ended=ended)


def _of_files(parts: Parts, effects: Effects, lang: str) -> tuple[str, ...]:
    """What became of the files of a page: nothing else there would say so."""
    told = (("file_too_large", TOO_LARGE in effects.files), ("file_empty", EMPTY in effects.files), ("file_kept", None in effects.files))
    return tuple(parts.texts.translate(lang, f"phrase.{name}", parts.book.phrases[name]) for name, is_so in told if is_so)


def _noted(parts: Parts, effects: Effects, text: str, lang: str) -> str:
    """The text, after a word on a file that was too large to keep."""
    if TOO_LARGE not in effects.files:
        return text
    note = parts.texts.translate(lang, "phrase.file_too_large", parts.book.phrases["file_too_large"])
    return f"{note}\n{text}" if text else note


def json_bytes(value: str) -> bytes:
    """A contact as it is sealed."""
    return json.dumps(value, ensure_ascii=True).encode()
