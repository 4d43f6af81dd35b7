"""`hotline flows draw` and `hotline test-flows`: flows as pictures, and conversations played from the shell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import bot
from bot.checking.outline import outlines
from bot.checking.sms import Translator
from bot.checking.sources import read_sources
from bot.drawing import draw
from bot.params import local_day
from bot.rehearsal import read_stage
from bot.transcripts import play
from config import settings as settings_module
from config.clock import now_ms
from config.files import write_text
from config.marked import Unreadable, read_marked
from config.settings import SettingsError


def _folder() -> Path:
    try:
        return settings_module.read().config
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.group(help="The flows as pictures.")
def flows() -> None:
    """draw."""


@flows.command("draw", help="Write an SVG of each flow, or of one.")
@click.argument("name", required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("."), help="The folder for the pictures.")
@click.option("--lang", default="en", show_default=True, help="The language of the texts.")
def draw_command(name: str | None, out: Path, lang: str) -> None:
    """Writes <flow>.svg, with -<lang> where it is not English."""
    sources = read_sources(_folder())
    book = {flow.id: flow for flow in outlines(sources) if flow.items}
    if name is not None and name not in book:
        raise click.ClickException(f"there is no flow {name}; there are {', '.join(sorted(book))}")
    if lang not in ("en", *sources.languages):
        raise click.ClickException(f"there is no language {lang}; there are en, {', '.join(sources.languages)}")
    translate = Translator(sources)
    out.mkdir(parents=True, exist_ok=True)
    for flow in book.values():
        if name in (None, flow.id):
            path = out / f"{flow.id}{'' if lang == 'en' else f'-{lang}'}.svg"
            title = translate(lang, "menu", str(flow.data.get("title", flow.id)))
            write_text(path, draw(flow, lambda context, text: translate(lang, context, text), title))
            click.echo(str(path))


@click.command("test-flows", help="Play every transcript (*.yaml below PATH) through the flows; print what went otherwise than written.")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
def test_flows(path: Path | None) -> None:
    """Exit 1 where a talk went otherwise."""
    folder = _folder()
    shipped = Path(bot.__file__).parent.parent / "tests" / "transcripts"
    places = [path] if path is not None else [place for place in (shipped, folder / "transcripts") if place.is_dir()]
    try:
        stage = read_stage(folder)
    except Exception as error:
        raise click.ClickException(f"the config cannot be used ({type(error).__name__}); `hotline check` says where") from error
    today, told, played = local_day(now_ms()), 0, 0
    for file, talk in _talks(places):
        played += 1
        try:
            faults = play(talk, stage.book, stage.texts.translate, today)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults = (f"this is no transcript ({type(error).__name__}: {error})",)
        for fault in faults:
            click.echo(f"{file}: {talk.get('name') if isinstance(talk, dict) else talk}: {fault}")
        told += bool(faults)
    if told:
        click.echo(f"{told} of {played} talks went otherwise than they are written")
        sys.exit(1)
    click.echo(f"{played} talks went as they are written")


def _talks(places: list[Path]) -> Iterator[tuple[Path, Any]]:
    for place in places:
        for file in sorted(place.glob("*.yaml")) if place.is_dir() else [place]:
            try:
                found = read_marked(file).data
            except Unreadable as error:
                raise click.ClickException(f"{file}:{error.line}:{error.column}: {error.text}") from error
            yield from ((file, talk) for talk in (found if isinstance(found, list) else [found]))
