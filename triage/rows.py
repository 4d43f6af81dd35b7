"""A case's row as routing looks at it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from triage.routing import CaseFacts
from triage.values import level_of


def facts_of(row: Row[Any], **changed: Any) -> CaseFacts:
    """What routing looks at, from a case's row."""
    said = tuple(code for code in (row.implicated or "").split(",") if code)
    facts = CaseFacts(row.country, level_of(row.level), row.kind, row.lang, row.no_authorities, row.subdivision, row.at_sea, said)
    return replace(facts, **changed)
