"""The key pairs of a case: to whom its words can be read, how that changes hands, and how it ends.

A case gets a key pair when it is made, and another when somebody writes after triage's window has closed. The public
half is in the case's row: whoever has it can add and not read. The private half is here, sealed for the desk that has
the case, for the desk that stands by for it, for the recovery key and, while the window lasts, for triage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from config.desks import Routing
from triage.channel_tables import attachment
from triage.holders import DESK, HOT, RECOVERY, current
from triage.key_tables import case_key
from triage.tables import cases, inbox, message
from triage.vault import CannotOpen, Opener, Sealer, key_id, new_pair

# `guest` reads beside the desk; `owing` has what the desk still lacks and leaves then; `held` likewise, and stays as a guest.
STANDBY, GUEST, OWING, HELD = "standby", "guest", "owing", "held"
PURPOSE = "case-key"
# How long triage can open what was said; longer only while it waits to be triaged. A pair that is about to lose its
# hot copy takes no further words.
WINDOW_MS, MARGIN_MS = 15 * 60_000, 60_000


class NoKeys(RuntimeError):
    """The database knows no recovery and no hot key: run `hotline setup`."""


def begin(tx: Connection, case_id: int, desk: str, standby: str, now: int) -> Sealer:
    """A fresh key pair for a case that `desk` has; its private half is sealed for whom it must be and forgotten."""
    seen_by = select(case_key.c.holder).where(case_key.c.case_id == case_id, case_key.c.kind.in_((GUEST, HELD))).distinct()
    guests = tuple(set(tx.execute(seen_by).scalars()) - {desk, standby})
    to = current(tx, desk, standby, *guests)
    if (RECOVERY, "") not in to or (HOT, "") not in to:
        raise NoKeys(str(NoKeys.__doc__))
    private, public = new_pair()
    pair = key_id(public)
    wanted = {(RECOVERY, ""): to[(RECOVERY, "")], (HOT, ""): to[(HOT, "")]}
    wanted |= {(DESK, desk): to[(DESK, desk)]} if (DESK, desk) in to else {}
    if standby != desk and (DESK, standby) in to:
        # Where the desk has no key yet, the one that stands by owes it the case.
        wanted[(STANDBY if (DESK, desk) in to else OWING, standby)] = to[(DESK, standby)]
    wanted |= {(GUEST, name): to[(DESK, name)] for name in guests if (DESK, name) in to}
    tx.execute(insert(case_key), [_row(case_id, pair, kind, holder, to, private, now) for (kind, holder), to in wanted.items()])
    tx.execute(update(cases).where(cases.c.id == case_id).values(public=public, hot_until=now + WINDOW_MS))
    return Sealer(public)


def _row(case_id: int, pair: bytes, kind: str, holder: str, to: Sealer, private: bytes, now: int) -> dict[str, Any]:
    row = {"case_id": case_id, "pair": pair, "kind": kind, "holder": holder, "key_id": key_id(to.public)}
    return row | {"sealed": to.seal(PURPOSE, private), "expires_at": now + WINDOW_MS if kind == HOT else None}


def for_word(tx: Connection, case_id: int, row: Any, standby: str, now: int) -> Sealer:
    """The sealer for what the reporter says now; `row` has the case's `queue`, `public` and `hot_until`."""
    if row.public is None or row.hot_until is None or row.hot_until - now < MARGIN_MS:
        return begin(tx, case_id, row.queue, standby, now)
    return Sealer(bytes(row.public))


def sealer(tx: Connection, case_id: int) -> Sealer:
    """Seals what a responder or triage adds to a case."""
    public = tx.execute(select(cases.c.public).where(cases.c.id == case_id)).scalar_one()
    if public is None:
        raise CannotOpen("a case from before each had its own key: run `hotline setup`")
    return Sealer(bytes(public))


def opener(tx: Connection, case_id: int, by: Opener) -> Opener:
    """Opens what of a case `by` may open: the case's private keys that are sealed for it."""
    return by.plus(*_private(tx, case_id, by).values())


def _private(tx: Connection, case_id: int, by: Opener) -> dict[bytes, bytes]:
    query = select(case_key.c.pair, case_key.c.sealed).where(case_key.c.case_id == case_id, case_key.c.key_id.in_(by.ids))
    found: dict[bytes, bytes] = {}
    for row in tx.execute(query.order_by(case_key.c.id)):
        if bytes(row.pair) not in found:
            found[bytes(row.pair)] = by.open(PURPOSE, row.sealed)
    return found


def pairs(tx: Connection, case_id: int) -> frozenset[bytes]:
    """The ids of all key pairs of a case."""
    return frozenset(bytes(pair) for pair in tx.execute(select(case_key.c.pair).where(case_key.c.case_id == case_id).distinct()).scalars())


def share(tx: Connection, case_id: int, desk: str, by: Opener, kind: str = GUEST) -> bool:
    """Lets another desk read a case (`guest`: beside the one that has it), as far as `by` can; True where that is all of it."""
    to = current(tx, desk).get((DESK, desk))
    if to is None:
        return False
    have = set(tx.execute(_of(case_id, desk).with_only_columns(case_key.c.pair)).scalars())
    private = _private(tx, case_id, by)
    missing = pairs(tx, case_id) - {bytes(pair) for pair in have}
    rows = [_row(case_id, pair, kind, desk, to, private[pair], 0) for pair in missing if pair in private]
    if rows:
        tx.execute(insert(case_key), rows)
    return len(rows) == len(missing)


