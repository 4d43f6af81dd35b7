"""The person's own word about their case: who must not know, whether to be written to, what to forget.

Called by the public process with what it may know: it changes flags and levels and opens nothing.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from config.desks import Routing
from triage import case_keys, corrections, events, levels, marks, participants, timers
from triage.blind import BlindIndex
from triage.bonds import referral
from triage.routing import may_hold, route
from triage.rows import facts_of
from triage.tables import cases, conversation
from triage.values import level_of, rank
from triage.vault import Keyring, Opener

HUSHED, HEARD = "hushed", "asked_again"
STATES_TOLD = {"new": "received", "claimed": "being_read", "closed": "closed"}


def glance(tx: Connection, case_id: int) -> tuple[str | None, str | None, str, int | None] | None:
    """Country, subdivision, level and due time of a case, for what the person is told; None where it is gone."""
    row = tx.execute(select(cases.c.country, cases.c.subdivision, cases.c.level, cases.c.due_at).where(cases.c.id == case_id)).first()
    return (row.country, row.subdivision, level_of(row.level), row.due_at) if row else None


def set_wishes(tx: Connection, case_id: int, now: int, **flags: bool) -> None:
    """Notes the person's own word: `no_authorities`, `no_outbound`, `child`."""
    _wish(tx, case_id, now, "reporter", flags)


def _wish(tx: Connection, case_id: int, now: int, actor: str, flags: Mapping[str, bool]) -> None:
    queue = tx.execute(update(cases).where(cases.c.id == case_id).values(**flags).returning(cases.c.queue)).scalar_one()
    events.append(tx, case_id, now, actor, "wished", dict(flags))
    marks.grow(tx, queue, *participants.queues(tx, case_id))


def hush(tx: Connection, case_id: int, now: int) -> None:
    """Nothing is said or sent on the person's phone until they ask for it: they said that it is looked at, or that it is not safe."""
    _wish(tx, case_id, now, "reporter", {"no_outbound": True})
    events.append(tx, case_id, now, "reporter", HUSHED)


def end_hush(tx: Connection, case_id: int, now: int, lets_write: bool) -> None:
    """The person asked by a key or a code and is answered again; a responder writes only where they asked for one."""
    tx.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    events.append(tx, case_id, now, "reporter", HEARD)
    if lets_write:
        _wish(tx, case_id, now, "reporter", {"no_outbound": False})


def is_hushed(tx: Connection, case_id: int) -> bool:
    """True from `hush` until `end_hush`."""
    found = events.of_verbs(tx, case_id, HUSHED, HEARD)
    return bool(found) and found[-1].verb == HUSHED


def route_again(tx: Connection, routing: Routing, case_id: int, now: int) -> None:
    """Moves the case at once where the person's word forbids its desk, and ends the sight of every desk that it forbids."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    facts = facts_of(row)
    ended = participants.end_barred(tx, routing, case_id, facts, now)
    for queue in ended:
        case_keys.unshare(tx, case_id, queue)
    if ended:
        events.append(tx, case_id, now, "system", "sight_ended", {"desks": list(ended)})
        marks.grow(tx, *ended)
    if may_hold(routing, row.queue, facts):
        return
    found = route(routing, facts, now)
    values = timers.armed(routing, found.desk, facts.level, now, row.due_at) if row.state != "closed" and row.lane == "desk" else {}
    values |= {"queue": found.desk, "routed_at": now, "claimed_by": None, "state": "new" if row.state == "claimed" else row.state}
    tx.execute(update(cases).where(cases.c.id == case_id).values(values))
    case_keys.hand_over(tx, routing, case_id, row.queue, found.desk, Opener(), barred=True)
    events.append(tx, case_id, now, "system", "routed", {"from": row.queue, "to": found.desk, "rules": list(found.rules)})
    marks.grow(tx, row.queue, found.desk)


def raise_to_emergency(tx: Connection, routing: Routing, case_id: int, now: int) -> tuple[str, int]:
    """The person says it is urgent: the desk on duty sees it in this very transaction; level and due time."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    if row.level == rank("emergency"):
        return "emergency", row.due_at or timers.due_at(routing, row.queue, "emergency", now)
    armed = timers.armed(routing, row.queue, "emergency", now, row.due_at)
    waits = row.state == "new"
    values = (armed if waits else {"due_at": armed["due_at"]}) | {"level": rank("emergency"), "level_by": None, "lane": "desk"}
    tx.execute(update(cases).where(cases.c.id == case_id).values(values))
    events.append(tx, case_id, now, "reporter", "raised", {"from": level_of(row.level), "to": "emergency", "rules": ["U01"]})
    marks.grow(tx, row.queue)
    return "emergency", int(str(values["due_at"]))


def raise_by_words(tx: Connection, routing: Routing, case_id: int, level: str, rules: Sequence[str], now: int) -> None:
    """What was only a call turns out to be more: its time starts in this very transaction, so that the answer can tell it truly."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    levels.raise_to(tx, routing, row, level, now, rules)


def set_word(tx: Connection, keys: Keyring, case_id: int, word: str) -> None:
    """Keeps the person's code word as a blind index."""
    index = keys.index  # once: a new pepper may come into use between two looks
    values = {"word_index": _word(index, case_id, word), "word_key": index.id}
    tx.execute(update(cases).where(cases.c.id == case_id).values(values))


