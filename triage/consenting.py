"""A person's word on who may be told, heard by a responder: a new choice, or that they take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, update

from config.desks import Routing
from triage import case_keys, events, findings, messages, wishes
from triage.bonds import referral
from triage.scope import Scope, hold
from triage.values import NotAllowed
from triage.vault import CannotOpen, Opener

CHOICES = (
    "helper_organisation",
    "social_ministry",
    "police",
    "my_embassy",
    "doctor",
    "un_or_iom",
    "never_police_or_government",
)
MAX_WORDS = 4000


def record(tx: Connection, opener: Opener, routing: Routing, scope: Scope, ref: str, who: Sequence[str], read_out: str, now: int) -> None:
    """Keeps what the person chose, with the words in which they were asked; nobody chosen takes everything back.

    It holds from this transaction on: who is no longer chosen sees the case no more. Raises NotAllowed.
    """
    row = hold(tx, scope, ref)
    words = read_out.replace("\0", "").strip()
    if not words or len(words) > MAX_WORDS:
        raise NotAllowed("Write what you read to the person and what they said.")
    chosen = tuple(one for one in CHOICES if one in who)
    if set(who) - set(CHOICES):
        raise NotAllowed("Choose who may be told.")
    if "never_police_or_government" in chosen and {"police", "social_ministry", "my_embassy"} & set(chosen):
        raise NotAllowed("Never, and an authority as well: ask the person which of the two.")
    content = {"text": words, "noted": [f"may_tell_{one}" for one in chosen] or ["nobody_may_be_told"]}
    messages.add(tx, row.id, "note", now, messages.seal(case_keys.sealer(tx, row.id), content), scope.responder_id)
    try:
        findings.amend(tx, row.id, opener, lambda old: replace(old, answers={**old.answers, "share": list(chosen) or ["nobody_yet"]}))
    except CannotOpen as error:
        raise NotAllowed("This desk cannot read the case yet: the desk that had it must sign in first.") from error
    events.append(tx, row.id, now, scope.actor, "consent_recorded", {"chosen": len(chosen)})
    # What was refused by name before can be asked for again.
    tx.execute(update(referral).where(referral.c.case_id == row.id, referral.c.state == "noted").values(state="lifted"))
    if chosen:
        wishes.end_unchosen(tx, routing, row.id, chosen, now)
        wishes.choose_sharing(tx, routing, row.id, chosen, now, scope.actor)
    else:
        wishes.withdraw_sharing(tx, row.id, now, scope.actor)
