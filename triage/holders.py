"""Who has a key pair, and who may use whose: desks, responders, the recovery key, the hot key.

Public halves are in the clear. A desk's private half is sealed for each responder of the desk who was given it and for
the recovery key; a responder's is under their password and sealed for the recovery key. Nobody else can use either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.key_tables import key_wrap, keypair
from triage.keys import PublicHalves
from triage.vault import CannotOpen, Opener, Sealer, StateBox, key_id, new_pair

DESK, RESPONDER, RECOVERY, HOT, PASSWORD = "desk", "responder", "recovery", "hot", "password"
PURPOSE = "private-key"


def publish(tx: Connection, halves: PublicHalves, now: int) -> None:
    """Lets the database know the recovery and the hot key of this hotline, where it knows none yet."""
    known = set(tx.execute(select(keypair.c.kind).where(keypair.c.kind.in_((RECOVERY, HOT)), keypair.c.retired_at.is_(None))).scalars())
    for kind, public in ((RECOVERY, halves.recovery), (HOT, halves.hot)):
        if kind not in known:
            _insert(tx, kind, "", public, now)


def replace(tx: Connection, kind: str, public: bytes, now: int) -> None:
    """Retires the recovery or the hot key and takes another into use; does nothing where it is in use. Nobody seals meanwhile."""
    used = tx.execute(_current_query(kind, "").with_for_update()).first()
    if used is not None and bytes(used.public) == public:
        return
    if used is not None:
        tx.execute(update(keypair).where(keypair.c.id == used.id).values(retired_at=now))
    _insert(tx, kind, "", public, now)


def published(tx: Connection) -> tuple[Any, ...]:
    """The key pairs of recovery, triage and desks, retired ones last."""
    query = select(keypair).where(keypair.c.kind.in_((RECOVERY, HOT, DESK)))
    return tuple(tx.execute(query.order_by(keypair.c.kind.desc(), keypair.c.holder, keypair.c.retired_at.is_not(None))))


def recovery(tx: Connection) -> bytes | None:
    """The public half of the recovery key in use."""
    found = _current(tx, RECOVERY, "")
    return bytes(found.public) if found is not None else None


def current(tx: Connection, *desks: str) -> dict[tuple[str, str], Sealer]:
    """Sealers to the recovery key, the hot key and these desks by (kind, holder); a desk that has no key is left out.

    The rows are held against rotation for the rest of the transaction.
    """
    wanted = or_(keypair.c.kind.in_((RECOVERY, HOT)), (keypair.c.kind == DESK) & keypair.c.holder.in_(desks))
    query = select(keypair.c.kind, keypair.c.holder, keypair.c.public).where(wanted, keypair.c.retired_at.is_(None))
    held = query.with_for_update(read=True, key_share=True)
    rows = tx.execute(held).all()
    if len(rows) < 2 + len(set(desks)):
        # PostgreSQL: who waited for a rotation sees the old key retired, and the new one only when asking again.
        rows = tx.execute(held).all()
    return {(row.kind, row.holder): Sealer(bytes(row.public)) for row in rows}


def has_key(tx: Connection, desk: str) -> bool:
    """True where something can be sealed for this desk."""
    return _current(tx, DESK, desk) is not None


def make_responder(tx: Connection, responder_id: int, password_key: bytes, now: int) -> bytes:
    """A fresh pair for a responder in place of an older one; the private half."""
    tx.execute(delete(keypair).where(keypair.c.kind == RESPONDER, keypair.c.holder == str(responder_id)))
    tx.execute(delete(key_wrap).where(key_wrap.c.kind == RESPONDER, key_wrap.c.holder == str(responder_id)))
    private, public = new_pair()
    pair_id = _insert(tx, RESPONDER, str(responder_id), public, now)
    _wrap(tx, pair_id, PASSWORD, "", StateBox(password_key).seal(PURPOSE, private))
    _wrap_for_recovery(tx, pair_id, private)
    return private


def responder_sealer(tx: Connection, responder_id: int) -> Sealer:
    """Seals to a responder's own key. Raises CannotOpen where they have none yet."""
    found = _current(tx, RESPONDER, str(responder_id))
    if found is None:
        raise CannotOpen("this responder has no key yet")
    return Sealer(bytes(found.public))


