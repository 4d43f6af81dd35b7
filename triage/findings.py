"""What triage found in a case, sealed to the case: one row for each of its key pairs, read together."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from triage import case_keys
from triage.facts import Facts, merge
from triage.key_tables import finding
from triage.tables import cases
from triage.vault import CannotOpen, Opener, key_id

PURPOSE = "facts"


def read(tx: Connection, case_id: int, by: Opener) -> Facts:
    """All that `by` may read: a desk everything, triage what belongs to its window."""
    opener = case_keys.opener(tx, case_id, by)
    blobs = [blob for blob in tx.execute(select(cases.c.facts).where(cases.c.id == case_id)).scalars() if blob]
    blobs += tx.execute(select(finding.c.sealed).where(finding.c.case_id == case_id).order_by(finding.c.id)).scalars()
    found = []
    for blob in blobs:
        try:
            found.append(Facts.from_json(json.loads(opener.open(PURPOSE, blob))))
        except CannotOpen:
            continue  # said in a window that has closed
    return reduce(merge, found, Facts())


def some(tx: Connection, case_id: int) -> bool:
    """True where triage has looked at the case before."""
    return tx.execute(select(finding.c.id).where(finding.c.case_id == case_id).limit(1)).first() is not None


def amend(tx: Connection, case_id: int, by: Opener, change: Callable[[Facts], Facts]) -> None:
    """Changes what was found under the case's key of now, and that alone: what belongs to an earlier key is not sealed to a later one.

    Raises CannotOpen where `by` cannot read it.
    """
    sealer = case_keys.sealer(tx, case_id)
    query = select(finding.c.sealed).where(finding.c.case_id == case_id, finding.c.pair == key_id(sealer.public))
    blob = tx.execute(query).scalar_one_or_none()
    opener = case_keys.opener(tx, case_id, by)
    keep(tx, case_id, change(Facts.from_json(json.loads(opener.open(PURPOSE, blob))) if blob is not None else Facts()))


def keep(tx: Connection, case_id: int, facts: Facts) -> None:
    """Seals them to the case's key of now, in place of what was found under the same key."""
    sealer = case_keys.sealer(tx, case_id)
    blob = sealer.seal(PURPOSE, json.dumps(facts.to_json(), ensure_ascii=True).encode())
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(finding).values(case_id=case_id, pair=key_id(sealer.public), sealed=blob)
    tx.execute(fresh.on_conflict_do_update(index_elements=["case_id", "pair"], set_={"sealed": blob}))
