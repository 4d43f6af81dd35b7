"""`hotline texts`: templates for translators, catalogues brought up to date, and how far each language is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from bot.checking.sources import BLOCKS
from bot.flows.build import build
from bot.flows.definition import FlowError
from bot.flows.extract import messages
from config import settings as settings_module
from config.catalogues import Standing, Wanted, read_catalogue, standing, update, write_template
from config.files import read_yaml
from config.flow_files import read_flows
from config.marked import Unreadable
from config.settings import SettingsError

# Each catalogue of a language, and its template.
TEMPLATES = {"flows.po": "messages.pot", "web.po": "web.pot"}


def _folder() -> Path:
    try:
        return settings_module.read().config
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def wanted(folder: Path) -> dict[str, tuple[Wanted, ...]]:
    """Every text by the catalogue that holds it. Raises ClickException where the flows cannot be read."""
    try:
        flows = messages(build(read_flows(folder)))
        web = read_yaml(folder / "texts" / "web.yaml")
    except (FlowError, OSError, KeyError, TypeError, ValueError) as error:
        raise click.ClickException("the flows cannot be read; `hotline check` says where") from error
    return {"flows.po": flows, "web.po": tuple((f"web.{key}", str(text), "") for key, text in web.items())}


def languages(folder: Path) -> list[str]:
    """The languages that people are answered in, English left out."""
    return [str(code) for code in read_yaml(folder / BLOCKS)["languages"] if code != "en"]


@click.group(help="Texts for translators: gettext templates and catalogues.")
def texts() -> None:
    """extract, update, status."""


@texts.command(help="Write the templates (.pot) of every text that a person may read.")
def extract() -> None:
    """Writes texts/messages.pot and texts/web.pot."""
    folder = _folder()
    for name, found in wanted(folder).items():
        path = folder / "texts" / TEMPLATES[name]
        click.echo(f"{path}: {write_template(path, found)} texts")


@texts.command("update", help="Bring the catalogues up to date: new texts come empty, what is no longer said is kept as obsolete.")
@click.argument("langs", nargs=-1)
def update_command(langs: tuple[str, ...]) -> None:
    """Updates every language, or those that are named; makes the catalogues of a new one."""
    folder = _folder()
    found = wanted(folder)
    for lang in langs or languages(folder):
        if not lang.replace("-", "").isalnum():
            raise click.BadParameter(f"{lang} is no language")
        for name, texts_of in found.items():
            path = folder / "texts" / lang / name
            try:
                done = update(path, lang, texts_of)
            except Unreadable as error:
                raise click.ClickException(f"{path}:{error.line}:{error.column}: {error.text}") from error
            click.echo(f"{path}: {done.added} new, {done.obsolete} obsolete, {done.kept} kept")


@texts.command(help="How far each language is: translated, fuzzy (a draft that needs a native reader), missing, reviewed by whom and when.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one a catalogue.")
def status(as_json: bool) -> None:
    """One line for each catalogue of each language."""
    if not as_json:
        click.echo(f"{'catalogue':<14} {'total':>5} {'translated':>10} {'fuzzy':>5} {'missing':>7} {'reviewed':>8}  by")
    for lang, name, found in _standings(_folder()):
        readers = ", ".join(f"{who} {day}" for who, day in sorted(found.readers.items()))
        if as_json:
            row = {"lang": lang, "catalogue": name, "total": found.total, "translated": found.translated, "fuzzy": found.fuzzy}
            row |= {"missing": found.missing, "reviewed": found.reviewed}
            row |= {"readers": {who: str(day) for who, day in found.readers.items()}}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            counts = f"{found.total:>5} {found.translated:>10} {found.fuzzy:>5} {found.missing:>7} {found.reviewed:>8}"
            click.echo(f"{f'{lang}/{name}':<14} {counts}  {readers}".rstrip())


def _standings(folder: Path) -> Iterator[tuple[str, str, Standing]]:
    found = wanted(folder)
    for lang in languages(folder):
        for name, texts_of in found.items():
            path = folder / "texts" / lang / name
            try:
                entries = read_catalogue(path) if path.exists() else ()
            except Unreadable as error:
                raise click.ClickException(f"{path}:{error.line}:{error.column}: {error.text}") from error
            yield lang, name, standing(entries, texts_of)
