"""Tables beside a case: what the clock watches of its talk, and what responders corrected of what the machine read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table

from triage.columns import Text
from triage.tables import BigId, metadata

# How the talk goes, without a word of it. `look_at`: when a rule over time may fire next; null: none can before a new word.
pulse = Table(
    "pulse",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("heard_at", BigInteger, nullable=False),  # the person's last message
    Column("unfinished", Boolean, nullable=False),  # a question of the talk is open
    Column("signs", Boolean, nullable=False),  # anything they said or chose is a sign
    Column("deadline_at", BigInteger),  # the time that they named, as far as words tell
    Column("look_at", BigInteger),
    Index("ix_pulse_look_at", "look_at"),
)

# What a responder set otherwise than it stood: codes and levels, never words. Goes with its case.
correction = Table(
    "correction",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", BigInteger),
    Column("field", Text, nullable=False),  # level, kind, place, lang
    Column("was", Text),
    Column("became", Text),
    Index("ix_correction_case_id", "case_id"),
)
