"""What a responder learnt from the person: facts and signs, kept sealed, and what follows for the urgency. It only raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, update

from config.desks import Routing
from triage import case_keys, events, findings, levels, marks, messages, participants
from triage.facts import Facts
from triage.scope import Scope, hold
from triage.tables import cases
from triage.urgency import Reason, Urgency, highest
from triage.values import NotAllowed, level_of, rank
from triage.vault import CannotOpen, Opener

MAX_WORDS = 4000


def note_facts(
    tx: Connection,
    opener: Opener,
    routing: Routing,
    urgency: Urgency,
    scope: Scope,
    ref: str,
    facts: Sequence[str],
    signs: Sequence[str],
    text: str,
    now: int,
) -> str:
    """Keeps them as a note that responders read, and raises the level where a rule says so; the level of the case then.

    `facts` are names of the rules N of urgency.yaml, `signs` of indicators.yaml. Raises NotAllowed for others, and for none at all.
    """
    row = hold(tx, scope, ref)
    if row.state == "closed":
        raise NotAllowed("The case is closed. Open it again first.")
    if not (facts or signs) or not set(facts) <= set(urgency.notes) or not set(signs) <= set(urgency.known_signs):
        raise NotAllowed("Choose what you learnt.")
    content = {"text": text.replace("\0", "").strip()[:MAX_WORDS], "noted": list(facts), "signs": list(signs)}
    message_id = messages.add(tx, row.id, "note", now, messages.seal(case_keys.sealer(tx, row.id), content), scope.responder_id)
    fired = _fired(urgency, row, facts, signs)
    reasons = tuple(_shown(reason) for reason in fired)
    try:
        findings.amend(tx, row.id, opener, lambda old: _with(old, tuple(signs), reasons))
    except CannotOpen as error:
        raise NotAllowed("This desk cannot read the case yet: the desk that had it must sign in first.") from error
    tx.execute(update(cases).where(cases.c.id == row.id).values(version=row.version + 1))
    events.append(tx, row.id, now, scope.actor, "facts_noted", {"message": message_id})
    marks.grow(tx, row.queue, *participants.queues(tx, row.id))
    up = [r for r in fired if rank(r.level or "low") > row.level]
    levels.raise_to(tx, routing, row, highest(fired), now, [r.rule for r in up], [r.text for r in up], scope.actor)
    return level_of(max(row.level, rank(highest(fired))))


def _fired(urgency: Urgency, row: Row[Any], facts: Sequence[str], signs: Sequence[str]) -> tuple[Reason, ...]:
    noted = urgency.of_notes({name: True for name in facts} | {"level": level_of(row.level)})
    answers: dict[str, Any] = {"flow": row.kind, "signs_control": list(signs)} | ({"age_band": "under_18"} if row.child else {})
    shown = urgency.of_answers(answers) if signs else ()
    return tuple(reason for reason in (*noted, *shown) if rank(reason.level or "low"))


def _shown(reason: Reason) -> dict[str, Any]:
    return {"rule": reason.rule, "level": reason.level, "words": [], "text": f"{reason.text} (noted by a responder)"}


def _with(old: Facts, signs: tuple[str, ...], reasons: tuple[dict[str, Any], ...]) -> Facts:
    known = {(r["rule"], r["text"]) for r in old.reasons}
    fresh = tuple(reason for reason in reasons if (reason["rule"], reason["text"]) not in known)
    return replace(old, indicators=tuple(dict.fromkeys((*old.indicators, *signs))), reasons=(*fresh, *old.reasons))
