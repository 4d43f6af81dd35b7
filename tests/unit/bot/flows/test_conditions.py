from __future__ import annotations

import pytest

from bot.flows.conditions import ConditionError, parse

ANSWERS = {"topic": "place", "share": "police,my_embassy", "reporter": "", "job_check": "a,b,c"}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("topic == place", True),
        ("topic == broker", False),
        ("topic != broker", True),
        ("country != KH", True),
        ("topic in [broker, place]", True),
        ("topic in [broker]", False),
        ("my_embassy in share", True),
        ("doctor in share", False),
        ("doctor in nothing", False),
        ("my_embassy", True),
        ("cover", True),
        ("danger", False),
        ("any_of(danger, police)", True),
        ("any_of(danger, doctor)", False),
        ("count(job_check) >= 3", True),
        ("count(job_check) <= 2", False),
        ("count(nothing) <= 0", True),
        ("not danger and not child", True),
        ("danger or topic == place and cover", True),
        ("(danger or topic == place) and not cover", False),
        ("not (danger or cover)", False),
    ],
)
def test_it_reads_the_small_language(source: str, holds: bool) -> None:
    condition, _ = parse(source)
    assert condition(ANSWERS, ("cover",)) is holds


def test_it_names_everything_it_speaks_of() -> None:
    assert parse("a == b and (c in [d, e] or count(f) >= 2)")[1] == {"a", "b", "c", "d", "e", "f"}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a ==",
        "a = b",
        "a == b c",
        "(a",
        "a in [",
        "a in [b",
        "any_of()",
        "count(a) == 2",
        "count(a) >= b",
        "not",
        "__import__('os')",
        "a.b",
    ],
)
def test_anything_else_is_refused_by_name(source: str) -> None:
    with pytest.raises(ConditionError):
        parse(source)
