"""The queue of one's own desk, and the small answer by which an open page learns that it changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from dashboard import duty
from dashboard.guard import note_refused, visitor
from dashboard.parts import Parts
from triage import desk, holders
from triage.desk import Filters
from triage.values import KINDS, LEVELS, NotYours

STATES = ("open", "new", "mine", "claimed", "closed", "shared", "apart")
PAGE = 50


def blueprint(parts: Parts) -> Blueprint:
    """/queue and /queue/live."""
    views = Blueprint("queue", __name__)

    @views.get("/queue")
    def show() -> Any:
        return _show(parts)

    @views.get("/queue/live")
    def live() -> Any:
        with parts.database.reading() as tx:
            mark = desk.mark(tx, visitor().scope)
        if request.args.get("mark") == str(mark):
            return Response(status=204)
        rows = _rows(parts)
        html = render_template("rows.html", **rows)
        return jsonify(mark=mark, html=html, emergencies=rows["emergencies"])

    return views


def _show(parts: Parts) -> Any:
    wanted = request.args.get("ref", "").strip().upper()[:12]
    if wanted:
        with parts.database.reading() as tx:
            try:
                return redirect(f"/cases/{desk.find(tx, visitor().scope, wanted).ref}")
            except NotYours:
                note_refused("not theirs, or not there")
                return render_template("queue.html", **_rows(parts), missing=wanted), 404
    return render_template("queue.html", **_rows(parts))


def _filters() -> tuple[Filters, int]:
    args = request.args
    state = args.get("state", "open")
    level, kind, lang = args.get("level"), args.get("kind"), args.get("lang")
    page = args.get("page", "0")
    filters = Filters(
        state if state in STATES else "open",
        level if level in LEVELS else None,
        kind if kind in KINDS else None,
        lang if lang and len(lang) < 9 else None,
    )
    return filters, int(page) if page.isdecimal() and len(page) < 7 else 0


def _rows(parts: Parts) -> dict[str, Any]:
    who = visitor()
    filters, page = _filters()
    with parts.database.reading() as tx:
        rows = desk.queue(tx, who.scope, filters, PAGE + 1, page * PAGE)
        counts, closed = desk.counts(tx, who.scope), desk.closed(tx, who.scope)
        mark = desk.mark(tx, who.scope)
        beside = desk.beside(tx, who.scope)
        status = duty.status(tx, parts, who.scope.queue)
        reads = who.scope.responder_id in holders.members(tx, who.scope.queue)
    number: dict[str, Any] = {state: sum(n for (s, _), n in counts.items() if s == state) for state in desk.OPEN}
    number |= {"closed": f"{closed - 1}+" if closed == desk.MANY else closed, **beside}
    me = who.session
    return status | {
        "failed": me.failed if me else 0,
        "reads": me is None or reads,
        "who": who.session.responder if who.session else None,
        "desk": parts.routing.desks.get(who.scope.queue),
        "csrf": who.csrf,
        "rows": rows[:PAGE],
        "more": len(rows) > PAGE,
        "page": page,
        "filters": filters,
        "states": STATES,
        "mark": mark,
        "now": parts.clock(),
        "emergencies": counts.get(("new", "emergency"), 0),
        "counts": number,
    }