def word_fits(tx: Connection, keys: Keyring, case_id: int, word: str | None) -> bool:
    """True for the right word, or where the case has none."""
    row = tx.execute(select(cases.c.word_index, cases.c.word_key).where(cases.c.id == case_id)).first()
    # As much work for a case that is not there as for a wrong word: the time tells nothing.
    held = keys.index
    index = held.under(row.word_key if row else None)
    given = _word(index or held, case_id, word or "")
    if row is None or row.word_index is None:
        return row is not None
    return word is not None and index is not None and hmac.compare_digest(bytes(row.word_index), given)


def renew_secrets(tx: Connection, keys: Keyring, case_id: int, code: str, word: str | None) -> None:
    """Puts a code and a word that were just given, and fitted, under the pepper in use."""
    index = keys.index
    if index.coming or not index.others:
        return
    old = (cases.c.id == case_id, cases.c.receipt_key.is_distinct_from(index.id))
    tx.execute(update(cases).where(*old).values(receipt_index=index.of("receipt", code), receipt_key=index.id))
    row = tx.execute(select(cases.c.word_index, cases.c.word_key).where(cases.c.id == case_id)).one()
    if word is not None and row.word_index is not None and bytes(row.word_key or b"") != index.id:
        set_word(tx, keys, case_id, word)


def state_for_reporter(tx: Connection, case_id: int) -> str:
    """The coarse state that a reporter is told."""
    return STATES_TOLD[tx.execute(select(cases.c.state).where(cases.c.id == case_id)).scalar_one()]


def forget_contact(tx: Connection, case_id: int, now: int) -> None:
    """Deletes the way back to the person; the case stays."""
    tx.execute(update(conversation).where(conversation.c.case_id == case_id).values(contact=None))
    tx.execute(update(cases).where(cases.c.id == case_id).values(version=cases.c.version + 1))
    events.append(tx, case_id, now, "reporter", "contact_forgotten")


def withdraw_sharing(tx: Connection, case_id: int, now: int, actor: str = "reporter") -> None:
    """From now on nobody outside may be told, and desks that were see it no more; responders recall what was passed on elsewhere."""
    values = {"version": cases.c.version + 1, "share_withdrawn_at": now}
    queue = tx.execute(update(cases).where(cases.c.id == case_id).values(values).returning(cases.c.queue)).scalar_one()
    _end_sight(tx, case_id, participants.told(tx, case_id), now)
    events.append(tx, case_id, now, actor, "sharing_withdrawn")
    marks.grow(tx, queue)


def choose_sharing(tx: Connection, routing: Routing, case_id: int, who: Sequence[str], now: int, actor: str = "reporter") -> None:
    """What the person chose of who may be told. A refusal of authorities stands until they choose one by themself."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(version=cases.c.version + 1, share_withdrawn_at=None))
    if "never_police_or_government" in who:
        _wish(tx, case_id, now, actor, {"no_authorities": True})
        route_again(tx, routing, case_id, now)
    elif {"police", "social_ministry", "my_embassy"} & set(who):
        _wish(tx, case_id, now, actor, {"no_authorities": False})


def end_unchosen(tx: Connection, routing: Routing, case_id: int, who: Sequence[str], now: int) -> None:
    """Ends the sight of desks that were told and are not among those whom the person chooses now."""
    gone = tuple(desk for desk in participants.told(tx, case_id) if desk not in routing.desks or routing.desks[desk].share not in who)
    _end_sight(tx, case_id, gone, now)


def _end_sight(tx: Connection, case_id: int, desks: Sequence[str], now: int) -> None:
    for desk in desks:
        participants.end(tx, case_id, desk, now)
        case_keys.unshare(tx, case_id, desk)
        mine = (referral.c.case_id == case_id, referral.c.recipient == f"desk:{desk}", referral.c.state == "sent")
        tx.execute(update(referral).where(*mine).values(state="recalled", recalled_at=now))
    if desks:
        events.append(tx, case_id, now, "system", "sight_ended", {"desks": list(desks)})
        marks.grow(tx, *desks)


def speak(tx: Connection, case_id: int | None, lang: str) -> None:
    """The person's language turned out to be another than that of their first word; what a responder set stays."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).first()
    if row is None or row.lang == lang or "lang" in corrections.fields(tx, row.id):
        return
    tx.execute(update(cases).where(cases.c.id == case_id).values(lang=lang, version=cases.c.version + 1))
    marks.grow(tx, row.queue)


def close_question(tx: Connection, case_id: int, now: int) -> None:
    """A plain question that the bot has answered closes itself; anything graver, or in a responder's hand, stays open."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    if row.kind == "info" and row.level == 0 and row.state == "new":
        tx.execute(
            update(cases).where(cases.c.id == case_id).values(state="closed", closed_at=now, outcome="advice_given", escalate_at=None)
        )
        events.append(tx, case_id, now, "system", "closed", {"outcome": "advice_given"})
        marks.grow(tx, row.queue)


def _word(index: BlindIndex, case_id: int, word: str) -> bytes:
    plain = "".join(unicodedata.normalize("NFKC", word).casefold().split())
    return index.slow("word", f"{case_id}:{plain}", remember=False)
