"""The simulator for operators: a phone on which a conversation is tried, and why its case would go where.

Nothing is stored. The page carries what was typed, and each request plays it again from the first message on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request

from bot.rehearsal import CHANNELS, Rehearsal, Scene, Stage, read_stage
from dashboard.guard import visitor
from dashboard.parts import Parts

MAX_LINES = 60
MAX_TEXT = 2000
# What a line of a talk may be here; pictures and pins are tried on a real phone.
KINDS = ("say", "press", "form")


def blueprint(parts: Parts) -> Blueprint:
    """/simulator."""
    views = Blueprint("simulator", __name__)
    stages: dict[Path, Stage] = {}

    def stage() -> Stage:
        # Built when somebody first looks, and again when the config is another one.
        folder = parts.live.now.folder
        if folder not in stages:
            stages.clear()
            stages[folder] = read_stage(folder)
        return stages[folder]

    @views.get("/simulator")
    def show() -> Any:
        return _page(parts, stage(), [])

    @views.post("/simulator")
    def play() -> Any:
        lines = [] if request.form.get("do") == "again" else _lines(request.form.get("talk", ""))
        return _page(parts, stage(), lines, None if request.form.get("do") in ("again", "show") else request.form)

    return views


def _lines(raw: str) -> list[dict[str, Any]]:
    """What was typed before, as the page carries it; anything else is an empty talk."""
    try:
        found = json.loads(raw)
    except ValueError:
        return []
    if not isinstance(found, list) or len(found) > MAX_LINES:
        return []
    return [line for line in found if isinstance(line, dict) and _is_line(line)]


def _is_line(line: Mapping[str, Any]) -> bool:
    if not line or not set(line) <= {*KINDS, "typed"} or len(set(line) & set(KINDS)) != 1:
        return False
    values = line.get("form", [])
    texts = [line[key] for key in ("say", "press", "typed") if key in line]
    return isinstance(values, list) and all(isinstance(text, str) and len(text) <= MAX_TEXT for text in (*texts, *values))


def _page(parts: Parts, stage: Stage, lines: list[dict[str, Any]], form: Mapping[str, str] | None = None) -> Any:
    who, languages = visitor(), stage.book.languages
    channel, lang = request.form.get("channel", "sms"), request.form.get("lang", "en")
    channel, lang = channel if channel in CHANNELS else "sms", lang if lang in languages else "en"
    scenes = _play(parts, stage, channel, lang, lines)
    if form is not None:
        line = _given(channel, form, scenes)
        if line is not None:
            lines = [*lines, line][:MAX_LINES]
            scenes = _play(parts, stage, channel, lang, lines)
    return render_template(
        "simulator.html",
        who=who.session.responder if who.session else None,
        desk=parts.routing.desks.get(who.scope.queue),
        csrf=who.csrf,
        channel=channel,
        channels=CHANNELS,
        lang=lang,
        languages=languages,
        scenes=scenes,
        last=scenes[-1] if scenes else None,
        currency=stage.prices["prices"]["currency"],
        talk=json.dumps(lines, ensure_ascii=False),
        full=len(lines) >= MAX_LINES,
    )


def _play(parts: Parts, stage: Stage, channel: str, lang: str, lines: list[dict[str, Any]]) -> list[Scene]:
    talk = Rehearsal(stage, channel, lang, parts.clock())
    return [talk.hear(line) for line in lines]


def _given(channel: str, form: Mapping[str, str], scenes: list[Scene]) -> dict[str, Any] | None:
    """What the page gave: a pressed button or a typed text."""
    press, text = form.get("press", "")[:200], form.get("text", "").strip()[:MAX_TEXT]
    if press:
        return {"form": [press]} if channel == "web" else {"press": press}
    if not text:
        return None
    return {"form": [], "typed": text} if channel == "web" and scenes and scenes[-1].buttons else {"say": text}
