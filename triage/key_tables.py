"""Where keys are kept: public halves in the clear, private halves only sealed for somebody.

`keypair`: who has a key pair. `key_wrap`: its private half for each who may use it. `case_key`: the private half of a
case's key pair for each who may read the case. Deleting the rows of a case makes every copy of its words unreadable.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint, text

from triage.columns import Text
from triage.tables import BigId, metadata

CURRENT, EXPIRES = text("retired_at IS NULL"), text("expires_at IS NOT NULL")

keypair = Table(
    "keypair",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),  # desk, responder, recovery, hot, delivery
    Column("holder", Text, nullable=False),  # the desk's or the responder's id; empty for the others
    Column("key_id", LargeBinary, nullable=False, unique=True),
    Column("public", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),  # nothing is sealed to it from then on
    Column("leaver_at", BigInteger),  # somebody who could use it left: it is due for rotation
    Index("uq_keypair_current", "kind", "holder", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),
)

key_wrap = Table(
    "key_wrap",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("pair_id", BigId, ForeignKey("keypair.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # password, responder, recovery
    Column("holder", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("pair_id", "kind", "holder"),
    Index("ix_key_wrap_kind_holder", "kind", "holder"),
)

case_key = Table(
    "case_key",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("pair", LargeBinary, nullable=False),  # the id of the case's key pair; a case has one for each stretch of talk
    Column("kind", Text, nullable=False),  # desk, standby, guest, owing, recovery, hot
    Column("holder", Text, nullable=False),
    Column("key_id", LargeBinary, nullable=False),  # the recipient's key
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", BigInteger),  # of a hot copy
    UniqueConstraint("case_id", "pair", "kind", "holder"),
    Index("ix_case_key_key_id", "key_id"),
    Index("ix_case_key_kind_holder", "kind", "holder"),
    Index("ix_case_key_expires_at", "expires_at", sqlite_where=EXPIRES, postgresql_where=EXPIRES),
)

finding = Table(
    "finding",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("pair", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # sealed to the pair: answers, signals, reasons, places
    UniqueConstraint("case_id", "pair"),
)
