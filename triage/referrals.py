"""Telling somebody outside of the desk: a person presses send, on one ground, and every stop is asked again in that transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from config.desks import Routing
from triage import case_keys, events, marks, participants
from triage.bonds import referral
from triage.consent import BASES, SCOPES, Asked, Recipient, blocked, needs_supervisor, needs_two
from triage.scope import Scope, hold
from triage.tables import cases
from triage.values import NotAllowed, NotYours
from triage.vault import CannotOpen, Opener

READ_OUT = "read-out"
RECEIPTS = ("accepted", "refused", "no_answer")
SUPERVISORS = ("supervisor", "operator")


@dataclass(frozen=True, slots=True)
class Referral:
    """One line of whom a case was told to."""

    id: int
    recipient: str
    basis: str
    scope: str
    state: str
    read_out: str
    child_view: str
    lang: str | None
    asked_by: int | None
    asked_at: int
    sent_by: int | None
    sent_at: int | None
    receipt: str | None
    receipt_at: int | None
    recalled_at: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a responder asks to send. `read_out`: the text read to the person, or why they could not be asked; `child_view`: what a
    child themself says of it, or why they could not be heard."""

    to: Recipient
    basis: str
    scope: str
    read_out: str
    child_view: str = ""


def ask(tx: Connection, opener: Opener, routing: Routing, scope: Scope, ref: str, asked: Asked, wanted: Wanted, now: int) -> str:
    """Sends, or waits for a second person; the referral's state. Raises NotAllowed naming the stop."""
    row = hold(tx, scope, ref)
    _check(routing, asked, wanted)
    if asked.child and wanted.scope != "no_contact" and not wanted.child_view.strip():
        raise NotAllowed("Write what the child themself says of it, or why they could not be heard.")
    if wanted.scope != "no_contact" and _refused(tx, row.id, wanted.to.key):
        raise NotAllowed(f"The person said: do not contact {wanted.to.name}. Note their new choice first.")
    values = {"case_id": row.id, "recipient": wanted.to.key, "basis": wanted.basis, "scope": wanted.scope, "lang": row.lang}
    values |= {
        "asked_by": scope.responder_id,
        "asked_at": now,
        "read_out": case_keys.sealer(tx, row.id).seal(READ_OUT, wanted.read_out.strip().encode()),
    }
    if wanted.child_view.strip():
        values["child_view"] = case_keys.sealer(tx, row.id).seal(READ_OUT, wanted.child_view.strip()[:4000].encode())
    if wanted.scope == "no_contact":
        state = "noted"
    elif needs_two(wanted.basis) or (needs_supervisor(routing, asked, wanted.to, wanted.basis) and scope.role not in SUPERVISORS):
        state = "asked"
    else:
        state = "sent"
        values |= {"sent_by": scope.responder_id, "sent_at": now}
    made = int(tx.execute(insert(referral).values(values | {"state": state}).returning(referral.c.id)).scalar_one())
    events.append(tx, row.id, now, scope.actor, f"referral_{state}", _data(made, wanted.to.key, wanted.basis, wanted.scope))
    if state == "sent":
        _let_see(tx, opener, row, wanted, now)
    _touch(tx, row)
    return state


def confirm(
    tx: Connection, opener: Opener, routing: Routing, scope: Scope, ref: str, number: int, asked: Asked, to: Recipient, now: int
) -> None:
    """The second person presses send. Raises NotAllowed for a stop that holds by now, the same person, or a missing supervisor."""
    row = hold(tx, scope, ref)
    found = _find(tx, row, number, "asked")
    wanted = Wanted(to, found.basis, found.scope, "read out before")
    _check(routing, asked, wanted)
    if needs_two(found.basis) and found.asked_by == scope.responder_id:
        raise NotAllowed("A second responder must agree: you asked for it yourself.")
    if scope.role not in SUPERVISORS and not (needs_two(found.basis) and _is_supervisor(tx, found.asked_by)):
        raise NotAllowed("A supervisor must press send.")
    _set(tx, found.id, state="sent", sent_by=scope.responder_id, sent_at=now)
    events.append(tx, row.id, now, scope.actor, "referral_sent", _data(found.id, to.key, found.basis, found.scope))
    _let_see(tx, opener, row, wanted, now)
    _touch(tx, row)


def decline(tx: Connection, scope: Scope, ref: str, referral_id: int, now: int) -> None:
    """The second person says no."""
    row = hold(tx, scope, ref)
    found = _find(tx, row, referral_id, "asked")
    _set(tx, found.id, state="declined")
    events.append(tx, row.id, now, scope.actor, "referral_declined", _data(found.id, found.recipient, found.basis, found.scope))
    _touch(tx, row)


def recall(tx: Connection, scope: Scope, ref: str, referral_id: int, now: int) -> None:
    """Takes it back: a desk sees the case no more; elsewhere a responder asks for deletion."""
    row = hold(tx, scope, ref)
    found = _find(tx, row, referral_id, "sent")
    _set(tx, found.id, state="recalled", recalled_at=now)
    if found.recipient.startswith("desk:"):
        participants.end(tx, row.id, found.recipient.removeprefix("desk:"), now)
        case_keys.unshare(tx, row.id, found.recipient.removeprefix("desk:"))
        marks.grow(tx, found.recipient.removeprefix("desk:"))
    events.append(tx, row.id, now, scope.actor, "referral_recalled", _data(found.id, found.recipient, found.basis, found.scope))
    _touch(tx, row)