def rewrap(tx: Connection, responder_id: int, private: bytes, password_key: bytes) -> None:
    """A new password for the same key."""
    pair = _current(tx, RESPONDER, str(responder_id))
    if pair is not None:
        _wrap(tx, pair.id, PASSWORD, "", StateBox(password_key).seal(PURPOSE, private))


def responder_key(tx: Connection, responder_id: int, password_key: bytes) -> bytes | None:
    """A responder's private key by their password; None where they have none yet. Raises CannotOpen."""
    sealed = _wrapped(tx, RESPONDER, str(responder_id), PASSWORD, "")
    return StateBox(password_key).open(PURPOSE, sealed) if sealed else None


def responder_key_by(tx: Connection, responder_id: int, opener: Opener) -> bytes | None:
    """A responder's private key by the recovery key; None where there is none. Raises CannotOpen."""
    sealed = _wrapped(tx, RESPONDER, str(responder_id), RECOVERY, "")
    return opener.open(PURPOSE, sealed) if sealed else None


def admit(tx: Connection, desk: str, responder_id: int, now: int, opener: Opener | None = None) -> bool:
    """Gives a responder their desk's key: the desk's first gets a fresh one, later ones need somebody (`opener`) who can use it.

    False where nobody here could: a supervisor of the desk, or the recovery key, has to.
    """
    mine = _current(tx, RESPONDER, str(responder_id))
    if mine is None:
        return False
    pair = _current(tx, DESK, desk)
    if pair is None:
        private, public = new_pair()
        pair_id = _insert(tx, DESK, desk, public, now)
        _wrap_for_recovery(tx, pair_id, private)
        _wrap(tx, pair_id, RESPONDER, str(responder_id), Sealer(bytes(mine.public)).seal(PURPOSE, private))
        return True
    given = False
    for pair in tx.execute(select(keypair).where(keypair.c.kind == DESK, keypair.c.holder == desk)):
        known = _private(tx, pair, opener or Opener())
        if known is not None:
            _wrap(tx, pair.id, RESPONDER, str(responder_id), Sealer(bytes(mine.public)).seal(PURPOSE, known))
            given = given or pair.retired_at is None
    return given


def replace_desk(tx: Connection, desk: str, opener: Opener, now: int) -> None:
    """Retires a desk's key and gives a fresh one to everybody who could use it; `opener` proves that it may. Raises CannotOpen."""
    old = tx.execute(_current_query(DESK, desk).with_for_update()).first()
    if old is None or _private(tx, old, opener) is None:
        raise CannotOpen(f"nobody here opens the key of {desk}")
    tx.execute(update(keypair).where(keypair.c.id == old.id).values(retired_at=now))
    private, public = new_pair()
    pair_id = _insert(tx, DESK, desk, public, now)
    _wrap_for_recovery(tx, pair_id, private)
    holders = select(key_wrap.c.holder).where(key_wrap.c.pair_id == old.id, key_wrap.c.kind == RESPONDER)
    for holder in tuple(tx.execute(holders).scalars()):
        mine = _current(tx, RESPONDER, holder)
        if mine is not None:
            _wrap(tx, pair_id, RESPONDER, holder, Sealer(bytes(mine.public)).seal(PURPOSE, private))


def dismiss(tx: Connection, responder_id: int, now: int) -> None:
    """A responder left: their key is deleted and every desk key that they could use is due for rotation."""
    used = select(key_wrap.c.pair_id).where(key_wrap.c.kind == RESPONDER, key_wrap.c.holder == str(responder_id))
    tx.execute(update(keypair).where(keypair.c.id.in_(used)).values(leaver_at=now))
    tx.execute(delete(key_wrap).where(key_wrap.c.kind == RESPONDER, key_wrap.c.holder == str(responder_id)))
    tx.execute(delete(keypair).where(keypair.c.kind == RESPONDER, keypair.c.holder == str(responder_id)))


