"""The shipped flows, in English and in every language there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.flows.build import build
from bot.flows.definition import Book
from bot.regions import regions
from config.flow_files import read_flows
from config.gazetteer import read_places, read_roles
from config.texts import Texts, read_texts
from triage.places import Gazetteer

CONFIG = Path(__file__).parents[4] / "config"
PLACES = CONFIG / "places"


@pytest.fixture(scope="session")
def raw() -> dict[str, Any]:
    return read_flows(CONFIG)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return read_texts(CONFIG / "texts")


@pytest.fixture(scope="session")
def book(raw: dict[str, Any], texts: Texts) -> Book:
    return build(raw, texts.translate, regions(Gazetteer(read_places(PLACES), read_roles(PLACES)), ("en", *texts.languages)))
