"""The tables. Times are UTC milliseconds since 1970; whatever a person wrote is a sealed blob.

Columns in the clear are what a queue must sort, filter and route by; the threat model lists them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
    false,
)

from triage.columns import Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


conversation = Table(
    "conversation",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("index_key", LargeBinary),  # the pepper of the index; null: from before peppers were named
    Column("contact", LargeBinary),  # sealed; null on the web, where there is nobody to call
    Column("version", Integer, nullable=False, default=0),
    Column("state", LargeBinary),  # secret box under the state key
    Column("lang", Text),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="SET NULL")),
    Column("stopped_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Column("line", Text),  # the number of ours that the person last wrote to, by its id in channels.yaml
    Column("heard_at", BigInteger),  # their last message
    Column("safe_hours", Integer),  # bit n: hour n by the person's clock is safe; null: any time
    Column("utc_offset", SmallInteger),  # minutes
    Column("neutral", Text),  # sent instead of an answer where others may read the phone
    UniqueConstraint("channel", "address_index"),
    Index("ix_conversation_updated_at", "updated_at"),
    Index("ix_conversation_case_id", "case_id"),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("ref", Text, nullable=False, unique=True),
    Column("queue", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),  # 3 emergency, 2 high, 1 medium, 0 low
    Column("state", Text, nullable=False),  # new, claimed, closed
    Column("kind", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("country", Text),
    Column("subdivision", Text),
    Column("channel", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("routed_at", BigInteger),
    Column("due_at", BigInteger),  # first human reaction by
    Column("unread_at", BigInteger),  # oldest word of the reporter that no responder has read
    Column("claimed_by", BigId, ForeignKey("responder.id")),
    Column("claimed_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("outcome", Text),
    Column("level_by", BigId, ForeignKey("responder.id")),  # who set the level by hand, if anyone
    Column("routed_by", BigId, ForeignKey("responder.id")),  # who handed it over, if anyone
    Column("no_authorities", Boolean, nullable=False, default=False),
    Column("no_outbound", Boolean, nullable=False, default=False),
    Column("child", Boolean, nullable=False, default=False),
    Column("messages", Integer, nullable=False, default=0),  # inbound
    Column("version", Integer, nullable=False, default=0),
    Column("receipt_index", LargeBinary, unique=True),
    Column("receipt_key", LargeBinary),  # the pepper of that index
    Column("receipt_public", LargeBinary),
    Column("word_index", LargeBinary),  # the code word the person chose, by blind index
    Column("word_key", LargeBinary),  # the pepper of that index
    Column("facts", LargeBinary),  # of a case from before each had its own key
    Column("public", LargeBinary),  # words are sealed to this half; the other is in `case_key`
    Column("hot_until", BigInteger),  # until then triage can open what is sealed to it
    Column("implicated", Text),  # who is said to take part: police, officials, embassy, desk:<id>, by commas
    Column("lane", Text, nullable=False, server_default="desk"),  # desk, or apart: seen, counted, not rung for
    Column("lane_why", Text),  # test, advertising, abuse, flood, person
    Column("lane_by", BigId),  # the responder who decided it by hand, if anyone
    Column("step", SmallInteger, nullable=False, server_default="0"),  # of the escalation, each done once
    Column("escalate_at", BigInteger),  # when the next step is due; null: nothing is
    Column("told_at", BigInteger),  # when a supervisor was last told of unread words
    Column("asked_place_at", BigInteger),  # the one question for the place, once
    Column("at_sea", Boolean, nullable=False, default=False, server_default=false()),
    Column("place_by", BigInteger),  # the responder who set the place; the machine leaves it then
    Column("share_withdrawn_at", BigInteger),  # the person took back whom may be told; null again by a later choice
    Index("ix_cases_desk", "queue", "state", "level", "due_at", "id"),
    Index("ix_cases_escalate_at", "escalate_at"),
    Index("ix_cases_closed", "queue", "state", "lane", "closed_at", "id"),
)

message = Table(
    "message",
    metadata,
    _id(),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("direction", Text, nullable=False),  # in, out, note
    Column("at", BigInteger, nullable=False),
    Column("author_id", BigId, ForeignKey("responder.id")),
    Column("sealed", LargeBinary, nullable=False),  # sealed: {"text", "step", "choices", …}
    Column("for_reporter", LargeBinary),  # the same reply, sealed to the receipt code
    Index("ix_message_case_id", "case_id", "id"),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("external_id", Text, nullable=False),  # a provider's id or a fingerprint of it; never a contact
    Column("received_at", BigInteger, nullable=False),
    Column("conversation_id", BigId, ForeignKey("conversation.id", ondelete="SET NULL")),
    Column("message_id", BigId, ForeignKey("message.id", ondelete="SET NULL")),
    Column("answer", LargeBinary),  # what a redelivery is answered; secret box, purged after a day
    Column("state", Text, nullable=False),  # new, done, set_aside
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_work", "state", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),  # reply, ack, alert
    Column("channel", Text, nullable=False),
    Column("case_id", BigId, ForeignKey("cases.id", ondelete="CASCADE")),
    Column("conversation_id", BigId, ForeignKey("conversation.id", ondelete="CASCADE")),
    Column("message_id", BigId, ForeignKey("message.id", ondelete="CASCADE")),
    Column("sealed", LargeBinary, nullable=False),  # sealed: what is sent, by the channel's own terms
    Column("state", Text, nullable=False),  # queued, sending, sent, failed, unknown, withheld
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("provider_id", Text),
    Column("delivery", Text),  # the provider's last word: delivered, undelivered, …
    Column("error", Text),
    Column("pieces", SmallInteger, nullable=False, default=0, server_default="0"),  # parts of a long text that have left
    Index("ix_outbox_work", "state", "due_at"),
    Index("ix_outbox_provider_id", "provider_id"),
    Index("ix_outbox_case_id", "case_id"),
    Index("ix_outbox_message_id", "message_id"),
)

event = Table(
    "event",
    metadata,
    _id(),
    Column("case_id", BigId, nullable=False),  # outlives its case
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),  # system, reporter, responder:<id>
    Column("verb", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON of ids, levels and counts; never words
    Column("reason", LargeBinary),  # sealed free text of a responder
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("case_id", "seq"),
)

responder = Table(
    "responder",
    metadata,
    _id(),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # responder, supervisor, operator
    Column("queue", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("password_at", BigInteger, nullable=False),
    Column("first_until", BigInteger),  # somebody else chose the password: until then it can be changed for one's own, and nothing else
    Column("totp", LargeBinary),  # sealed
    Column("totp_used", BigInteger),
    Column("recovery", LargeBinary),  # sealed: hashes of the codes that stand in for a lost second factor
    Column("disabled_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("responder_id", BigId, ForeignKey("responder.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("second_factor", Boolean, nullable=False, default=False),
    Column("unlocked", LargeBinary),  # the responder's private key, under a key that only the cookie gives
    Column("device", Text),  # in plain words
    Column("sign_in_id", BigInteger),  # its line in the log
    Column("failed", Integer),  # tries that went wrong since the sign-in before, until they were seen
    Index("ix_session_responder_id", "responder_id"),
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    Column("bucket", LargeBinary, nullable=False),  # blind index of an account, an address, a code
    Column("at", BigInteger, nullable=False),
    Index("ix_attempt_bucket", "bucket", "at"),
)

desk_mark = Table(
    "desk_mark",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("mark", BigInteger, nullable=False),  # grows with every change that this desk can see
)

tally = Table(
    "tally",
    metadata,
    Column("day", Text, primary_key=True),  # UTC date
    Column("what", Text, primary_key=True),
    Column("detail", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
