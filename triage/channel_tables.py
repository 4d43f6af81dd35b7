"""Tables of the channels: what was attached, what was spent, and how far a provider's list was read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table

from triage.columns import Text
from triage.tables import BigId, metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", BigId, ForeignKey("message.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", BigId, ForeignKey("conversation.id", ondelete="SET NULL")),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, kept, refused, gone
    Column("why", Text),  # why it was refused, or cannot be shown
    Column("source", LargeBinary),  # sealed: where the channel finds it, its told kind and name
    Column("facts", LargeBinary),  # sealed: type, size, sha256, name, width, height
    Column("preview", LargeBinary),  # sealed: a picture without metadata
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("purge_at", BigInteger, nullable=False),
    Index("ix_attachment_work", "state", "due_at"),
    Index("ix_attachment_case_id", "case_id"),
    Index("ix_attachment_message_id", "message_id"),
    Index("ix_attachment_purge_at", "purge_at"),
)

# The original, sealed as a whole and cut: a writer never holds the database for long.
attachment_part = Table(
    "attachment_part",
    metadata,
    Column("attachment_id", BigId, ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

spending = Table(
    "spending",
    metadata,
    Column("day", Text, primary_key=True),  # UTC date
    Column("country", Text, primary_key=True),  # of the number that was written to; never the number
    Column("shard", SmallInteger, primary_key=True),  # so that writers do not wait for one row
    Column("messages", Integer, nullable=False),
    Column("micros", BigInteger, nullable=False),  # millionths of the currency of channels.yaml
)

sent_to = Table(
    "sent_to",
    metadata,
    Column("conversation_id", BigId, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("messages", Integer, nullable=False),
)

watermark = Table(
    "watermark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),  # read up to here
    Column("lease_until", BigInteger),
    Column("found", Integer, nullable=False, default=0),  # what was missing, in all
)
