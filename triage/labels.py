"""Cases that responders corrected, as labelled data without identity: what triage is trained from.

No reference, no time, no channel, no number or account. A person's words only on demand, as far as `opener` opens them,
with numbers, plates, links and accounts blanked, and never of somebody who said never police or government.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from triage import corrections, findings, messages
from triage.blind import BlindIndex
from triage.traces import NAME, PLATE
from triage.values import level_of
from triage.vault import Opener

MAX_READ = 4000
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
DIGITS = re.compile(r"\d[\d\s().-]{2,}\d")
BLANK = "…"


def rows(tx: Connection, index: BlindIndex, opener: Opener, texts: bool) -> Iterator[dict[str, Any]]:
    """One labelled row for each corrected case; `was` is what stood before a responder's first correction of it."""
    for case in corrections.corrected(tx):
        yield _row(tx, index, opener, case, texts and not case.no_authorities)


def _row(tx: Connection, index: BlindIndex, opener: Opener, case: Row[Any], texts: bool) -> dict[str, Any]:
    was: dict[str, str | None] = {}
    for one in corrections.of_case(tx, case.id):
        was.setdefault(one.field, one.was)
    # The same case has the same id in every export, and nobody without the pepper can tell which case it is.
    found: dict[str, Any] = {"id": f"c-{index.of('correction', str(case.id)).hex()[:16]}", "lang": case.lang, "country": case.country}
    found |= {"subdivision": case.subdivision, "urgency": level_of(case.level), "kind": case.kind, "was": was}
    found["features"] = sorted(findings.read(tx, case.id, opener).signals)
    if texts:
        said = [m.text for m in messages.read_all(tx, case.id, opener) if m.direction == "in" and m.text]
        if said:
            found["text"] = without_identity("\n".join(said)[:MAX_READ])
    return found


def without_identity(text: str) -> str:
    """Numbers of four digits and more, plates, links, accounts and addresses blanked. Names of people stay: read before you share."""
    for pattern in (MAIL, NAME, PLATE, DIGITS):
        text = pattern.sub(BLANK, text)
    return text
