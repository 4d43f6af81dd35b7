"""A role of the database for each process, so that the public process cannot even select what it must not read.

The owner migrates and restores; `web` adds reports, `dashboard`, `worker` and `clock` do their own work. PostgreSQL only: SQLite has no
roles, and there the key files alone keep the processes apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Table

from triage.account_tables import invitation
from triage.bonds import case_link
from triage.case_tables import correction, pulse
from triage.channel_tables import attachment
from triage.heads import anchor
from triage.heartbeats import heartbeat
from triage.key_tables import case_key
from triage.tables import metadata

# Imported so that the metadata knows every table, whoever asks.
BESIDE = (invitation, case_link, correction, pulse, attachment, anchor, heartbeat, case_key)

# Tables whose dead rows are vacuumed when time ends what is over.
ENDING = ("case_key", "message", "finding", "cases", "conversation", "outbox")
PROCESSES = ("web", "dashboard", "worker", "clock")
WRITE = "SELECT, INSERT, UPDATE, DELETE"
# Tables that a process has nothing to do with.
NOTHING: Mapping[str, tuple[str, ...]] = {
    "web": ("responder", "session", "sign_in", "invitation", "key_wrap", "finding", "referral", "history_head", "anchor"),
    "dashboard": ("history_head", "anchor"),
    "worker": ("session", "sign_in", "invitation", "key_wrap", "history_head", "anchor"),
    "clock": ("key_wrap", "invitation"),
}
# Columns that it writes at most, and never reads: what people said, and the keys to it.
UNREAD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "web": {
        "message": ("sealed",),
        "case_key": ("sealed",),
        "attachment": ("facts", "preview"),
        "attachment_part": ("sealed",),
        "outbox": ("sealed",),
        "event": ("reason",),
        "conversation": ("contact",),
    },
    "dashboard": {"outbox": ("sealed",), "inbox": ("answer",), "conversation": ("contact",)},
    "worker": {},
    "clock": {
        "message": ("sealed", "for_reporter"),
        "case_key": ("sealed",),
        "attachment": ("facts", "preview", "source"),
        "attachment_part": ("sealed",),
        "conversation": ("contact",),
        "event": ("reason",),
        "session": ("unlocked", "csrf"),
    },
}


def statements(prefix: str = "hotline") -> Iterator[str]:
    """The SQL that makes the roles and what each may do; may be run again after every migration."""
    for process in PROCESSES:
        role = f"{prefix}_{process}"
        yield f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
        yield f"GRANT SELECT ON alembic_version TO {role}"
        for table in metadata.sorted_tables:
            if table.name not in NOTHING[process]:
                yield from _granted(role, table, UNREAD[process].get(table.name, ()))
    yield from _maintained(f"{prefix}_clock")


def _maintained(role: str) -> Iterator[str]:
    """What the daily end of what is over needs: tables may be vacuumed by others than their owner from PostgreSQL 17 on."""
    grant = f"GRANT MAINTAIN ON {', '.join(ENDING)} TO {role}"
    yield f"DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN EXECUTE '{grant}'; END IF; END $$"
    switch = f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {role}"
    yield f"DO $$ BEGIN {switch}; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"


def _granted(role: str, table: Table, unread: tuple[str, ...]) -> Iterator[str]:
    if not unread:
        yield f'GRANT {WRITE} ON "{table.name}" TO {role}'
        return
    shown = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in unread)
    yield f'GRANT INSERT, UPDATE, DELETE ON "{table.name}" TO {role}'
    yield f'GRANT SELECT ({shown}) ON "{table.name}" TO {role}'
