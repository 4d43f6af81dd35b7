"""The tables between cases, desks and people: who else sees a case, what was passed on, and which cases may belong together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from triage.columns import Text
from triage.tables import BigId, metadata

# Who sees a case beside the desk that holds it. `access`: held (had it before), whole, or summary.
participant = Table(
    "participant",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("queue", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("ix_participant_queue", "queue", "ended_at"),
    Index("ix_participant_case_id", "case_id"),
)

# What a person outside of the desk is told, and on what ground. Words are sealed.
referral = Table(
    "referral",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", Text, nullable=False),  # desk:<id>, service:<id>, embassy:<country>, body:<name>
    Column("basis", Text, nullable=False),  # consent, third_party, life_override, child_override
    Column("scope", Text, nullable=False),  # no_contact, summary, whole
    Column("state", Text, nullable=False),  # asked (a second person is needed), sent, noted (no contact), declined, recalled
    Column("read_out", LargeBinary),  # sealed: the text read to the person, or why they could not be asked
    Column("lang", Text),
    Column("asked_by", BigId, ForeignKey("responder.id")),
    Column("asked_at", BigInteger, nullable=False),
    Column("sent_by", BigId, ForeignKey("responder.id")),
    Column("sent_at", BigInteger),
    Column("receipt", Text),  # accepted, refused, no_answer
    Column("receipt_at", BigInteger),
    Column("recalled_at", BigInteger),
    Column("child_view", LargeBinary),  # sealed: what the child themself says of it
    Index("ix_referral_case_id", "case_id"),
)

# Keyed fingerprints of what was said: numbers, names, words, scenes. Nothing can be read from them.
trace = Table(
    "trace",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # phone, plate, name, words, scene
    Column("hash", LargeBinary, nullable=False),
    Column("sketch", LargeBinary),  # of words: how alike two texts are
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("case_id", "kind", "hash"),
    Index("ix_trace_hash", "hash", "at"),
)

# Two cases that may be of one event or one person; a is the older.
case_link = Table(
    "case_link",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("a_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("b_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("why", Text, nullable=False),  # person, phone, plate, name, words, scene, by commas
    Column("near", Integer),  # per cent of equal words
    Column("state", Text, nullable=False),  # maybe, same, other
    Column("made_at", BigInteger, nullable=False),
    Column("decided_by", BigId, ForeignKey("responder.id")),
    Column("decided_at", BigInteger),
    UniqueConstraint("a_id", "b_id"),
    Index("ix_case_link_b_id", "b_id"),
)

# The way back to a person whose talk has gone on to another case.
past_talk = Table(
    "past_talk",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", BigId, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
