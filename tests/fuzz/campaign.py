"""All of it once: every parameter with every nasty value, signed in and as a stranger, and every field of every provider's request."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.houses import fresh_database, postgres
from config.desks import read_routing
from tests.fixtures import models
from tests.fuzz import doors, nasty, openapi
from tests.fuzz.every import Every, addresses
from tests.fuzz.sites import Sites, build
from tests.unit.triage.conftest import House
from triage import keys
from triage.db import open_database


@contextlib.contextmanager
def sites_on(database: str) -> Iterator[Sites]:
    """Both sites in this process, on `sqlite` or `postgres`."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(fresh_database(stack.enter_context(postgres()))) if database == "postgres" else ""
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hl-every-")))
        model = models._build(home, url)
        settings = models.settings_of(home, url)
        opened = open_database(settings)
        yield build(House(opened, keys.opening_keys(settings), read_routing(settings.config), *model.people, settings))
        opened.engine.dispose()


def knock_all(sites: Sites) -> tuple[Counter[int], list[str]]:
    """Every knock at the providers' doors: how often each status, and what was answered otherwise than 2xx."""
    client, statuses, broken = sites.web.test_client(), Counter[int](), list[str]()
    for knock in (*doors.updates(), *doors.messages(nasty.ALL), *doors.gateways(nasty.ALL)):
        status = doors.answer(client, knock)
        statuses[status] += 1
        broken += [] if status in (200, 204) else [f"{status} {knock.said}"]
    return statuses, broken


def run(database: str) -> dict[str, Any]:
    """The figures of one run."""
    logging.getLogger("hotline").setLevel(logging.CRITICAL)  # nobody hears the doorbell, and what is odd is what is asked for
    line: dict[str, Any] = {"broken": []}
    with sites_on(database) as sites:
        for name, signed_in in (("signed in", True), ("stranger", False)):
            every = Every(sites, signed_in)
            for address in addresses(sites):
                every.run(address, lambda: nasty.ALL)
            found = every.found
            line[name] = {"parameters": len(found.parameters), "sent": found.calls, "statuses": dict(sorted(found.statuses.items()))}
            line["broken"] += found.broken
        statuses, broken = knock_all(sites)
    line["providers"] = {"sent": statuses.total(), "statuses": dict(sorted(statuses.items()))}
    line["broken"] += broken
    return line | {"kept": not line["broken"]}


def described(database: str, seed: int, count: int) -> dict[str, Any]:
    """The figures of schemathesis over docs/openapi."""
    logging.getLogger("hotline").setLevel(logging.CRITICAL)
    try:
        with sites_on(database) as sites:
            tried = openapi.try_all(sites, count, seed)
    except (Exception, ExceptionGroup) as error:
        return {"broken": [f"{type(part).__name__}: {part}"[:2000] for part in getattr(error, "exceptions", (error,))], "kept": False}
    return {"operations": len(tried), "sent": sum(tried.values()), "broken": [], "kept": True}
