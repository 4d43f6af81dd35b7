"""The whole state in one sealed file, taken while everything runs, and put back on an empty machine.

The file holds every row and the key files of HOTLINE_HOME but the recovery key, sealed to the recovery key: only who
holds that can restore. Rows are written one a line, so that either database restores what the other wrote.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from config.files import has, read_secret, reading, replacing, write_secret
from triage import schema, stream
from triage.account_tables import invitation
from triage.case_tables import correction, pulse
from triage.db import Database
from triage.heads import anchor, history_head
from triage.heartbeats import heartbeat
from triage.key_tables import keypair
from triage.tables import cases, metadata
from triage.vault import Opener, Sealer

PURPOSE = "backup"
# `next`: a rotation is under way, and somebody may use it already.
KEY_FILES = (
    *("sealing.pub", "hot.key", "hot.pub", "delivery.key", "delivery.pub", "state.key", "pepper.key", "history.key"),
    *("hot.next", "delivery.next", "state.next", "pepper.next"),
)
LINES_A_CHUNK, ROWS_A_BATCH = 200, 500
# Named so that they are known here: a table that no import has met would be left out of a backup in silence.
BESIDE = (invitation, correction, pulse, heartbeat, anchor, history_head)


class NotEmpty(Exception):
    """There is a hotline here already: restore into an empty HOTLINE_HOME and database."""


class WrongSchema(Exception):
    """The backup was taken by newer code than this."""


def write(database: Database, home: Path, path: Path, sealer: Sealer, now: int) -> int:
    """Writes the backup, durably and readable by its owner alone; how many rows."""
    count = [0]
    with replacing(path) as out, database.engine.connect() as connection:
        if not database.is_sqlite:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            stream.seal(sealer, PURPOSE, _packed(_lines(connection, home, now, count)), out)
    return count[0]


def _lines(tx: Connection, home: Path, now: int, count: list[int]) -> Iterator[dict[str, Any]]:
    revision = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    files = {name: read_secret(home / "keys" / name) for name in KEY_FILES if has(home / "keys" / name)}
    yield {"made_at": now, "revision": revision, "files": files}
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        yield {"table": table.name, "columns": names}
        rows = tx.execution_options(stream_results=True, yield_per=ROWS_A_BATCH).execute(select(table))
        for row in rows:
            count[0] += 1
            yield {"row": [_plain(value) for value in row]}


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(bytes(value)).decode()} if isinstance(value, bytes | memoryview) else value


def _value(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _packed(lines: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    packer = zlib.compressobj(6)
    for line in lines:
        body = packer.compress(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        yield from (body[at : at + stream.MAX_CHUNK] for at in range(0, len(body), stream.MAX_CHUNK))
    body = packer.flush()
    yield from (body[at : at + stream.MAX_CHUNK] for at in range(0, len(body), stream.MAX_CHUNK))


def _unpacked(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    unpacker, rest = zlib.decompressobj(), b""
    for chunk in chunks:
        *whole, rest = (rest + unpacker.decompress(chunk)).split(b"\n")
        yield from (json.loads(line) for line in whole)
    for line in (rest + unpacker.flush()).split(b"\n"):
        if line:
            yield json.loads(line)


def restore(database: Database, home: Path, path: Path, opener: Opener) -> int:
    """Puts everything back in one transaction; how many rows. Raises NotEmpty, WrongSchema, CannotOpen."""
    schema.migrate(database)
    with reading(path) as source, database.writing() as tx:
        if any(tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (cases, keypair)):
            raise NotEmpty(str(NotEmpty.__doc__))
        lines = _unpacked(stream.unseal(opener, PURPOSE, source))
        head = next(lines)
        if head["revision"] not in schema.known():
            raise WrongSchema(str(WrongSchema.__doc__))
        count = _insert(tx, lines)
        if not database.is_sqlite:
            _count_on(tx)
        for name, value in head["files"].items():
            if not has(home / "keys" / name):
                write_secret(home / "keys" / name, value)
            elif read_secret(home / "keys" / name) != value:
                raise NotEmpty(f"there is another {name} here: restore into an empty HOTLINE_HOME")
    return count


def _insert(tx: Connection, lines: Iterable[dict[str, Any]]) -> int:
    count, table = 0, None
    columns: list[str] = []
    batch: list[dict[str, Any]] = []
    for line in lines:
        if "table" in line:
            _put(tx, table, batch)
            # A table that this code no longer has is left out; nothing of ours reads it.
            table, columns, batch = metadata.tables.get(line["table"]), line["columns"], []
            continue
        batch.append({name: _value(value) for name, value in zip(columns, line["row"], strict=True)})
        count += 1
        if len(batch) == ROWS_A_BATCH:
            _put(tx, table, batch)
            batch = []
    _put(tx, table, batch)
    return count


def _put(tx: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is not None and rows:
        tx.execute(insert(table), rows)


def _count_on(tx: Connection) -> None:
    """PostgreSQL's sequences go on after the highest id."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is True:
            name = table.name
            tx.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), COALESCE(MAX(id), 0) + 1, false) FROM {name}"))
