"""Who signed in when, and who was invited. No address of a caller is kept, and of a browser only its plain words."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table

from triage.columns import Text
from triage.tables import BigId, metadata

sign_in = Table(
    "sign_in",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("responder_id", BigId, ForeignKey("responder.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("how", Text, nullable=False),  # password, code, recovery: the last that was given
    Column("good", Boolean, nullable=False),
    Column("device", Text, nullable=False),  # Chrome on Android
    Index("ix_sign_in_responder_id", "responder_id", "id"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("queue", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("invited_by", BigId, ForeignKey("responder.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("ix_invitation_queue", "queue", "used_at"),
)
