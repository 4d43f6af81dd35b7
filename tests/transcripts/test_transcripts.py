"""Conversations as data, each played as `hotline test-flows` plays it; bot/transcripts.py tells the format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.flows.build import build
from bot.flows.definition import Book
from bot.regions import regions
from bot.transcripts import play
from config.files import read_yaml
from config.flow_files import read_flows
from config.gazetteer import read_places, read_roles
from config.texts import Texts, read_texts
from triage.places import Gazetteer

TODAY = date(2026, 11, 24)
HERE = Path(__file__).parent
CONFIG = HERE.parent.parent / "config"
PLACES = CONFIG / "places"


def _talks() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yaml")):
        for talk in read_yaml(path):
            yield pytest.param(talk, id=f"{path.stem}: {talk['name']}")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return read_texts(CONFIG / "texts")


@pytest.fixture(scope="module")
def book(texts: Texts) -> Book:
    return build(read_flows(CONFIG), texts.translate, regions(Gazetteer(read_places(PLACES), read_roles(PLACES)), ("en", *texts.languages)))


@pytest.mark.parametrize("talk", list(_talks()))
def test_a_talk_goes_as_it_is_written(talk: Any, book: Book, texts: Texts) -> None:
    faults = play(talk, book, texts.translate, TODAY)
    assert faults == (), "\n".join(faults)