def unshare(tx: Connection, case_id: int, desk: str) -> None:
    """A desk that was let in can read no more of it; the one that has the case is not touched."""
    tx.execute(delete(case_key).where(case_key.c.case_id == case_id, case_key.c.kind.in_((GUEST, HELD)), case_key.c.holder == desk))


def hand_over(
    tx: Connection, routing: Routing, case_id: int, old: str, new: str, by: Opener, barred: bool = False, keep: bool = False
) -> bool:
    """The case changes desks: the new one can read it, the old one no more; True where the new one can read all of it.

    Where `by` cannot open all of it (the machine, after its window), who can still owes the new desk the rest: it is
    given when somebody of theirs is next signed in. `barred`: the person forbade the old desk, which loses its keys at once.
    `keep`: the old desk goes on reading, as a guest.
    """
    of_case = case_key.c.case_id == case_id
    tx.execute(update(case_key).where(of_case, case_key.c.holder == new, case_key.c.kind != DESK).values(kind=DESK))
    whole = share(tx, case_id, new, by, DESK)
    had = (of_case, case_key.c.holder == old, case_key.c.kind.in_((DESK, OWING)))
    if keep:
        tx.execute(update(case_key).where(*had).values(kind=GUEST if whole else HELD))
    elif whole or barred:
        _stand_by(tx, routing, case_id, old, new)
        tx.execute(delete(case_key).where(*had))
    else:
        tx.execute(update(case_key).where(*had).values(kind=OWING))
    if not whole:
        tx.execute(update(case_key).where(of_case, case_key.c.kind == STANDBY).values(kind=OWING))
    return whole


def swap(tx: Connection, case_id: int, holding: str, taking: str) -> None:
    """Two desks that both read a case change places: the guest has it now, and the one that had it is its guest."""
    of_case = case_key.c.case_id == case_id
    tx.execute(update(case_key).where(of_case, case_key.c.holder == holding, case_key.c.kind == DESK).values(kind=GUEST))
    tx.execute(update(case_key).where(of_case, case_key.c.holder == taking, case_key.c.kind != DESK).values(kind=DESK))


def _stand_by(tx: Connection, routing: Routing, case_id: int, old: str, new: str) -> None:
    """The old desk stays as the one that stands by, where it is that for the new one."""
    if routing.desks[new].civil_alternate == old:
        mine = (case_key.c.case_id == case_id, case_key.c.holder == old, case_key.c.kind.in_((DESK, OWING)))
        tx.execute(update(case_key).where(*mine).values(kind=STANDBY))


def settle(tx: Connection, routing: Routing, desk: str, by: Opener, limit: int = 50) -> int:
    """Gives other desks what `desk` still owes them; how many cases."""
    owed = select(case_key.c.case_id).where(case_key.c.kind.in_((OWING, HELD)), case_key.c.holder == desk).distinct().limit(limit)
    done = 0
    for case_id in tuple(tx.execute(owed).scalars()):
        now_at = tx.execute(select(cases.c.queue).where(cases.c.id == case_id).with_for_update()).scalar_one()
        if now_at == desk or not share_owed(tx, case_id, desk, now_at, by):
            continue
        _stand_by(tx, routing, case_id, desk, now_at)
        mine = (case_key.c.case_id == case_id, case_key.c.holder == desk)
        tx.execute(delete(case_key).where(*mine, case_key.c.kind == OWING))
        tx.execute(update(case_key).where(*mine, case_key.c.kind == HELD).values(kind=GUEST))
        done += 1
    return done


def share_owed(tx: Connection, case_id: int, desk: str, to: str, by: Opener) -> bool:
    """Seals for `to` all that `desk` can open of a case; False where `to` has no key yet."""
    share(tx, case_id, to, by, DESK)
    mine = set(tx.execute(_of(case_id, desk).with_only_columns(case_key.c.pair)).scalars())
    theirs = set(tx.execute(_of(case_id, to).with_only_columns(case_key.c.pair)).scalars())
    return mine <= theirs


def forget(tx: Connection, case_id: int) -> None:
    """Crypto-erasure: from here on no copy of the case's words can be opened by anybody."""
    tx.execute(delete(case_key).where(case_key.c.case_id == case_id))
    tx.execute(update(cases).where(cases.c.id == case_id).values(public=None, hot_until=None))


def cool(tx: Connection, now: int) -> int:
    """Takes from triage what its window has closed on, unless words or a file of the case still wait to be looked at; how many keys."""
    waits = exists().where(message.c.case_id == case_key.c.case_id, inbox.c.message_id == message.c.id, inbox.c.state == "new")
    files = exists().where(attachment.c.case_id == case_key.c.case_id, attachment.c.state == "waiting")
    query = delete(case_key).where(case_key.c.expires_at.is_not(None), case_key.c.expires_at <= now, ~waits, ~files)
    return tx.execute(query).rowcount


def readers(tx: Connection, case_id: int) -> Mapping[str, str]:
    """Who can open a case: holder by kind, for the case page and for tests."""
    rows = tx.execute(select(case_key.c.kind, case_key.c.holder).where(case_key.c.case_id == case_id).distinct())
    return {f"{row.kind}:{row.holder}": row.kind for row in rows}


def _of(case_id: int, desk: str) -> Any:
    return select(case_key).where(case_key.c.case_id == case_id, case_key.c.holder == desk, or_(case_key.c.kind != HOT))