def members(tx: Connection, desk: str) -> frozenset[int]:
    """The responders who can use this desk's key."""
    query = select(key_wrap.c.holder).join(keypair, keypair.c.id == key_wrap.c.pair_id)
    query = query.where(keypair.c.kind == DESK, keypair.c.holder == desk, keypair.c.retired_at.is_(None))
    return frozenset(int(holder) for holder in tx.execute(query.where(key_wrap.c.kind == RESPONDER)).scalars())


def desk_opener(tx: Connection, responder_id: int, private: bytes) -> Opener:
    """Opens what is sealed to a desk whose key this responder was given."""
    own = Opener(private)
    rows = tx.execute(select(key_wrap.c.sealed).where(key_wrap.c.kind == RESPONDER, key_wrap.c.holder == str(responder_id)))
    found = []
    for sealed in rows.scalars():
        try:
            found.append(own.open(PURPOSE, sealed))
        except CannotOpen:
            continue  # wrapped for a key that they no longer have
    return Opener(*found)


def desk_keys(tx: Connection, opener: Opener, desks: Iterable[str]) -> Opener:
    """The desks' keys as the recovery key opens them; for the command line."""
    pairs = tx.execute(select(keypair).where(keypair.c.kind == DESK, keypair.c.holder.in_(tuple(desks)))).all()
    return Opener(*(key for pair in pairs if (key := _private(tx, pair, opener)) is not None))


def _private(tx: Connection, pair: Any, opener: Opener) -> bytes | None:
    """A desk's private key, by the recovery key or by itself."""
    if bytes(pair.key_id) in opener.ids:
        return opener.private(bytes(pair.key_id))
    sealed = tx.execute(select(key_wrap.c.sealed).where(key_wrap.c.pair_id == pair.id, key_wrap.c.kind == RECOVERY)).scalar_one_or_none()
    try:
        return opener.open(PURPOSE, sealed) if sealed else None
    except CannotOpen:
        return None


def _current(tx: Connection, kind: str, holder: str) -> Any:
    return tx.execute(_current_query(kind, holder)).first()


def _current_query(kind: str, holder: str) -> Select[Any]:
    return select(keypair).where(keypair.c.kind == kind, keypair.c.holder == holder, keypair.c.retired_at.is_(None))


def _wrapped(tx: Connection, kind: str, holder: str, by: str, by_holder: str) -> bytes | None:
    query = select(key_wrap.c.sealed).join(keypair, keypair.c.id == key_wrap.c.pair_id)
    query = query.where(keypair.c.kind == kind, keypair.c.holder == holder, keypair.c.retired_at.is_(None))
    return tx.execute(query.where(key_wrap.c.kind == by, key_wrap.c.holder == by_holder)).scalar_one_or_none()


def _wrap_for_recovery(tx: Connection, pair_id: int, private: bytes) -> None:
    recovery = _current(tx, RECOVERY, "")
    if recovery is not None:
        _wrap(tx, pair_id, RECOVERY, "", Sealer(bytes(recovery.public)).seal(PURPOSE, private))


def _wrap(tx: Connection, pair_id: int, kind: str, holder: str, sealed: bytes) -> None:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(key_wrap).values(pair_id=pair_id, kind=kind, holder=holder, sealed=sealed)
    tx.execute(fresh.on_conflict_do_update(index_elements=["pair_id", "kind", "holder"], set_={"sealed": sealed}))


def _insert(tx: Connection, kind: str, holder: str, public: bytes, now: int) -> int:
    values = {"kind": kind, "holder": holder, "key_id": key_id(public), "public": public, "created_at": now}
    return int(tx.execute(insert(keypair).values(values).returning(keypair.c.id)).scalar_one())