def receipt(tx: Connection, scope: Scope, ref: str, referral_id: int, answer: str, now: int) -> None:
    """What the recipient said: by their own desk on its page, or noted by the desk that told them."""
    if answer not in RECEIPTS:
        raise NotAllowed("Choose an answer.")
    row = tx.execute(select(cases).where(cases.c.ref == ref, scope.sees() | scope.shares("summary")).with_for_update()).first()
    if row is None:
        raise NotYours("no such case")
    found = _find(tx, row, referral_id, "sent")
    if scope.queue not in ("*", row.queue) and found.recipient != f"desk:{scope.queue}":
        raise NotYours("no such referral")
    _set(tx, found.id, receipt=answer, receipt_at=now)
    events.append(tx, row.id, now, scope.actor, "referral_answered", {"referral": found.id, "answer": answer})
    _touch(tx, row)


def of_case(tx: Connection, opener: Opener, case_id: int) -> tuple[Referral, ...]:
    """All referrals of a case, newest first."""
    rows = tx.execute(select(referral).where(referral.c.case_id == case_id).order_by(referral.c.id.desc()))
    return tuple(_shown(row, opener) for row in rows)


def told(tx: Connection, case_id: int) -> tuple[str, ...]:
    """Keys of the recipients who know of the case, in the order in which they were told; a desk from which it was taken back knows no more.

    Read from the history: the public process, which tells it to the reporter, may not read referrals.
    """
    found: dict[str, None] = {}
    for event in events.of_verbs(tx, case_id, "referral_sent", "referral_recalled"):
        to = str(event.data["to"])
        if event.verb == "referral_sent" and event.data["scope"] != "no_contact":
            found[to] = None
        elif event.verb == "referral_recalled" and to.startswith("desk:"):
            found.pop(to, None)
    return tuple(found)


def for_desk(tx: Connection, case_id: int, queue: str) -> Row[Any] | None:
    """The referral by which this desk was told of a case."""
    query = select(referral).where(referral.c.case_id == case_id, referral.c.recipient == f"desk:{queue}", referral.c.state == "sent")
    return tx.execute(query.order_by(referral.c.id.desc()).limit(1)).first()


def _check(routing: Routing, asked: Asked, wanted: Wanted) -> None:
    if wanted.basis not in BASES or wanted.scope not in SCOPES:
        raise NotAllowed("Choose a ground and how much is told.")
    if not wanted.read_out.strip() or len(wanted.read_out) > 4000:
        raise NotAllowed("Write what was read to the person and what they said, or why they cannot be asked.")
    stop = blocked(routing, asked, wanted.to, wanted.basis, wanted.scope)
    if stop is not None:
        raise NotAllowed(f"Not to {wanted.to.name}: {stop.why}.")


def _let_see(tx: Connection, opener: Opener, row: Row[Any], wanted: Wanted, now: int) -> None:
    if wanted.to.desk is not None:
        participants.grant(tx, row.id, wanted.to.desk, wanted.scope, now)
        if wanted.scope == "whole":
            case_keys.share(tx, row.id, wanted.to.desk, opener)
        marks.grow(tx, wanted.to.desk)


def _find(tx: Connection, row: Row[Any], referral_id: int, state: str) -> Row[Any]:
    query = select(referral).where(referral.c.id == referral_id, referral.c.case_id == row.id, referral.c.state == state)
    found = tx.execute(query.with_for_update()).first()
    if found is None:
        raise NotAllowed("That is settled already.")
    return found


def _refused(tx: Connection, case_id: int, recipient: str) -> bool:
    """True where the person named this recipient as one not to contact, and has not chosen anew since."""
    named = (referral.c.case_id == case_id, referral.c.recipient == recipient, referral.c.state == "noted")
    return tx.execute(select(referral.c.id).where(*named).limit(1)).first() is not None


def _is_supervisor(tx: Connection, responder_id: int | None) -> bool:
    from triage.tables import responder

    role = tx.execute(select(responder.c.role).where(responder.c.id == responder_id)).scalar_one_or_none()
    return role in SUPERVISORS


def _set(tx: Connection, referral_id: int, **values: object) -> None:
    tx.execute(update(referral).where(referral.c.id == referral_id).values(**values))


def _touch(tx: Connection, row: Row[Any]) -> None:
    tx.execute(update(cases).where(cases.c.id == row.id).values(version=row.version + 1))
    marks.grow(tx, row.queue, *participants.queues(tx, row.id))


def _data(referral_id: int, to: str, basis: str, scope: str) -> dict[str, object]:
    return {"referral": referral_id, "to": to, "basis": basis, "scope": scope}


def _shown(row: Row[Any], opener: Opener) -> Referral:
    sealed = ("read_out", "child_view")
    values = {name: getattr(row, name) for name in Referral.__slots__ if name not in sealed}
    return Referral(read_out=_words(opener, row.read_out), child_view=_words(opener, row.child_view), **values)


def _words(opener: Opener, blob: bytes | None) -> str:
    try:
        return opener.open(READ_OUT, blob or b"").decode()
    except CannotOpen:
        return ""
