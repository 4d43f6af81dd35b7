"""The subdivisions of the six countries as a person is asked for them, in each language."""

from __future__ import annotations

from collections.abc import Iterable

from bot.flows.definition import Regions
from triage.places import Gazetteer

COUNTRIES = ("KH", "CN", "LA", "MM", "TH", "VN")


def regions(gazetteer: Gazetteer, languages: Iterable[str]) -> Regions:
    """country → language → (code, name) by name; the gazetteer has one kind of Chinese."""
    known = tuple(languages)
    return {country: {lang: gazetteer.subdivisions(country, lang.split("-")[0]) for lang in known} for country in COUNTRIES}
