"""How values are shown: times, places, plain words for codes, and the words that decided, marked in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from babel import Locale
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from config.desks import Desk
from dashboard.parts import Parts
from dashboard.words import BARE, CHANNELS, COUNTRIES, FLAGS, KINDS, KINDS_OF_FILE, LANGUAGES, SENDING, SOUNDS, VERBS
from triage.events import Event
from triage.messages import Message
from triage.path import APART

HOURS = re.compile(r"h(\d+)_(\d+)")


def install(app: Flask, parts: Parts) -> None:
    """Puts the filters into the templates."""
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        KINDS=KINDS,
        CHANNELS=CHANNELS,
        SENDING=SENDING,
        SOUNDS=SOUNDS,
        KINDS_OF_FILE=KINDS_OF_FILE,
        event_words=event_words,
        zone=zone,
        APART=APART,
    )
    # What the operators tune may change while the desk is open.
    app.context_processor(lambda: {"desks": parts.routing.desks, "config_faults": _faults(parts)})
    app.jinja_env.filters["spaced"] = spaced
    app.jinja_env.filters.update(left=left, at=at_desk, plain=plain, marked=marked, minutes=minutes, bytes=size, spans_in=spans_in)
    app.jinja_env.filters["raised"] = raised
    app.jinja_env.globals["answered"] = lambda step, value: answered(parts, step, value)
    app.jinja_env.globals["place"] = lambda country, subdivision, at_sea=False: place(parts, country, subdivision, at_sea)
    app.jinja_env.globals["region"] = lambda code: region(parts, code)


def _faults(parts: Parts) -> list[str]:
    """The faults of the newest edit, by files as operators know them: without the folder they all lie in."""
    return [str(fault).removeprefix(f"{parts.settings.config}/") for fault in parts.live.faults]


def raised(conversation: Iterable[Message]) -> list[str]:
    """What the messages of a case raise for whoever reads it, in words, each once."""
    flags = [str(m.extra.get("flag", "")) for m in conversation if m.direction == "in"]
    bare = [BARE[flag] for flag in flags if flag in BARE] if all(flag in BARE for flag in flags) else []
    return list(dict.fromkeys([*bare[-1:], *(FLAGS.get(flag, plain(flag)) for flag in flags if flag and flag not in BARE)]))


def spaced(name: object) -> str:
    """The engine's name of what happened, as words: `FlowStarted help_self` → `flow started help self`."""
    return plain(re.sub(r"\B([A-Z])", r" \1", str(name))).lower()


def place(parts: Parts, country: str | None, subdivision: str | None, at_sea: bool = False) -> str:
    """`Banteay Meanchey, Cambodia`; where provinces were joined both names: `Lào Cai (until June 2025 Yên Bái), Viet Nam`."""
    sea = "at sea, " if at_sea else ""
    if country is None:
        return "at sea" if at_sea else "place not known"
    land = COUNTRIES.get(country) or str(Locale("en").territories.get(country, country))
    return f"{sea}{region(parts, subdivision)}, {land}" if subdivision else f"{sea}{land}"


def region(parts: Parts, code: str) -> str:
    """A subdivision's name of today, with the one it had before it was joined to another."""
    merger = parts.routing.mergers.get(code)
    name = parts.gazetteer.name_of(code, "en")
    if merger is None:
        return name
    return f"{parts.gazetteer.name_of(merger.into, 'en')} (until {merger.until:%B %Y} {name})"


def left(due_at: int | None, now: int) -> str:
    """`4 min left`, `due now`, `2 h over`."""
    if due_at is None:
        return ""
    if abs(due_at - now) < 60_000:
        return "due now"
    amount = minutes(abs(due_at - now))
    return f"{amount} left" if due_at >= now else f"{amount} over"


def minutes(span: int) -> str:
    """A span of milliseconds in the largest unit that tells something."""
    total = span // 60_000
    if total < 120:
        return f"{total} min"
    return f"{total // 60} h" if total < 48 * 60 else f"{total // 1440} d"


def at(time: int, offset: int = 0) -> str:
    """Date and time, `offset` minutes ahead of UTC: `25 Nov 06:39`."""
    return datetime.fromtimestamp(time / 1000, timezone(timedelta(minutes=offset))).strftime("%d %b %H:%M")


