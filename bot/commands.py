"""Commands that run the hotline: set-up, each process, and all of them together."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from pathlib import Path

import click
from honcho.environ import parse_procfile

from config import settings as settings_module
from config.files import read_text
from config.live import ConfigBroken, after_fork, before_fork, with_live
from config.settings import Settings, SettingsError


def _settings() -> Settings:
    try:
        return settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.command("settings", help="Every setting with its source; secrets are masked.")
def settings_command() -> None:
    """Prints NAME = value (source)."""
    try:
        found = settings_module.find()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    for name, item in found.items():
        click.echo(f"{name} = {settings_module.masked(item)}  ({item.source})")
    _settings()


@click.command(help="Makes keys, database and demo log-ins where they are missing.")
def setup() -> None:
    """Prepares HOTLINE_HOME."""

    for line in _prepared(_good(_settings())[0]):
        click.echo(line)


def _good(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the config that is live, and the faults that keep a newer one out; where none was ever good, nothing starts."""
    try:
        return with_live(settings)
    except (ConfigBroken, OSError) as error:
        raise click.ClickException(f"the config has faults, and nothing starts on it:\n{error}") from error


def _fit_for_production(settings: Settings) -> None:
    """Ends here where this is production and something is only good enough for a demo: each process looks, however it is started."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.production import faults
    from config.clock import now_ms
    from triage.db import open_database

    if settings.demo:
        return
    database = open_database(settings)
    try:
        found = faults(settings, database, now_ms())
    except SQLAlchemyError as error:
        said = f"production looks into its database before it starts: away, or not set up ({type(error).__name__})"
        raise click.ClickException(said) from error
    finally:
        database.engine.dispose()
    if found:
        raise click.ClickException("production does not start:\n- " + "\n- ".join(found))


def _prepared(settings: Settings) -> list[str]:
    from bot.prepare import prepare
    from triage.keys import KeysMissing

    try:
        return prepare(settings)
    except (OSError, RuntimeError, KeysMissing) as error:
        raise click.ClickException(str(error)) from error


@click.command(help="All processes of the Procfile in the foreground; Ctrl-C ends them.")
def up() -> None:
    """What `make run` ends in."""
    from bot.prepare import greeting
    from bot.supervisor import Supervisor
    from triage import redis_server

    settings = _settings()
    good, waiting = _good(settings)
    lines = _prepared(good)
    if waiting:
        lines = [*waiting, "the newest edit of the config has these faults; the last good one is live", *lines]
    _fit_for_production(good)
    commands = _procfile(settings)
    if not settings.redis_url:
        try:
            commands = {"redis": redis_server.command(settings), **commands}
        except redis_server.NoRedis as error:
            raise click.ClickException(str(error)) from error
    supervisor = Supervisor(commands, os.environ, sockets=_sockets(settings))
    for line in (*lines, *greeting(settings)):
        supervisor.say("hotline", line)
    supervisor.run()


def _sockets(settings: Settings) -> dict[str, socket.socket]:
    from config.serve import listen

    ports = {"web": settings.port, "dashboard": settings.dashboard_port}
    try:
        return {name: listen(settings.host, port) for name, port in ports.items()}
    except OSError as error:
        raise click.ClickException(str(error.strerror)) from error


def _procfile(settings: Settings) -> dict[str, list[str]]:
    path = Path(__file__).parent.parent / "Procfile"
    processes = parse_procfile(read_text(path)).processes
    # Long polling is for where no webhook can reach.
    if settings.telegram is None or settings.telegram.webhook_secret:
        processes.pop("telegram", None)
    own = str(Path(sys.executable).parent / "hotline")
    return {name: [own if word == "hotline" else word for word in shlex.split(text)] for name, text in processes.items()}


@click.command(help="The public process: web form and webhooks.")
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=64, show_default=True)
@click.option("--fd", type=int, help="A listening socket to serve instead of opening one.")
def web(workers: int, threads: int, fd: int | None) -> None:
    """Serves HOTLINE_HOST:HOTLINE_PORT by gunicorn."""
    settings = _settings()
    _fit_for_production(_good(settings)[0])
    from config.serve import serve

    before_fork()
    serve("bot.app:build", settings.host, settings.port, workers, threads, fd, after_fork)


@click.command(help="Triage, delivery and alerts.")
def worker() -> None:
    """Works off the inbox and the outbox until told to stop."""
    from bot.worker import run

    settings = _settings()
    _fit_for_production(_good(settings)[0])
    run(settings)


@click.command(help="Sweeps, time limits and retention.")
def clock() -> None:
    """Does what is due by time; reads no message."""
    from bot.clock import run

    settings = _settings()
    _fit_for_production(_good(settings)[0])
    run(settings)


@click.command(help="Telegram by long polling, where no webhook can reach.")
def telegram() -> None:
    """Asks Telegram for updates until told to stop."""
    from bot.poll import run

    settings = _settings()
    _fit_for_production(_good(settings)[0])
    run(settings)
