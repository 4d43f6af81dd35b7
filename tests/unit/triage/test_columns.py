"""Text as every database can keep it, in every column of text."""

from __future__ import annotations

from importlib import import_module

import pytest
from sqlalchemy import String, insert, select

from tests.guards.tree import sources
from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)
from triage.columns import Text
from triage.tables import metadata, tally


@pytest.mark.parametrize(
    ("given", "kept"),
    [("", ""), ("plain", "plain"), ("ជួយ", "ជួយ"), ("😀", "😀"), ("a\0b", "a\ufffdb"), ("\0", "\ufffd"), ("a\ud800", "a\ufffd"), ("\udfff\ud800", "\ufffd\ufffd")],
)
def test_what_no_database_holds_is_replaced_in_writing_and_in_looking(house: House, given: str, kept: str) -> None:  # noqa: F811
    with house.database.writing() as tx:
        tx.execute(insert(tally).values(day="2026-01-01", what="sample", detail=given, count=1))
        assert tx.execute(select(tally.c.detail).where(tally.c.what == "sample")).scalar_one() == kept
        assert tx.execute(select(tally.c.count).where(tally.c.detail == given)).scalar_one() == 1
        assert tx.execute(select(tally.c.count).where(tally.c.detail.in_([given, "other"]))).scalar_one() == 1


def test_every_column_of_text_is_of_that_type() -> None:
    for path in sources("triage"):
        if "Table(" in sources("triage")[path] and "migrations" not in path:
            import_module(path.removesuffix(".py").replace("/", "."))
    columns = [column for table in metadata.tables.values() for column in table.columns if isinstance(column.type, String | Text)]
    assert len(columns) > 60
    assert [f"{column.table.name}.{column.name}" for column in columns if not isinstance(column.type, Text)] == []