@pass_context
def at_desk(context: Context, time: int) -> str:
    """The same by the clock of the reader's own desk, whatever desk a case is on: one page, one clock."""
    desk = context.get("desk")
    return at(time, desk.hours.offset if desk else 0)


def zone(desk: Desk | None) -> str:
    """`UTC+7`, `UTC+6:30`: the clock by which a page tells its times."""
    hours, minutes = divmod(abs(desk.hours.offset) if desk else 0, 60)
    sign = "-" if desk and desk.hours.offset < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def answered(parts: Parts, step: str, value: object) -> str:
    """An answer that was chosen, in words: places by their names, hours as hours."""
    if not value:
        return "skipped"
    if isinstance(value, list | tuple):
        return ", ".join(answered(parts, step, one) for one in value)
    hours = HOURS.fullmatch(str(value))
    if step in ("country", "nationality") and value in COUNTRIES:
        return COUNTRIES[str(value)]
    if step == "subdivision":
        return parts.gazetteer.name_of(str(value), "en")
    return f"{hours[1]}–{hours[2]} h" if hours else plain(value)


def size(count: int) -> str:
    """`340 kB`, `2.1 MB`."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} kB"


def plain(code: object) -> str:
    """A code as words: `cannot_leave` → `cannot leave`."""
    if isinstance(code, list | tuple):
        return ", ".join(plain(item) for item in code)
    return str(code).replace("_", " ")


def event_words(event: Event, names: Mapping[str, str]) -> str:
    """One line of history in plain words."""
    data = event.data
    who = {"system": "the hotline", "reporter": "the person"}.get(event.actor) or names.get(event.actor, event.actor)
    what = VERBS.get(event.verb, plain(event.verb))
    if event.verb in ("raised", "lowered"):
        what += f" from {data.get('from')} to {data.get('to')}" + (f": {plain(data['why'])}" if data.get("why") else "")
    elif event.verb in ("transferred", "routed", "passed_on", "taken_back"):
        what += f": {data['from']} → {data.get('to')}" if data.get("from") else f": {data.get('to')}"
    elif event.verb == "corrected":
        what += f": {plain(data.get('what', ''))} {plain(data.get('from'))} → {plain(data.get('to'))}"
    elif event.verb == "closed":
        what += f": {plain(data.get('outcome', ''))}"
    elif event.verb == "wished":
        what += ": " + ", ".join(plain(name) if on else f"not {plain(name)}" for name, on in data.items() if name != "by")
        what += " (in free words)" if data.get("by") == "words" else ""
    elif event.verb == "sight_ended":
        what += f": {plain(data.get('desks', []))}"
    elif event.verb.startswith("referral_"):
        what += f": {plain(data.get('answer') or data.get('to', ''))}" + (f" ({plain(data['scope'])})" if data.get("scope") else "")
    elif event.verb in ("linked", "set_apart"):
        what += f": {plain(data['why'])}" if data.get("why") else ""
    elif event.verb == "alarmed":
        what += f": {data.get('desk')} by {plain(data.get('ways', []))}"
    elif event.verb in ("not_sent", "not_delivered", "withheld"):
        what += f": {data.get('why', '')}"
    return f"{what} · {who}"


def marked(text: str, words: Iterable[str], spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """The text, escaped, with what decided in <mark>: by its places in the message, or where none are known by the words."""
    out, end = Markup(""), 0
    for start, stop in _joined(spans, len(text)) or _found(text, words):
        out += escape(text[end:start]) + Markup("<mark>") + escape(text[start:stop]) + Markup("</mark>")
        end = stop
    return out + escape(text[end:])


def spans_in(facts: Mapping[str, Any], message_id: int) -> list[tuple[int, int]]:
    """Where in this message the words of the reasons stand."""
    reasons = [reason for reason in facts.get("reasons", []) if reason.get("message") == message_id and reason.get("level")]
    return [(int(start), int(stop)) for reason in reasons for start, stop in reason.get("spans", [])]


def _joined(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The spans that lie in the text, overlapping ones as one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted((start, min(stop, length)) for start, stop in spans if 0 <= start < min(stop, length)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _found(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)[:60]
    pattern = re.compile("|".join(re.escape(word) for word in wanted) or r"(?!)", re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]
